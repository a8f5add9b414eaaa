import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdmissionAnswer, ClientRequest } from '../model/admission.ts';
import type { JsonObject } from '../model/json.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import { parsePolicies } from '../policy/index.ts';
import { createAdmission, installPolicyOn } from './admission.ts';
import type { World } from './world.ts';

function configMap(name: string, namespace: string, data: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
}

const SECRET: JsonObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'default' } };

/** A policy whose rule changes ConfigMaps when a Secret comes. */
function policy(target: string, more = '', rule = ''): string {
  return `
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: stamp}
spec:
  background: false
  rules:
  - name: stamp
    match: {any: [{resources: {kinds: [Secret]}}]}
    ${rule}
    mutate:
      ${more}
      targets: [${target}]
      patchStrategicMerge: {data: {by: "{{ request.object.metadata.name }} in {{ target.metadata.namespace }}"}}
---`;
}

function world(policies: string, objects: readonly JsonObject[]): World {
  return {
    policies: parsePolicies(policies, 'policies.yaml'),
    objects: [...objects, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }],
    settings: DEFAULT_SETTINGS,
    clock: { now: () => Date.UTC(2026, 0, 1) },
    random: { next: () => 0.5 },
  };
}

const MAPS = [configMap('one', 'default', { a: '1' }), configMap('two', 'shop', { a: '2' })];

function create(policies: string, more: Partial<ClientRequest> = {}): AdmissionAnswer {
  return createAdmission(world(policies, MAPS))({ operation: 'CREATE', object: SECRET, ...more }).answer;
}

/** Each answer of a mutate rule: status, what failed or the message, and the target's data. */
function told({ rules }: AdmissionAnswer): readonly unknown[] {
  return rules
    .filter(({ type }) => type === 'Mutation')
    .map(({ status, message, failure, patchedTarget }) => [status, failure ?? message, patchedTarget?.['data']]);
}

test('targets are looked up in the cluster and changed after the request was let through', () => {
  const answer = create(policy('{apiVersion: v1, kind: ConfigMap, name: "*", namespace: "sh*"}'));
  assert.equal(answer.code, 201);
  assert.deepEqual(told(answer), [['pass', 'mutated ConfigMap/two in namespace shop', { a: '2', by: 's in shop' }]]);
});

test('a dry run changes no target', () => {
  assert.deepEqual(told(create(policy('{apiVersion: v1, kind: ConfigMap}'), { dryRun: true })), []);
});

test('a target that does not exist, or of an unknown kind, is an error with the text of the client', () => {
  const missing = create(policy('{apiVersion: v1, kind: ConfigMap, name: three, namespace: shop}'));
  assert.deepEqual(told(missing), [['error', ': configmaps "three" not found', undefined]]);
});

test('a changed target goes through admission, and a refusal is told', () => {
  const refusing = `
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: frozen}
spec:
  background: false
  rules:
  - name: frozen
    match: {any: [{resources: {kinds: [ConfigMap], operations: [UPDATE]}}]}
    validate: {failureAction: Enforce, message: frozen, deny: {}}
---`;
  const answer = create(`${policy('{apiVersion: v1, kind: ConfigMap, name: one, namespace: default}')}${refusing}`);
  assert.equal(answer.code, 201);
  const [[status, failure, data] = []] = told(answer) as readonly (readonly unknown[])[];
  assert.deepEqual([status, data], ['pass', undefined]);
  assert.match(String(failure), /^admission webhook "validate\.kyverno\.svc-fail" denied the request: .*frozen/s);
});

test('a DELETE calls only for rules that name that operation', () => {
  const target = '{apiVersion: v1, kind: ConfigMap, name: one, namespace: default}';
  const gone = (text: string) => {
    const admission = createAdmission(world(text, [...MAPS, SECRET]));
    return told(admission({ operation: 'DELETE', resource: 'secrets', name: 's', namespace: 'default' }).answer);
  };
  assert.deepEqual(gone(policy(target)), []);
  const named = policy(target).replace('kinds: [Secret]', 'kinds: [Secret], operations: [DELETE]');
  assert.deepEqual(gone(named), [
    ['pass', 'mutated ConfigMap/one in namespace default', { a: '1', by: 's in default' }],
  ]);
});

test('preconditions that do not hold keep a rule from being called', () => {
  const rule = 'preconditions: {all: [{key: "{{ request.object.metadata.name }}", operator: Equals, value: other}]}';
  assert.deepEqual(told(create(policy('{apiVersion: v1, kind: ConfigMap}', '', rule))), []);
});

test('a policy that says so changes what exists when it is installed', () => {
  const target = '{apiVersion: v1, kind: ConfigMap, name: one, namespace: default}';
  const objects = [...MAPS, SECRET];
  assert.deepEqual(told(installPolicyOn(world(policy(target), objects), 'stamp')), []);
  const willing = policy(target, 'mutateExistingOnPolicyUpdate: true');
  assert.deepEqual(told(installPolicyOn(world(willing, objects), 'stamp')), [
    ['pass', 'mutated ConfigMap/one in namespace default', { a: '1', by: 's in default' }],
  ]);
});

const WEB: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    replicas: 1n,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx:1' }] } },
  },
};

/** The target after a Secret came, or why there is none. */
function changed(target: string, patch: string): unknown {
  const text = policy(target).replace(/patchStrategicMerge: .*/, `patchStrategicMerge: ${patch}`);
  const admission = createAdmission(world(text, [WEB]));
  const { rules } = admission({ operation: 'CREATE', object: SECRET }).answer;
  const [{ message, failure, patchedTarget } = { message: 'nothing' }] = rules.filter((one) => one.type === 'Mutation');
  return patchedTarget ?? failure ?? message;
}

test('the scale of an object is a target: it is read as a Scale, and the object gets its replicas', () => {
  const scale = (name: string) => `{apiVersion: apps/v1, kind: Deployment/scale, namespace: shop, name: ${name}}`;
  const patch = '{spec: {replicas: 3}, metadata: {labels: {a: "{{ target.kind }}"}}}';
  const { kind, metadata, spec } = changed(scale('web'), patch) as JsonObject;
  assert.deepEqual([kind, (metadata as JsonObject)['labels']], ['Deployment', undefined]);
  assert.equal((spec as JsonObject)['replicas'], 3n);
  // The list of objects is gone through, and each is asked for by the pattern.
  assert.equal(changed(scale('"w*"'), patch), ': deployments.apps "w*" not found');
  assert.equal(
    changed(scale('web').replace('namespace: shop', 'namespace: "*"'), '{spec: {replicas: 1}}'),
    'no patches applied',
  );
});

test('a status is the whole object, of which only the status is written', () => {
  const status = '{apiVersion: apps/v1, kind: Deployment.status, namespace: shop, name: web}';
  const got = changed(status, '{spec: {replicas: 5}, status: {observedGeneration: 7}}') as JsonObject;
  assert.equal((got['spec'] as JsonObject)['replicas'], 1n);
  assert.deepEqual(got['status'], { observedGeneration: 7n });
  const nothing = '{apiVersion: apps/v1, kind: Deployment/nothing, namespace: shop, name: web}';
  assert.equal(changed(nothing, '{a: b}'), ': resource not found');
  const pod = '{apiVersion: v1, kind: Pod/eviction, namespace: shop, name: web}';
  assert.equal(changed(pod, '{a: b}'), ': pods "web" not found');
});
