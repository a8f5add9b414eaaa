import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getPath, type JsonObject } from '../model/json.ts';
import { answers, deny, ENV, MATCH, OBJECT, passed, policyOf, requestOf } from '../testing/evaluation.ts';
import { compilePolicy, type EngineRequest, evaluatePolicy } from './index.ts';

test('numbers of the request are floats for the first rule and whole afterwards', () => {
  const rule = deny('{{ request.object.data.n }}', ['1e+06'], 'AnyIn');
  const unmatched = { ...rule, match: { any: [{ resources: { kinds: ['Pod'] } }] } };
  assert.deepEqual(answers(policyOf([unmatched, rule, rule])), ['fail: no', passed('r2')]);
  assert.deepEqual(answers(policyOf([rule]), requestOf({}, { mode: 'background' })), [passed('r0')]);
  assert.deepEqual(answers(policyOf([rule, rule]), requestOf({}, { mode: 'cli' })), ['fail: no', 'fail: no']);
});

test('patterns see whole numbers in the webhook and floats on the command line', () => {
  const policy = policyOf([{ validate: { pattern: { data: { port: '80*' } } } }]);
  assert.deepEqual(answers(policy), [passed('r0')]);
  assert.match(String(answers(policy, requestOf({}, { mode: 'cli' }))), /^fail/);
});

test('an admission request has all fields, a scan only few', () => {
  const ask = (expression: string, request: EngineRequest) =>
    answers(policyOf([{ validate: { message: `= {{ ${expression} }}`, deny: {} } }]), request)[0]?.slice(
      'fail: = '.length,
    );
  const admission = requestOf();
  assert.equal(
    ask('[request.name, request.namespace, request.operation, request.dryRun]', admission),
    '["cm","ns","CREATE",false]',
  );
  assert.equal(
    ask('[request.kind.kind, request.resource.resource, request.oldObject]', admission),
    '["ConfigMap","configmaps",null]',
  );
  assert.equal(
    ask('[request.userInfo.username, request.roles, request.clusterRoles]', admission),
    '["system:serviceaccount:ns:sa",["ns:r"],null]',
  );
  assert.equal(ask('[serviceAccountNamespace, serviceAccountName]', admission), '["ns","sa"]');
  const scan = requestOf({}, { mode: 'background' });
  const fields = 'keys(request) | sort(@)';
  assert.equal(ask(fields, scan), '["namespace","object","operation"]');
  assert.equal(ask('[request.namespace, serviceAccountName]', scan), '["ns",null]');
  const user = requestOf({}, { mode: 'cli', userKnown: true });
  assert.equal(ask(fields, user), '["namespace","object","operation","roles","userInfo"]');
});

test('values preset on the command line change the object, and values of a rule come with its context', () => {
  const policy = policyOf([
    deny('{{ request.object.data.x }}-{{ mine }}', 'z-2'),
    { validate: { pattern: { data: { x: 'z' } } } },
  ]);
  const request = requestOf(
    {},
    {
      mode: 'cli',
      values: { 'request.object.data.x': 'z' },
      ruleValues: (rule) => (rule === 'r0' ? { mine: 2n } : undefined),
    },
  );
  assert.deepEqual(answers(policy, request), ['fail: no', passed('r1')]);
});

test('what the values of a rule make of the object stays in it, of the old object for its first rule only', () => {
  const isZ = { validate: { pattern: { data: { x: 'z' } } } };
  const ruleValues = (rule: string) =>
    rule === 'r0' ? { 'request.object.data.x': 'z', 'request.oldObject.data.x': 'old' } : undefined;
  const created = requestOf({}, { mode: 'cli', ruleValues });
  assert.deepEqual(answers(policyOf([isZ, isZ]), created), [passed('r0'), passed('r1')]);
  const { judged } = evaluatePolicy(compilePolicy(policyOf([isZ])), created, ENV);
  assert.equal(getPath(judged, 'data', 'x'), 'z');
  const isOld = deny('{{ request.oldObject.data.x }}', 'old');
  const deleted = requestOf({ operation: 'DELETE', object: null, oldObject: OBJECT }, { mode: 'cli', ruleValues });
  assert.deepEqual(answers(policyOf([isOld, isOld]), deleted), ['fail: no', passed('r1')]);
  assert.equal(evaluatePolicy(compilePolicy(policyOf([isZ])), requestOf(), ENV).judged, undefined);
});

test('on DELETE patterns say nothing and denials see the old object', () => {
  const policy = policyOf([{ validate: { pattern: { data: { x: 'z' } } } }, deny('{{ request.object.data.x }}', 'y')]);
  assert.deepEqual(answers(policy, requestOf({ operation: 'DELETE', object: null, oldObject: OBJECT })), ['fail: no']);
});

const BAD_OLD: JsonObject = { ...OBJECT, data: { x: 'old' } };
const GOOD_OLD: JsonObject = { ...OBJECT, data: { x: 'z' } };
const update = (oldObject: JsonObject) => requestOf({ operation: 'UPDATE', oldObject });
const EXCUSED = 'skip: skipping the rule evaluation as pre-existing violations are allowed';
const IS_Z: JsonObject = { message: 'm', pattern: { data: { x: 'z' } } };
const FAILED = 'fail: validation error: m. rule r0 failed at path /data/x/';

test('an update is excused for what the stored object violates too, unless the rule says otherwise', () => {
  const enforce = (validate: JsonObject, more: JsonObject = {}) =>
    policyOf([{ validate, ...more }], { validationFailureAction: 'Enforce' });
  assert.deepEqual(answers(enforce(IS_Z), update(BAD_OLD)), [EXCUSED]);
  assert.deepEqual(answers(enforce(IS_Z), update(GOOD_OLD)), [FAILED]);
  assert.deepEqual(answers(enforce({ ...IS_Z, allowExistingViolations: false }), update(BAD_OLD)), [FAILED]);
  assert.deepEqual(answers(enforce({ ...IS_Z, failureAction: 'Audit' }), update(BAD_OLD)), [FAILED]);
  assert.deepEqual(answers(policyOf([{ validate: IS_Z }]), update(BAD_OLD)), [FAILED]);
  const preconditions = { all: [{ key: 'a', operator: 'Equals', value: 'a' }] };
  assert.deepEqual(answers(enforce(IS_Z, { preconditions }), update(BAD_OLD)), [FAILED]);
  const match = { any: [{ resources: { kinds: ['ConfigMap'], operations: ['UPDATE'] } }] };
  assert.deepEqual(answers(enforce(IS_Z, { match }), update(BAD_OLD)), [FAILED]);
});

test('the stored object is checked with the pattern as it was filled in for the new one', () => {
  const pattern = { data: { x: 'is-{{ request.object.data.x }}' } };
  const policy = policyOf([{ validate: { message: 'm', pattern } }], { validationFailureAction: 'Enforce' });
  assert.deepEqual(answers(policy, update({ ...OBJECT, data: { x: 'is-y' } })), [FAILED]);
  assert.deepEqual(answers(policy, update({ ...OBJECT, data: { x: 'q' } })), [EXCUSED]);
});

test('a create that comes with an old object cannot be compared', () => {
  const policy = policyOf([{ validate: IS_Z }], { validationFailureAction: 'Enforce' });
  assert.deepEqual(answers(policy, requestOf({ oldObject: BAD_OLD })), ['skip: failed to validate old object']);
});

test('with applyRules One the first pass or failure ends the policy, a skip does not', () => {
  const skips = { preconditions: { all: [{ key: 'a', operator: 'Equals', value: 'b' }] }, validate: IS_Z };
  const policy = policyOf([skips, deny('a', 'b'), deny('a', 'a')], { applyRules: 'One' });
  assert.deepEqual(answers(policy), ['skip: preconditions not met', passed('r1')]);
});

test('a namespaced policy says nothing about other namespaces and cluster-wide objects', () => {
  const policy = (namespace: string) => policyOf([deny('a', 'a')], {}, { kind: 'Policy', namespace });
  assert.equal(answers(policy('ns')).length, 1);
  assert.deepEqual(answers(policy('other')), []);
  const clusterWide = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } };
  assert.deepEqual(answers(policy(''), requestOf({ object: clusterWide })), []);
});

const exception = (name: string, spec: JsonObject): JsonObject => ({
  apiVersion: 'kyverno.io/v2',
  kind: 'PolicyException',
  metadata: { name, namespace: 'delta' },
  spec: { match: MATCH, exceptions: [{ policyName: 'p', ruleNames: ['r*'] }], ...spec },
});

const EXCEPTIONS: readonly (readonly [title: string, spec: JsonObject, skips: boolean])[] = [
  ['that matches', {}, true],
  ['for another policy', { exceptions: [{ policyName: 'p*', ruleNames: ['*'] }] }, false],
  ['for another rule', { exceptions: [{ policyName: 'p', ruleNames: ['x'] }] }, false],
  ['for another kind', { match: { all: [{ resources: { kinds: ['Pod'] } }] } }, false],
  [
    'for another operation, which is not looked at',
    { match: { any: [{ resources: { kinds: ['ConfigMap'], operations: ['DELETE'] } }] } },
    true,
  ],
  ['that matches nothing', { match: {} }, false],
  [
    'whose condition holds',
    { conditions: { any: [{ key: '{{ request.object.data.x }}', operator: 'Equals', value: 'y' }] } },
    true,
  ],
  [
    'whose condition cannot be filled in',
    { conditions: { all: [{ key: '{{ nope }}', operator: 'Equals', value: '' }] } },
    false,
  ],
];

for (const [title, spec, skips] of EXCEPTIONS) {
  test(`an exception ${title} ${skips ? 'skips' : 'does not skip'} the rule`, () => {
    const env = { ...ENV, exceptions: [exception('a', spec)] };
    const expected = skips ? 'skip: rule is skipped due to policy exceptionsdelta/a' : 'fail: no';
    assert.deepEqual(answers(policyOf([deny('a', 'a')]), requestOf(), env), [expected]);
  });
}

test('exceptions apply only where the namespace can be read, except on the command line', () => {
  const env = { ...ENV, exceptions: [exception('a', {}), exception('b', {})], namespaceLabels: () => undefined };
  assert.deepEqual(answers(policyOf([deny('a', 'a')]), requestOf(), env), ['fail: no']);
  assert.deepEqual(answers(policyOf([deny('a', 'a')]), requestOf({}, { mode: 'cli' }), env), [
    'skip: rule is skipped due to policy exceptionsdelta/a, delta/b',
  ]);
});

test('podSecurity rules use exceptions with their own controls only on what failed', () => {
  const object: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x', namespace: 'ns' },
    spec: { hostPID: true, containers: [{ name: 'c', image: 'nginx' }] },
  };
  const match = { any: [{ resources: { kinds: ['Pod'] } }] };
  const policy = policyOf([{ match, validate: { podSecurity: { level: 'baseline', version: 'latest' } } }]);
  const withExceptions = (...exceptions: readonly JsonObject[]) =>
    answers(policy, requestOf({ object }), {
      ...ENV,
      exceptions: exceptions.map((spec, i) => exception(`e${i}`, { match, ...spec })),
    });
  const failed =
    `fail: Validation rule 'r0' failed. It violates PodSecurity "baseline:latest": ` +
    '(Forbidden reason: host namespaces, field error list: [spec.hostPID is forbidden, forbidden values found: true])';
  assert.deepEqual(withExceptions(), [failed]);
  assert.deepEqual(withExceptions({ podSecurity: [{ controlName: 'Host Ports' }] }), [failed]);
  assert.deepEqual(withExceptions({ podSecurity: [{ controlName: 'Host Namespaces' }] }), [
    'skip: rule is skipped due to policy exceptions delta/e0',
  ]);
  assert.deepEqual(withExceptions({ podSecurity: [{ controlName: 'Host Ports' }] }, {}), [
    'skip: rule is skipped due to policy exception delta/e1',
  ]);
});
