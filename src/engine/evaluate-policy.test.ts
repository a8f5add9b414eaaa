import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NotSupportedError } from '../model/failure.ts';
import { type Json, type JsonObject, withNumbers } from '../model/json.ts';
import { answers, deny, ENV, OBJECT, policyOf, requestOf } from '../testing/evaluation.ts';
import {
  compilePolicy,
  type Decision,
  type EngineRequest,
  evaluatePolicy,
  ruleNamesOf,
  selectRules,
  unsupportedPolicy,
} from './index.ts';

test('report properties are filled in, or left as written when they cannot be', () => {
  const properties = (value: string) => {
    const policy = policyOf([{ reportProperties: { k: value }, ...deny('a', 'b') }]);
    return evaluatePolicy(compilePolicy(policy), requestOf(), ENV).rules[0]?.properties;
  };
  assert.deepEqual(properties('{{ request.object.data.x }}'), { k: 'y' });
  assert.deepEqual(properties('{{ nope }}'), { k: '{{ nope }}' });
});

test('what is not built yet is named, and never answers', () => {
  const other = policyOf([], {}, { apiVersion: 'policies.kyverno.io/v1', kind: 'UnknownPolicy' });
  assert.equal(unsupportedPolicy(other), 'UnknownPolicy');
  assert.throws(() => answers(other), NotSupportedError);
});

test('a selection of rules is compiled once and computes its own copies', () => {
  const compiled = compilePolicy(policyOf([deny('a', 'a'), deny('b', 'b')]));
  const second = selectRules(compiled, (_rule, index) => index === 1);
  assert.ok(second);
  assert.equal(
    selectRules(compiled, (_rule, index) => index === 1),
    second,
  );
  assert.equal(
    selectRules(compiled, () => true),
    compiled,
  );
  assert.equal(
    selectRules(compiled, () => false),
    undefined,
  );
  assert.deepEqual(ruleNamesOf(second.policy), ['r1']);
});

test('every decision is told to whoever listens, with its place in the rule', () => {
  const decisionsOf = (rule: JsonObject, request: EngineRequest = requestOf(), spec: JsonObject = {}) => {
    const heard: Decision[] = [];
    answers(policyOf([rule], spec), { ...request, observe: (decision) => heard.push(decision) });
    return heard.slice(1);
  };
  const filters = [{ block: 'match', how: 'any', index: 0, applies: false, reasons: ['kind does not match [Pod]'] }];
  const heard: Decision[] = [];
  const podsOnly = policyOf([{ ...deny('a', 'b'), match: { any: [{ resources: { kinds: ['Pod'] } }] } }]);
  answers(podsOnly, requestOf({}, { observe: (decision) => heard.push(decision) }));
  const reason = 'rule r0 not matched:\n 1. no resource matched';
  assert.deepEqual(heard, [{ kind: 'match', rule: 'r0', matched: false, reason, filters }]);

  const preconditions = { all: [{ key: 'a', operator: 'Equals', value: 'a' }] };
  const condition = { kind: 'condition', rule: 'r0', index: 0, operator: 'Equals' };
  assert.deepEqual(decisionsOf({ ...deny('{{ request.object.data.x }}', 'b'), preconditions }), [
    { ...condition, at: ['preconditions'], block: 'all', key: 'a', value: 'a', result: true },
    { ...condition, at: ['validate', 'deny', 'conditions'], block: 'any', key: 'y', value: 'b', result: false },
  ]);

  const list = "['s', {a: `1`}]";
  const loop = decisionsOf({ validate: { foreach: [{ list, anyPattern: [{ a: 1n }], preconditions: { any: [] } }] } });
  assert.deepEqual(
    loop,
    [0, 1].map((index) => ({ kind: 'element', rule: 'r0', at: ['validate', 'foreach', 0], index, status: 'skip' })),
  );

  const pattern = decisionsOf({ validate: { pattern: { data: { x: 'z' } } } });
  assert.deepEqual(
    pattern.map((decision) => [
      decision.kind,
      'at' in decision ? decision.at.join('.') : '',
      'result' in decision ? decision.result : '',
    ]),
    [
      ['step', 'validate.pattern.data.x', 'fail'],
      ['step', 'validate.pattern.data', 'fail'],
      ['step', 'validate.pattern', 'fail'],
      ['pattern', 'validate.pattern', 'fail'],
    ],
  );

  const enforced = decisionsOf(
    { validate: { pattern: { data: { x: 'z' } } } },
    requestOf({ operation: 'UPDATE', oldObject: OBJECT }),
    { validationFailureAction: 'Enforce' },
  );
  assert.deepEqual(enforced.at(-1), { kind: 'stored-object', rule: 'r0', status: 'fail' });
});

test('rules built of arbitrary values never make the engine throw, and give the same answer twice', () => {
  const word = fc.constantFrom(
    'a',
    'data',
    '{{ request.object.data.x }}',
    '{{ nope }}',
    '{{- element }}',
    '(x)',
    '$(./a)',
    '{{',
  );
  const leaf = fc.oneof(word, fc.constant(null), fc.boolean(), fc.bigInt({ min: -9n, max: 9n }), fc.double());
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(word, fc.constantFrom('key', 'operator', 'value', 'list', 'any', 'all')), tie('tree'), {
        maxKeys: 4,
      }),
    ),
  }));
  const part = fc.constantFrom('pattern', 'anyPattern', 'deny', 'foreach', 'message', 'podSecurity', 'failureAction');
  const rule = fc.record({ validate: fc.dictionary(part, tree, { maxKeys: 3 }), preconditions: tree, context: tree });
  fc.assert(
    fc.property(rule, tree, (made, data) => {
      const object: JsonObject = { ...OBJECT, data: withNumbers(data, 'int') };
      const policy = policyOf([made], { validationFailureAction: 'Enforce' });
      const request = requestOf({ object, oldObject: OBJECT, operation: 'UPDATE' });
      assert.deepEqual(answers(policy, request), answers(policy, request));
    }),
    { numRuns: 300 },
  );
});
