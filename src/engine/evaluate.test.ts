import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Environment } from '../model/environment.ts';
import { NotSupportedError } from '../model/failure.ts';
import { type Json, type JsonObject, withNumbers } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { AdmissionRequest } from '../model/request.ts';
import { gvkOf } from '../model/resource.ts';
import {
  compilePolicy,
  type Decision,
  type EngineRequest,
  evaluatePolicy,
  ruleNamesOf,
  selectRules,
  unsupportedRules,
} from './index.ts';

const ENV: Environment = {
  clock: { now: () => 0 },
  random: { next: () => 0.5 },
  data: {},
  namespaceLabels: () => ({}),
  exceptions: [],
  registry: { defaultRegistry: 'docker.io', enableDefaultRegistryMutation: true },
};

const MATCH: JsonObject = { any: [{ resources: { kinds: ['ConfigMap'] } }] };

function policyOf(rules: readonly JsonObject[], spec: JsonObject = {}, more: Partial<Policy> = {}): Policy {
  return {
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    name: 'p',
    namespace: '',
    annotations: {},
    document: {},
    spec,
    rules: rules.map((rule, i) => ({ name: `r${i}`, match: MATCH, ...rule })),
    ...more,
  };
}

const OBJECT: JsonObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'cm', namespace: 'ns', labels: { app: 'web' } },
  data: { n: 1000000n, port: 8080n, list: [1n, 2n], x: 'y' },
};

function requestOf(change: Partial<AdmissionRequest> = {}, more: Partial<EngineRequest> = {}): EngineRequest {
  const object = change.object === undefined ? OBJECT : change.object;
  const gvk = gvkOf(object ?? change.oldObject ?? {});
  return {
    mode: 'admission',
    request: {
      uid: 'u',
      kind: gvk,
      parentKind: gvk,
      resource: { group: gvk.group, version: gvk.version, resource: 'configmaps' },
      subResource: '',
      name: 'cm',
      namespace: 'ns',
      operation: 'CREATE',
      object,
      oldObject: null,
      userInfo: { username: 'system:serviceaccount:ns:sa', groups: ['g'] },
      roles: ['ns:r'],
      clusterRoles: [],
      dryRun: false,
      ...change,
    },
    ...more,
  };
}

/** `status: message` of every rule that answers. */
function answers(policy: Policy, request: EngineRequest = requestOf(), env: Environment = ENV): readonly string[] {
  return evaluatePolicy(compilePolicy(policy), request, env).rules.map(
    ({ status, message }) => `${status}: ${message}`,
  );
}

const deny = (key: Json, value: Json, operator = 'Equals'): JsonObject => ({
  validate: { message: 'no', deny: { conditions: { any: [{ key, operator, value }] } } },
});
const passed = (rule: string) => `pass: validation rule '${rule}' passed.`;

const RULES: readonly (readonly [title: string, rule: JsonObject, answer: readonly string[]])[] = [
  ['a pattern that matches', { validate: { pattern: { data: { x: 'y' } } } }, [passed('r0')]],
  [
    'a pattern that does not',
    { validate: { message: 'is {{ request.object.data.x }}', pattern: { data: { x: 'z' } } } },
    ['fail: validation error: is y. rule r0 failed at path /data/x/'],
  ],
  [
    'a pattern without a message',
    { validate: { pattern: { data: { x: 'z' } } } },
    ['fail: validation error: rule r0 failed at path /data/x/'],
  ],
  [
    'a message that cannot be filled in',
    { validate: { message: '{{ nope }}', pattern: { data: { x: 'z' } } } },
    [
      "fail: validation error: variables substitution error in rule r0 execution error: resource value 'y' does not match 'z' at path /data/x/",
    ],
  ],
  [
    'a pattern that cannot be filled in',
    { validate: { pattern: { data: { x: '{{ nope }}' } } } },
    [
      'error: variable substitution failed: failed to resolve nope at path /data/x: JMESPath query failed: Unknown key "nope" in path',
    ],
  ],
  [
    'an anchor that does not apply',
    { validate: { pattern: { '(kind)': 'Pod' } } },
    ["skip: conditional anchor mismatch: resource value 'ConfigMap' does not match 'Pod' at path /kind/"],
  ],
  [
    'an anchor that is never found beside a failure',
    { validate: { message: 'm', pattern: { data: { x: 'z' }, '^(nope)': [{ a: 'b' }] } } },
    ["error: validation error: m. rule r0 execution error: resource value 'y' does not match 'z' at path /data/x/"],
  ],
  [
    'several patterns of which none matches',
    { validate: { message: 'm', anyPattern: [{ data: { x: 'a' } }, { '(kind)': 'Pod' }, { data: { n: 1n } }] } },
    ['fail: validation error: m. rule r0[0] failed at path /data/x/ rule r0[2] failed at path /data/n/'],
  ],
  [
    'several patterns of which one matches',
    { validate: { anyPattern: [{ data: { x: 'a' } }, { data: { x: 'y' } }] } },
    ["pass: validation rule 'r0' anyPattern[1] passed."],
  ],
  [
    'several patterns of which none applies',
    { validate: { anyPattern: [{ '(kind)': 'Pod' }] } },
    [
      "skip: rule r0[0] skipped: conditional anchor mismatch: resource value 'ConfigMap' does not match 'Pod' at path /kind/",
    ],
  ],
  ['no patterns at all', { validate: { message: 'raw {{ x }}', anyPattern: [] } }, ['pass: raw {{ x }}']],
  ['a denial', deny('{{ request.object.data.x }}', 'y'), ['fail: no']],
  ['no denial', deny('{{ request.object.data.x }}', 'z'), [passed('r0')]],
  ['a denial without conditions', { validate: { deny: {} } }, ['fail: validation error: rule r0 failed']],
  [
    'the messages of conditions',
    {
      validate: {
        message: 'no',
        deny: {
          conditions: {
            any: [
              { key: 1n, operator: 'Equals', value: 2n, message: 'false one' },
              { key: 1n, operator: 'Equals', value: 1n, message: 'x is {{ request.object.data.x }}' },
            ],
            all: [{ key: 'a', operator: 'Equals', value: 'a', message: 'and a' }],
          },
        },
      },
    },
    ['fail: no; x is y; and a'],
  ],
  [
    'a message that is no text',
    { validate: { message: '{{ request.object.data.n }}', deny: {} } },
    ["fail: the produced message didn't resolve to a string, check your policy definition."],
  ],
  [
    'a condition that cannot be filled in',
    deny('{{ request.object.data.q }}', 'y'),
    [
      'error: failed to check deny conditions: failed to substitute variables in condition key: failed to resolve request.object.data.q at path : JMESPath query failed: Unknown key "q" in path',
    ],
  ],
  [
    'an unknown operator',
    deny('a', 'b', 'Is'),
    ['error: failed to check deny conditions: failed to create handler for condition operator: %!w(<nil>)'],
  ],
  [
    'preconditions that do not hold',
    {
      preconditions: { all: [{ key: 'a', operator: 'Equals', value: 'b', message: 'raw {{ x }}' }] },
      validate: { pattern: {} },
    },
    ['skip: preconditions not met; raw {{ x }}'],
  ],
  [
    'old preconditions that do not hold',
    { preconditions: [{ key: 'a', operator: 'NotEquals', value: 'a' }], validate: { pattern: {} } },
    ['skip: preconditions not met'],
  ],
  [
    'preconditions that cannot be filled in',
    { preconditions: { any: [{ key: '{{ nope }}', operator: 'Equals', value: 'b' }] }, validate: { pattern: {} } },
    [
      'error: failed to evaluate preconditions: failed to substitute variables in condition key: failed to resolve nope at path : JMESPath query failed: Unknown key "nope" in path',
    ],
  ],
  [
    'a list all of whose elements pass',
    {
      validate: {
        foreach: [{ list: 'request.object.data.list', ...(deny('{{ element }}', 3n)['validate'] as JsonObject) }],
      },
    },
    ['pass: rule passed'],
  ],
  [
    'a list with an element that fails',
    {
      validate: {
        message: 'bad',
        foreach: [
          {
            list: 'request.object.data.list',
            deny: {
              conditions: {
                any: [{ key: '{{ element }}', operator: 'Equals', value: 2n, message: '#{{ elementIndex }}' }],
              },
            },
          },
        ],
      },
    },
    ['fail: validation failure: bad; #1'],
  ],
  [
    'loops in loops',
    {
      validate: {
        message: 'bad',
        foreach: [{ list: '[{a: [`1`]}]', foreach: [{ list: 'element.a', deny: { conditions: { all: [] } } }] }],
      },
    },
    ['fail: validation failure: validation failure: bad'],
  ],
  ['a list that is not there', { validate: { foreach: [{ list: 'request.object.data.q', deny: {} }] } }, []],
  ['a list of nothing', { validate: { foreach: [{ list: 'request.object.data.list[5]', deny: {} }] } }, []],
  [
    'a list that is no query',
    { validate: { foreach: [{ list: 'a ||', deny: {} }] } },
    ['error: failed to evaluate list: incorrect query a ||: SyntaxError: Incomplete expression'],
  ],
  [
    'an element whose preconditions cannot be filled in',
    {
      validate: {
        foreach: [
          {
            list: 'request.object.data.list',
            preconditions: { all: [{ key: '{{ element.a.b.c || element2 }}', operator: 'Equals', value: 1n }] },
            deny: {},
          },
        ],
      },
    },
    [],
  ],
  [
    'an element that should narrow the object but is no map',
    { validate: { foreach: [{ list: 'request.object.data.list', elementScope: true, pattern: {} }] } },
    [
      'error: failed to process foreach: cannot use elementScope=true foreach rules for elements that are not maps, expected type=map got type=float64',
    ],
  ],
  [
    'a pattern on map elements',
    { validate: { foreach: [{ list: '[{a: `1`}]', pattern: { a: 1n } }] } },
    ['pass: rule passed'],
  ],
  [
    'a pattern beside other elements',
    { validate: { foreach: [{ list: "['s']", pattern: { data: { x: 'y' } } }] } },
    ['pass: rule passed'],
  ],
  [
    'a context entry that is broken but not used',
    { context: [{ name: 'c', variable: { value: '{{ nope }}' } }], validate: { pattern: { data: { x: 'y' } } } },
    [passed('r0')],
  ],
  ['only an assert', { validate: { assert: { a: 1n } } }, []],
  ['another kind', { match: { any: [{ resources: { kinds: ['Pod'] } }] }, validate: { deny: {} } }, []],
];

for (const [title, rule, expected] of RULES) {
  test(`a rule with ${title} says ${expected.length === 0 ? 'nothing' : expected.join()}`, () => {
    assert.deepEqual(answers(policyOf([rule])), expected);
  });
}

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

test('report properties are filled in, or left as written when they cannot be', () => {
  const properties = (value: string) => {
    const policy = policyOf([{ reportProperties: { k: value }, ...deny('a', 'b') }]);
    return evaluatePolicy(compilePolicy(policy), requestOf(), ENV).rules[0]?.properties;
  };
  assert.deepEqual(properties('{{ request.object.data.x }}'), { k: 'y' });
  assert.deepEqual(properties('{{ nope }}'), { k: '{{ nope }}' });
});

test('what is not built yet is named, and never answers', () => {
  const rules: readonly (readonly [string, JsonObject])[] = [
    ['validate.manifests', { validate: { manifests: { attestors: [{}] } } }],
  ];
  for (const [type, rule] of rules) {
    const policy = policyOf([rule]);
    assert.deepEqual(unsupportedRules(policy), [{ rule: 'r0', type }]);
    assert.throws(() => answers(policy), NotSupportedError);
    const unmatched = policyOf([{ ...rule, match: { any: [{ resources: { kinds: ['Pod'] } }] } }]);
    assert.deepEqual(answers(unmatched), []);
  }
  const other = policyOf([], {}, { apiVersion: 'policies.kyverno.io/v1', kind: 'UnknownPolicy' });
  assert.deepEqual(unsupportedRules(other), [{ rule: '', type: 'UnknownPolicy' }]);
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

  const enforced = decisionsOf({ validate: IS_Z }, update(BAD_OLD), { validationFailureAction: 'Enforce' });
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
