import assert from 'node:assert/strict';
import { test } from 'node:test';
import { denyText, webhookDenial } from '../../admission/deny-text.ts';
import { parseDenial } from './denial.ts';

const POD = { kind: 'Pod', namespace: 'team-a', name: 'web' };
const FAIL = 'validate.kyverno.svc-fail';

/** Rules with their messages, by policy. */
type Refused = Readonly<Record<string, Readonly<Record<string, string>>>>;

function text(refused: Refused, webhook = FAIL): string {
  const policies = Object.entries(refused).map(([policy, rules]) => ({
    policy,
    rules: new Map(Object.entries(rules)),
  }));
  return webhookDenial(webhook, denyText(POD, policies));
}

const CASES: Readonly<Record<string, Refused>> = {
  'one rule': {
    'need-team': { team: 'validation error: label team is required. rule team failed at path /metadata/' },
  },
  'rules of two policies': { a: { one: 'x', two: 'y' }, b: { one: 'z' } },
  'quotes and line breaks': { a: { one: 'it\'s "so"\nand so\n', two: "'", three: '"', four: '\n\n x' } },
  'texts that look like other YAML': {
    a: { one: 'true', two: '1', three: 'null', four: '~', five: '- x', six: 'a: b' },
  },
  'texts of comments, anchors and tags': { a: { one: '# x', two: '&a b', three: '*a', four: '!x', five: 'a #b' } },
  'a long text, which is folded': { a: { one: 'word '.repeat(60), two: 'x'.repeat(300) } },
  'names that look like other YAML': { '123': { '1': 'x', null: 'y' }, true: { yes: 'z' } },
  'a name too long for a simple key': { a: { ['r'.repeat(200)]: 'x' } },
  'an empty text': { a: { one: '' } },
  'letters beyond ASCII': { a: { one: 'größer als 5 µ — 日本語 🙂', two: '\u0000\u0007\u2028' } },
  'names of members of every object': { a: { constructor: 'x', __proto__x: 'y', toString: 'z' } },
};

for (const [name, refused] of Object.entries(CASES)) {
  test(`a denial is taken apart: ${name}`, () => {
    const wanted = Object.entries(refused).flatMap(([policy, rules]) =>
      Object.entries(rules).map(([rule, message]) => ({ policy, rule, message })),
    );
    const parsed = parseDenial(text(refused));
    const key = (one: { policy: string; rule: string }) => `${one.policy}/${one.rule}`;
    const sorted = (parsed?.denied ?? []).toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
    assert.deepEqual(
      sorted,
      wanted.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)),
    );
    assert.equal(parsed?.webhook, FAIL);
  });
}

test('a policy or rule named __proto__ is kept', () => {
  const message = `${webhookDenial(FAIL, '')}`.replace(' without explanation', ': ');
  const parsed = parseDenial(
    `${message}\n\nresource Pod/a/b was blocked due to the following policies \n\n__proto__:\n  __proto__: x\n`,
  );
  assert.deepEqual(parsed?.denied, [{ policy: '__proto__', rule: '__proto__', message: 'x' }]);
});

test('denials stand in the order of the text', () => {
  const denied = parseDenial(text({ b: { two: 'x', one: 'y' }, a: { z: 'z' } }))?.denied ?? [];
  assert.deepEqual(
    denied.map(({ policy, rule }) => `${policy}/${rule}`),
    ['a/z', 'b/one', 'b/two'],
  );
});

const MUTATE = 'admission webhook "mutate.kyverno.svc-fail" denied the request: ';
const failing = (texts: string) => `${MUTATE}mutation policy p error: failed to apply policy p rules [${texts}]`;
const NAMES = new Map([['p', ['one', 'two', 'one-more', 'autogen-one']]]);

for (const [name, texts, wanted] of [
  ['one rule', 'one: a: b c', { one: 'a: b c' }],
  ['several rules', 'one: x one two: y z autogen-one: [a] q', { one: 'x one', two: 'y z', 'autogen-one': '[a] q' }],
  ['not the first rule', 'two: x\ny', { two: 'x\ny' }],
  ['a rule whose name begins like another', 'one-more: x', { 'one-more': 'x' }],
  ['a rule that is not known', 'other: x two: y', { other: 'x two: y' }],
] as const) {
  test(`a mutation that failed is taken apart: ${name}`, () => {
    const denied = Object.entries(wanted).map(([rule, message]) => ({ policy: 'p', rule, message }));
    assert.deepEqual(parseDenial(failing(texts), NAMES), { webhook: 'mutate.kyverno.svc-fail', denied });
  });
}

test('images that are refused when they are verified are denied by rules', () => {
  const refused = { 'check-images': { signed: 'failed to verify image' } };
  const denied = [{ policy: 'check-images', rule: 'signed', message: 'failed to verify image' }];
  assert.deepEqual(parseDenial(text(refused, 'mutate.kyverno.svc-fail'))?.denied, denied);
});

test('a text that quotes another denial is not taken for one', () => {
  const inner = text({ inner: { rule: 'x' } });
  const denied = parseDenial(text({ outer: { rule: inner } }))?.denied;
  assert.deepEqual(denied, [{ policy: 'outer', rule: 'rule', message: inner }]);
});

for (const message of [
  'pods "web" already exists',
  'admission webhook "validate-policy.kyverno.svc" denied the request: no',
  'admission webhook "other.example.com" denied the request: \n\nresource Pod/a/b was blocked due to the following policies \n\na:\n  b: c\n',
  'Internal error occurred: failed calling webhook "validate.kyverno.svc-fail": timeout',
  '',
]) {
  test(`no denial of Kyverno's rules: ${JSON.stringify(message.slice(0, 50))}`, () => {
    assert.equal(parseDenial(message), undefined);
  });
}

test('a refusal of Kyverno that names no rule denies by none', () => {
  const message = webhookDenial(FAIL, 'failed to do something');
  assert.deepEqual(parseDenial(message), { webhook: FAIL, denied: [] });
});

const WITHOUT_RULES = {
  'Policies without rules': [
    'admission webhook "vpol.validate.kyverno.svc-fail" denied the request: Policy a failed: x; y; Policy b error: z',
    { a: 'x; y', b: 'z' },
  ],
  'a policy in a namespace': [
    'admission webhook "nvpol.validate.kyverno.svc-fail-9d3780bd" denied the request: Policy a failed: ',
    { a: '' },
  ],
  'a policy of the API server': [
    "pods \"web\" is forbidden: ValidatingAdmissionPolicy 'a' with binding 'b' denied request: no\nno",
    { a: 'no\nno' },
  ],
} as const;

for (const [name, [message, wanted]] of Object.entries(WITHOUT_RULES)) {
  test(`a denial by policies without rules names each as its rule: ${name}`, () => {
    const denied = Object.entries(wanted).map(([policy, text]) => ({ policy, rule: policy, message: text }));
    assert.deepEqual(parseDenial(message)?.denied, denied);
  });
}
