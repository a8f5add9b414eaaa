import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { Environment, TargetQuery } from '../../model/environment.ts';
import type { JsonObject } from '../../model/json.ts';
import { compilePolicy, mutatePolicy, type PolicyMutation } from '../index.ts';

const MAPS = ['one', 'two'].map((name): { readonly object: JsonObject } => ({
  object: {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'shop' },
    data: { old: name },
  },
}));

const TRIGGER: JsonObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'trigger', namespace: 'shop' } };

interface Asked {
  readonly mode?: 'cli' | 'admission';
  readonly findTargets?: Environment['findTargets'] | undefined;
  readonly namespace?: string;
}

/** Applies a mutate block, written as YAML, to the targets that are found. */
function mutate(block: string, asked: Asked = {}): PolicyMutation {
  const { mode = 'cli', namespace = '' } = asked;
  const findTargets = 'findTargets' in asked ? asked.findTargets : () => ({ ok: true, value: MAPS }) as const;
  const match = { any: [{ resources: { kinds: ['Secret'] } }] };
  const rules = [{ name: 'r', match, mutate: parse(block) as JsonObject }];
  const environment: Environment = {
    clock: { now: () => 0 },
    random: { next: () => 0.5 },
    data: {},
    namespaceLabels: () => ({}),
    ...(findTargets === undefined ? {} : { findTargets }),
    exceptions: [],
    registry: { defaultRegistry: 'docker.io', enableDefaultRegistryMutation: true },
  };
  const kind = { group: '', version: 'v1', kind: 'Secret' };
  const request = {
    kind,
    resource: { group: '', version: 'v1', resource: 'secrets' },
    subResource: '',
    parentKind: kind,
    name: 'trigger',
    namespace: 'shop',
    operation: 'CREATE' as const,
    object: TRIGGER,
    oldObject: null,
    userInfo: { username: 'u' },
    roles: [],
    clusterRoles: [],
    dryRun: false,
  };
  const compiled = compilePolicy({
    apiVersion: 'kyverno.io/v1',
    kind: namespace === '' ? 'ClusterPolicy' : 'Policy',
    name: 'p',
    namespace,
    annotations: {},
    document: {},
    spec: { rules },
    rules,
  });
  return mutatePolicy(compiled, { request, mode }, environment);
}

function told({ rules }: PolicyMutation): readonly unknown[] {
  return rules.map(({ status, message, patchedTarget }) =>
    patchedTarget === undefined ? `${status}: ${message}` : [`${status}: ${message}`, patchedTarget['data']],
  );
}

const TARGET = '{apiVersion: v1, kind: ConfigMap, namespace: shop}';

test('every target that is found has an answer of its own, and the trigger stays as it is', () => {
  const response = mutate(`
targets: [${TARGET}]
patchStrategicMerge: {data: {new: "{{ request.object.metadata.name }}-{{ target.metadata.name }}", old: "{{ @ }}!"}}
`);
  assert.deepEqual(told(response), [
    ['pass: mutated ConfigMap/one in namespace shop', { new: 'trigger-one', old: 'one!' }],
    ['pass: mutated ConfigMap/two in namespace shop', { new: 'trigger-two', old: 'two!' }],
  ]);
  assert.equal(response.patched, undefined);
});

test('context and preconditions of a target decide for each object', () => {
  const response = mutate(`
targets:
- apiVersion: v1
  kind: ConfigMap
  namespace: shop
  context: [{name: who, variable: {jmesPath: target.metadata.name}}]
  preconditions: {all: [{key: "{{ who }}", operator: Equals, value: one, message: only one}]}
patchStrategicMerge: {data: {new: x}}
`);
  assert.deepEqual(told(response), [
    ['pass: mutated ConfigMap/one in namespace shop', { old: 'one', new: 'x' }],
    'skip: preconditions not met; only one',
  ]);
});

test('foreach works on targets', () => {
  const response = mutate(`
targets: [${TARGET}]
foreach: [{list: "target.data.keys(@)", patchStrategicMerge: {data: {"{{ element }}": new}}}]
`);
  assert.deepEqual(told(response), [
    ['pass: mutated ConfigMap/one in namespace shop', { old: 'new' }],
    ['pass: mutated ConfigMap/two in namespace shop', { old: 'new' }],
  ]);
});

test('targets are looked up by what they say after their variables are replaced', () => {
  const asked: TargetQuery[] = [];
  const findTargets: Environment['findTargets'] = (query) => {
    asked.push(query);
    return { ok: true, value: [] };
  };
  const block = `
targets:
- {apiVersion: apps/v1, kind: Deployment/scale, namespace: other, name: "{{ request.object.metadata.name }}-*"}
- {apiVersion: v1, kind: ConfigMap, selector: {matchLabels: {a: b}}}
patchStrategicMerge: {data: {new: x}}
`;
  mutate(block, { findTargets });
  mutate(block, { findTargets, namespace: 'shop' });
  const deployment = { group: 'apps', version: 'v1', kind: 'Deployment', subresource: 'scale', name: 'trigger-*' };
  const map = { group: '*', version: 'v1', kind: 'ConfigMap', subresource: '', name: '' };
  const selector = { matchLabels: { a: 'b' } };
  assert.deepEqual(asked, [
    { ...deployment, namespace: 'other', selector: undefined },
    { ...map, namespace: '', selector },
    { ...deployment, namespace: 'shop', selector: undefined },
    { ...map, namespace: 'shop', selector },
  ]);
});

test('targets that cannot be looked up give one error for all, and the others are gone through', () => {
  const findTargets: Environment['findTargets'] = ({ kind }) =>
    kind === 'ConfigMap' ? { ok: true, value: MAPS.slice(0, 1) } : { ok: false, error: `${kind} "x" not found` };
  const response = mutate(
    `
targets:
- {apiVersion: v1, kind: Foo}
- ${TARGET}
- {apiVersion: v1, kind: ConfigMap, name: "{{ nope }}"}
foreach: [{list: "['a']", patchStrategicMerge: {data: {new: x}}}]
`,
    { findTargets },
  );
  const unknown = 'failed to resolve nope at path /name: JMESPath query failed: Unknown key "nope" in path';
  assert.deepEqual(told(response), [
    `error: : Foo "x" not found; failed to substitute variables in target[2]: ${unknown}`,
    ['pass: mutated ConfigMap/one in namespace shop', { old: 'one', new: 'x' }],
  ]);
});

test('admission leaves targets to the background, and without a client there is an error', () => {
  const block = `{targets: [${TARGET}], patchStrategicMerge: {data: {new: x}}}`;
  assert.deepEqual(told(mutate(block, { mode: 'admission' })), []);
  const [answer] = told(mutate(block, { findTargets: undefined }));
  assert.match(String(answer), /^error: failed to instantiate handler: Handler factory requires a client/);
});
