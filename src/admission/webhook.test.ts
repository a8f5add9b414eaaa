import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../model/json.ts';
import type { AdmissionRequest, Operation } from '../model/request.ts';
import { watchedOperations } from './rule-kinds.ts';
import { servedResources } from './served-resources.ts';
import { buildWebhookRules } from './webhook.ts';

const ALL: readonly Operation[] = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'];
const resources = servedResources([]);

function request(resource: string, operation: Operation, namespace = 'default'): AdmissionRequest {
  const [path = '', subResource = ''] = resource.split('/');
  const [plural = '', group = '', version = 'v1'] = path.split(':');
  const kind = { group, version, kind: 'K' };
  return {
    kind,
    parentKind: kind,
    resource: { group, version, resource: plural },
    subResource,
    name: 'a',
    namespace,
    operation,
    object: null,
    oldObject: null,
    userInfo: { username: 'a' },
    roles: [],
    clusterRoles: [],
    dryRun: true,
  };
}

function watches(kinds: string, namespaced = false): (resource: string, operation?: Operation, ns?: string) => boolean {
  const rule = { match: { any: [{ resources: { kinds: [kinds] } }] } };
  const rules = buildWebhookRules([{ watched: watchedOperations(rule, ALL), namespaced }], resources);
  return (resource, operation = 'CREATE', ns = 'default') => rules.match(request(resource, operation, ns));
}

test('a kind stands for its resource in every version, not for its subresources', () => {
  assert.equal(watches('Deployment')('deployments:apps'), true);
  assert.equal(watches('Deployment')('deployments:apps/scale'), false);
  assert.equal(watches('Deployment')('statefulsets:apps'), false);
  assert.equal(watches('HorizontalPodAutoscaler')('horizontalpodautoscalers:autoscaling:v2'), true);
  assert.equal(watches('autoscaling/v1/HorizontalPodAutoscaler')('horizontalpodautoscalers:autoscaling:v2'), false);
  assert.equal(watches('apps/Deployment')('deployments:apps'), false);
});

test('Pods bring their ephemeral containers along', () => {
  assert.equal(watches('Pod')('pods/ephemeralcontainers', 'UPDATE'), true);
  assert.equal(watches('Pod')('pods/exec', 'CONNECT'), false);
  assert.equal(watches('*')('pods/ephemeralcontainers', 'UPDATE'), true);
});

test('subresources are watched by name and by wildcard', () => {
  assert.equal(watches('Pod/exec')('pods/exec', 'CONNECT'), true);
  assert.equal(watches('Pod.exec')('pods/exec', 'CONNECT'), true);
  assert.equal(watches('Pod/exec')('pods'), false);
  assert.equal(watches('Pod/*')('pods/eviction'), true);
  assert.equal(watches('Pod/*')('pods'), false);
  assert.equal(watches('*/scale')('deployments:apps/scale', 'UPDATE'), true);
  assert.equal(watches('*/scale')('deployments:apps', 'UPDATE'), false);
  assert.equal(watches('*/*')('deployments:apps/status', 'UPDATE'), true);
});

test('wildcards of a policy in a namespace stand for namespaced resources', () => {
  assert.equal(watches('*')('namespaces', 'CREATE', 'a'), true);
  assert.equal(watches('*', true)('namespaces', 'CREATE', 'a'), false);
  assert.equal(watches('*', true)('nodes', 'CREATE', ''), false);
  assert.equal(watches('*', true)('pods'), true);
});

test('another version of a watched kind is told apart', () => {
  const rule = { match: { any: [{ resources: { kinds: ['autoscaling/v1/HorizontalPodAutoscaler'] } }] } };
  const rules = buildWebhookRules([{ watched: watchedOperations(rule, ALL), namespaced: false }], resources);
  assert.equal(rules.matchOtherVersion(request('horizontalpodautoscalers:autoscaling:v2', 'CREATE')), true);
  assert.equal(rules.matchOtherVersion(request('horizontalpodautoscalers:autoscaling:v1', 'CREATE')), false);
});

function operations(rule: JsonObject): readonly (readonly [string, readonly Operation[]])[] {
  return [...watchedOperations(rule, ALL)].map(([kind, set]) => [kind, [...set]]);
}

test('operations come from the match block and are taken away by excludes of kinds alone', () => {
  const match = { any: [{ resources: { kinds: ['Pod'], operations: ['CREATE', 'DELETE'] } }] };
  assert.deepEqual(operations({ match }), [['Pod', ['CREATE', 'DELETE']]]);
  assert.deepEqual(operations({ match, exclude: { any: [{ resources: { operations: ['DELETE'] } }] } }), [
    ['Pod', ['CREATE']],
  ]);
  const narrow = { any: [{ resources: { kinds: ['Pod'], namespaces: ['a'] } }, { roles: ['a:b'] }] };
  assert.deepEqual(operations({ match, exclude: narrow }), [['Pod', ['CREATE', 'DELETE']]]);
  assert.deepEqual(operations({ match: { resources: { kinds: ['Pod'] } } }), [['Pod', ALL]]);
});
