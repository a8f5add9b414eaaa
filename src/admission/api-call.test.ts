import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApiServer } from '../apiserver/index.ts';
import { NotSupportedError } from '../model/failure.ts';
import { getPath, type Json, type JsonObject } from '../model/json.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import { type ApiReader, answerApiCall, findConfigMap } from './api-call.ts';
import { createClusterState } from './cluster-state.ts';
import { withDefaults } from './default-objects.ts';
import { servedResources } from './served-resources.ts';

function object(apiVersion: string, kind: string, name: string, namespace: string, more: JsonObject = {}): JsonObject {
  return { apiVersion, kind, ...more, metadata: { name, namespace, labels: { app: name } } };
}

const crd: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [{ name: 'v1', served: true, storage: true }],
  },
};

const objects = withDefaults(
  [
    crd,
    object('v1', 'Pod', 'b', 'team', { spec: { nodeName: 'n1' } }),
    object('v1', 'Pod', 'a', 'team', { spec: { terminationGracePeriodSeconds: 3n } }),
    object('v1', 'Pod', 'c', 'other'),
    object('example.com/v1', 'Widget', 'w', 'team'),
    object('autoscaling/v1', 'HorizontalPodAutoscaler', 'h', 'team'),
    object('v1', 'ConfigMap', 'settings', 'team', { data: { a: '1' } }),
  ],
  DEFAULT_SETTINGS,
);
const clock = { now: () => 0 };
const server = createApiServer({ objects, settings: {}, clock, random: { next: () => 0.5 } });
const reader: ApiReader = {
  state: createClusterState(server.store),
  resources: servedResources(objects),
};

function ask(url: string): Json {
  const answer = answerApiCall(reader, { method: 'GET', url, service: false });
  return answer.ok ? answer.value : `refused: ${answer.error}`;
}

function names(url: string): readonly Json[] {
  const items = getPath(ask(url), 'items');
  return Array.isArray(items) ? items.map((item: Json) => getPath(item, 'metadata', 'name') ?? null) : [ask(url)];
}

test('a list holds the objects of the namespace by name, without kind and version', () => {
  assert.deepEqual(names('/api/v1/namespaces/team/pods'), ['a', 'b']);
  assert.deepEqual(names('/api/v1/pods'), ['c', 'a', 'b']);
  const list = ask('/api/v1/namespaces/team/pods/');
  assert.equal(getPath(list, 'kind'), 'PodList');
  assert.equal(getPath(list, 'apiVersion'), 'v1');
  assert.deepEqual(getPath(list, 'items', '0'), undefined);
});

test('a list of nothing is empty, also in a namespace that does not exist', () => {
  assert.deepEqual(names('/apis/apps/v1/namespaces/nowhere/deployments'), []);
});

test('queries select by labels and fields', () => {
  assert.deepEqual(names('/api/v1/namespaces/team/pods?labelSelector=app%3Db'), ['b']);
  assert.deepEqual(names('/api/v1/pods?labelSelector=app in (a, c)'), ['c', 'a']);
  assert.deepEqual(names('/api/v1/pods?labelSelector=app,app!=a'), ['c', 'b']);
  assert.deepEqual(names('/api/v1/pods?labelSelector=!app'), []);
  assert.deepEqual(names('/api/v1/pods?fieldSelector=spec.nodeName=n1'), ['b']);
  assert.deepEqual(names('/api/v1/pods?fieldSelector=metadata.namespace!=team'), ['c']);
});

test('one object comes whole, with defaults and floats', () => {
  const pod = ask('/api/v1/namespaces/team/pods/a');
  assert.equal(getPath(pod, 'kind'), 'Pod');
  assert.equal(getPath(pod, 'spec', 'terminationGracePeriodSeconds'), 3);
  assert.equal(getPath(pod, 'spec', 'restartPolicy'), 'Always');
  assert.equal(getPath(ask('/api/v1/namespaces/kube-system'), 'metadata', 'name'), 'kube-system');
  assert.equal(getPath(ask('/apis/example.com/v1/namespaces/team/widgets'), 'items', 'length'), undefined);
  assert.deepEqual(names('/apis/example.com/v1/namespaces/team/widgets'), ['w']);
});

test("refusals have the words of Kyverno's client, whatever the API server says", () => {
  const missing = 'refused: the server could not find the requested resource';
  const faulty = 'refused: the server rejected our request for an unknown reason';
  const rows: readonly (readonly [string, string])[] = [
    ['/api/v1/namespaces/team/pods/none', missing],
    ['/apis/foo.io/v1/bars', missing],
    ['/api/v1/nothings', missing],
    ['/api/v1/pods/a', missing],
    ['/api/v1/namespaces/team/nodes', missing],
    ['/nothing', missing],
    ['/api/v1/services?fieldSelector=spec.foo=1', faulty],
    ['/api/v1/pods?fieldSelector=abc', faulty],
    ['/api/v1/pods?labelSelector=a b c', faulty],
  ];
  for (const [url, answer] of rows) assert.equal(ask(url), answer, url);
});

test('a call that the objects cannot answer is not supported, by name', () => {
  const calls = [
    '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    '/api/v1/namespaces/team/pods/a/log',
    '/apis/apps/v1',
    '/apis/autoscaling/v2/namespaces/team/horizontalpodautoscalers',
  ];
  for (const url of calls) assert.throws(() => ask(url), NotSupportedError, url);
  const call = { method: 'POST', url: '/apis/authorization.k8s.io/v1/subjectaccessreviews', service: false } as const;
  assert.throws(() => answerApiCall(reader, call), /the call POST \/apis\/authorization.k8s.io/);
  assert.throws(() => answerApiCall(reader, { method: 'GET', url: 'http://x', service: true }), /the call GET http/);
});

test('ConfigMaps are found by namespace and name', () => {
  assert.equal(findConfigMap(reader, 'team', 'settings').ok, true);
  const missing = findConfigMap(reader, 'team', 'nope');
  assert.deepEqual(missing, { ok: false, error: 'configmaps "nope" not found' });
  assert.deepEqual(findConfigMap(reader, 'team', ''), { ok: false, error: 'resource name may not be empty' });
});
