import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LaneAnswer } from '../model/lane.ts';
import { compareAnswers, isKyvernoDenial, isRefused, verdictText } from './compare.ts';

const HEAD = 'admission webhook "validate.kyverno.svc-fail" denied the request: \n\n';
const OBJECT = { kind: 'Pod', metadata: { name: 'web' } };

function answer(change: Partial<LaneAnswer> = {}): LaneAnswer {
  const allowed = {
    allowed: true,
    code: 201,
    message: '',
    denied: [],
    warnings: [],
    rules: [],
    object: OBJECT,
  } as const;
  return { lane: 'engine', ...allowed, ...change };
}

function denied(rules: readonly string[], text = 'no', change: Partial<LaneAnswer> = {}): LaneAnswer {
  const { object: _object, ...rest } = answer();
  const list = rules.map((rule) => ({ policy: 'p', rule, message: text }));
  return { ...rest, allowed: false, code: 400, message: `${HEAD}${text}`, denied: list, ...change };
}

const refused = answer({ allowed: false, code: 422, message: 'Pod "web" is invalid' });
const silent = answer({ allowed: null, code: 0 });

const COMPARED: readonly [what: string, a: LaneAnswer, b: LaneAnswer, parts: readonly string[]][] = [
  ['the same answer', answer(), answer({ lane: 'cluster', code: 200 }), []],
  ['one lane has no answer', answer(), silent, []],
  ['allowed and denied', answer(), denied(['r']), ['verdict', 'denied', 'message']],
  ['denied and refused', denied(['r']), refused, ['verdict', 'denied', 'message']],
  ['two codes of refusal', refused, { ...refused, code: 409 }, ['verdict']],
  ['other rules', denied(['r', 's']), denied(['r']), ['denied']],
  ['the same rules in another order', denied(['r', 's']), denied(['s', 'r']), []],
  ['another text', denied(['r'], 'no'), denied(['r'], 'not at all'), ['message']],
  ['warnings in another order', answer({ warnings: ['a', 'b'] }), answer({ warnings: ['b', 'a'] }), []],
  ['another warning', answer({ warnings: ['a'] }), answer(), ['warnings']],
  ['another object', answer(), answer({ object: { ...OBJECT, spec: {} } }), ['object']],
  ['an object that one lane does not show', answer(), { ...answer(), object: undefined } as unknown as LaneAnswer, []],
  [
    'what was judged of denied requests',
    denied(['r'], 'no', { judged: OBJECT }),
    denied(['r'], 'no', { judged: {} }),
    ['object'],
  ],
  ['what was judged of refused requests', { ...refused, judged: OBJECT }, { ...refused, judged: {} }, []],
  [
    'texts of Go structures after their beginning',
    denied(['r'], 'the value v1.Pod{a:1} is bad'),
    denied(['r'], 'the value v1.Pod{a:2} is bad'),
    [],
  ],
];

for (const [what, a, b, parts] of COMPARED) {
  test(`answers differ in ${parts.join(', ') || 'nothing'}: ${what}`, () => {
    const found = [compareAnswers(a, b), compareAnswers(b, a)];
    for (const differences of found) {
      assert.deepEqual(
        differences.map(({ part }) => part),
        parts,
      );
    }
    assert.deepEqual(
      found[0]?.map(({ left, right }) => [right, left]),
      found[1]?.map(({ left, right }) => [left, right]),
    );
  });
}

test('a difference of objects is told by path, with both values', () => {
  const [difference] = compareAnswers(answer(), answer({ object: { ...OBJECT, spec: { a: 1n } } }));
  assert.deepEqual(difference, { part: 'object', left: 'spec: (absent)', right: 'spec: {"a":1}' });
});

const VERDICTS: readonly [LaneAnswer, string][] = [
  [answer(), 'allowed'],
  [denied(['r']), 'denied'],
  [refused, 'refused (422)'],
  [silent, 'no answer'],
];

for (const [one, text] of VERDICTS) {
  test(`an answer in words: ${text}`, () => {
    assert.equal(verdictText(one), text);
    assert.equal(isRefused(one), text.startsWith('refused'));
  });
}

const HOOKS: readonly [name: string, isKyverno: boolean][] = [
  ['validate.kyverno.svc-fail', true],
  ['validate.kyverno.svc-ignore', true],
  ['validate.kyverno.svc-fail-finegrained-p', true],
  ['mutate.kyverno.svc-fail', true],
  ['vpol.validate.kyverno.svc-fail', true],
  ['gatekeeper.example.com', false],
];

for (const [name, isKyverno] of HOOKS) {
  test(`a denial of the webhook ${name} is ${isKyverno ? "Kyverno's" : 'none of Kyverno'}`, () => {
    const one = denied([], 'no', { message: `admission webhook "${name}" denied the request: no` });
    assert.deepEqual([isKyvernoDenial(one), isRefused(one)], [isKyverno, !isKyverno]);
  });
}
