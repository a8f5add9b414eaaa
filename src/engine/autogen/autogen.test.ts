import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, JsonObject } from '../../model/json.ts';
import { getPath } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { computeRules, controllersOf } from './index.ts';

const POD_MATCH: JsonObject = { any: [{ resources: { kinds: ['Pod'] } }] };
const PATTERN: JsonObject = { pattern: { spec: { hostPID: false } } };

function policyOf(rules: readonly JsonObject[], controllers?: string): Policy {
  return {
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    name: 'p',
    namespace: '',
    annotations: controllers === undefined ? {} : { 'pod-policies.kyverno.io/autogen-controllers': controllers },
    document: {},
    spec: {},
    rules,
  };
}

const rule = (more: JsonObject = {}): JsonObject => ({ name: 'r', match: POD_MATCH, validate: PATTERN, ...more });
const names = (policy: Policy, kind: string): readonly Json[] =>
  computeRules(policy, kind).map(({ name }) => name ?? null);

test('Pods get the rule as written, controllers a copy for themselves alone', () => {
  const policy = policyOf([rule()]);
  assert.deepEqual(names(policy, 'Pod'), ['r']);
  assert.deepEqual(names(policy, 'Service'), ['r']);
  assert.deepEqual(names(policy, 'Deployment'), ['r', 'autogen-r']);
  assert.deepEqual(names(policy, 'CronJob'), ['r', 'autogen-cronjob-r']);
  assert.deepEqual(names(policy, ''), ['r', 'autogen-r', 'autogen-cronjob-r']);
  const kinds = (kind: string) => getPath(computeRules(policy, kind)[1], 'match');
  assert.deepEqual(kinds('Deployment'), { any: [{ resources: { kinds: ['apps/v1/Deployment'] } }] });
});

const BLOCKED: readonly (readonly [title: string, rules: readonly JsonObject[]])[] = [
  ['a name in match', [rule({ match: { resources: { kinds: ['Pod'], name: 'x' } } })]],
  ['names in exclude', [rule({ exclude: { any: [{ resources: { names: ['x'] } }] } })]],
  ['a selector', [rule({ match: { all: [{ resources: { kinds: ['Pod'], selector: {} } }] } })]],
  ['annotations', [rule({ match: { resources: { kinds: ['Pod'], annotations: { a: 'b' } } } })]],
  ['Pod beside another kind', [rule({ match: { any: [{ resources: { kinds: ['Pod', 'Deployment'] } }] } })]],
  ['only v1/Pod', [rule({ match: { any: [{ resources: { kinds: ['v1/Pod'] } }] } })]],
  ['no Pods', [rule({ match: { any: [{ resources: { kinds: ['Service'] } }] } })]],
  ['a generate rule', [rule(), { name: 'g', match: POD_MATCH, generate: { kind: 'X' } }]],
  ['a JSON patch', [rule(), { name: 'm', match: POD_MATCH, mutate: { patchesJson6902: '- op: add' } }]],
  [
    'a JSON patch in a loop',
    [rule(), { name: 'm', match: POD_MATCH, mutate: { foreach: [{ patchesJson6902: 'x' }] } }],
  ],
];

for (const [title, rules] of BLOCKED) {
  test(`a policy with ${title} gets no copies`, () => {
    assert.deepEqual(controllersOf(policyOf(rules)), []);
    assert.equal(computeRules(policyOf(rules), 'Deployment').length, rules.length);
  });
}

const ANNOTATIONS: readonly (readonly [annotation: string, kind: string, names: readonly string[]])[] = [
  ['none', 'Deployment', ['r']],
  ['none', '', ['r']],
  ['', 'Deployment', ['r']],
  ['Deployment', 'Deployment', ['r', 'autogen-r']],
  ['Deployment', 'Job', ['r']],
  ['Deployment, Job', 'Job', ['r']],
  ['Deployment,CronJob', 'CronJob', ['r', 'autogen-cronjob-r']],
  ['Deployment,CronJob', '', ['r', 'autogen-r', 'autogen-cronjob-r']],
  ['Rollout', 'Rollout', ['r', 'autogen-r']],
  ['Pod,Deployment', 'Pod', ['r', 'autogen-r']],
];

for (const [annotation, kind, expected] of ANNOTATIONS) {
  test(`with the annotation "${annotation}" the rules for "${kind}" are ${expected.join(', ')}`, () => {
    assert.deepEqual(names(policyOf([rule()], annotation), kind), expected);
  });
}

test('copies are wrapped, shifted and rewritten for their controller', () => {
  const message = 'see $(./pattern/spec/x) of {{ request.object.metadata.name }} {{request.object.specs}} {{element}}';
  const copies = computeRules(
    policyOf([rule({ validate: { message, failureAction: 'Enforce', ...PATTERN } })]),
    '',
  ).slice(1);
  assert.deepEqual(
    copies.map(({ validate }) => validate),
    [
      {
        message:
          'see $(./pattern/spec/template/spec/x) of {{ request.object.spec.template.metadata.name }} {{request.object.spec.template.specs}} {{element}}',
        failureAction: 'Enforce',
        pattern: { spec: { template: { spec: { hostPID: false } } } },
      },
      {
        message:
          'see $(./pattern/spec/jobTemplate/spec/template/spec/template/spec/x) of {{ request.object.spec.jobTemplate.spec.template.metadata.name }} {{request.object.spec.jobTemplate.spec.template.specs}} {{element}}',
        failureAction: 'Enforce',
        pattern: { spec: { jobTemplate: { spec: { template: { spec: { hostPID: false } } } } } },
      },
    ],
  );
});

test('anyPattern entries are wrapped one by one and deny is only rewritten', () => {
  const copyOf = (validate: JsonObject) => getPath(computeRules(policyOf([rule({ validate })]), 'Job')[1], 'validate');
  assert.deepEqual(copyOf({ anyPattern: [{ a: 1n }] }), { anyPattern: [{ spec: { template: { a: 1 } } }] });
  assert.deepEqual(copyOf({ deny: { conditions: [{ key: '{{ request.oldObject.spec.x }}' }] } }), {
    deny: { conditions: [{ key: '{{ request.oldObject.spec.template.spec.x }}' }] },
  });
  assert.deepEqual(copyOf({ cel: { expressions: [{ expression: 'object.spec.x && oldObject.metadata.y' }] } }), {
    cel: { expressions: [{ expression: 'object.spec.template.spec.x && oldObject.spec.template.metadata.y' }] },
  });
});

test('other filters keep their kinds in the first copy and lose them in the CronJob copy', () => {
  const match = { any: [{ resources: { kinds: ['Pod'] } }, { resources: { kinds: ['Service'], namespaces: ['x'] } }] };
  const [, first, cronJob] = computeRules(policyOf([rule({ match })], 'Deployment,CronJob'), '');
  assert.deepEqual(getPath(first, 'match', 'any'), [
    { resources: { kinds: ['apps/v1/Deployment'] } },
    { resources: { kinds: ['Service'], namespaces: ['x'] } },
  ]);
  assert.deepEqual(getPath(cronJob, 'match', 'any'), [
    { resources: { kinds: ['batch/v1/CronJob'] } },
    { resources: { kinds: ['batch/v1/CronJob'], namespaces: ['x'] } },
  ]);
});

test('an exclude that lists kinds but not Pod keeps a rule from being copied', () => {
  const exclude = { any: [{ resources: { kinds: ['Service'] } }] };
  assert.deepEqual(names(policyOf([rule({ exclude })]), 'Deployment'), ['r']);
});

test('a copy keeps its context and drops its image extractors', () => {
  const more = {
    context: [{ name: 'x', variable: { jmesPath: 'request.object.spec.y' } }],
    imageExtractors: { Pod: [] },
  };
  assert.deepEqual(computeRules(policyOf([rule(more)]), 'Job')[1], {
    name: 'autogen-r',
    match: { any: [{ resources: { kinds: ['batch/v1/Job'] } }] },
    context: [{ name: 'x', variable: { jmesPath: 'request.object.spec.template.spec.y' } }],
    validate: { pattern: { spec: { template: { spec: { hostPID: false } } } } },
  });
});

test('a loop over patches is wrapped and forgets its order', () => {
  const foreach = [{ list: 'request.object.spec.containers', order: 'Ascending', patchStrategicMerge: { spec: {} } }];
  const policy = policyOf([{ name: 'r', match: POD_MATCH, mutate: { foreach } }]);
  assert.deepEqual(getPath(computeRules(policy, 'Job')[1], 'mutate'), {
    foreach: [
      {
        list: 'request.object.spec.template.spec.containers',
        patchStrategicMerge: { spec: { template: { spec: {} } } },
      },
    ],
  });
});

test('names are cut to 63 bytes', () => {
  const name = 'too-long-this-rule-name-will-be-truncated-to-63-characters';
  assert.deepEqual(names(policyOf([rule({ name })]), '').slice(1), [
    'autogen-too-long-this-rule-name-will-be-truncated-to-63-charact',
    'autogen-cronjob-too-long-this-rule-name-will-be-truncated-to-63',
  ]);
});

test('rules that are named like copies give way to copies, but not for Pods', () => {
  const policy = policyOf([rule({ name: 'autogen-own' }), rule()]);
  assert.deepEqual(names(policy, 'Pod'), ['autogen-own', 'r']);
  assert.deepEqual(names(policy, 'Job'), ['r', 'autogen-r']);
});
