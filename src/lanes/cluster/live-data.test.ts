import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../model/json.ts';
import { parsePolicies } from '../../policy/index.ts';
import { fakeCluster, refused } from '../../testing/fake-cluster.ts';
import { readLiveData, withLiveData } from './live-data.ts';

function policies(context: string, loop = '[]') {
  return parsePolicies(
    `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: p}
spec:
  background: false
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    context: ${context}
    validate: {message: m, foreach: [{list: "request.object.spec.containers", context: ${loop}, deny: {}}]}`,
    'policy.yaml',
  );
}

function object(kind: string, name: string, namespace = 'default', apiVersion = 'v1'): JsonObject {
  return { apiVersion, kind, metadata: { name, namespace } };
}

const call = (path: string) => `[{name: x, apiCall: {urlPath: "${path}"}}]`;

for (const [name, context, read] of [
  ['one object', call('/api/v1/namespaces/{{ request.namespace }}/services/web'), ['/api/v1/services']],
  ['a collection with a query', call('/apis/apps/v1/deployments?labelSelector=a'), ['/apis/apps/v1/deployments']],
  ['a config map', '[{name: x, configMap: {name: a, namespace: b}}]', ['/api/v1/configmaps']],
  ['a variable', '[{name: x, variable: {value: 1}}]', []],
  ['something else than resources', call('/version'), []],
] as const) {
  test(`what a context entry reads is read as a whole collection: ${name}`, async () => {
    for (const given of [policies(context), policies('[]', context)]) {
      const cluster = fakeCluster();
      await readLiveData(cluster, given);
      assert.deepEqual(
        cluster.seen.map(({ path }) => path),
        read,
      );
    }
  });
}

test('objects that are read have their kind and version, which lists leave out', async () => {
  const cluster = fakeCluster();
  cluster.stored.set(
    '/apis/apps/v1/namespaces/default/deployments/web',
    object('Deployment', 'web', 'default', 'apps/v1'),
  );
  const [found] = await readLiveData(cluster, policies(call('/apis/apps/v1/deployments')));
  assert.deepEqual([found?.['apiVersion'], found?.['kind']], ['apps/v1', 'Deployment']);
});

test('what may not be read is left out', async () => {
  const cluster = fakeCluster({ intercept: () => refused(403, 'no') });
  assert.deepEqual(await readLiveData(cluster, policies(call('/api/v1/services'))), []);
});

test('what is really there takes the place of what was given', () => {
  const given = [object('Service', 'a'), object('Service', 'b'), object('Pod', 'a')];
  const live = [{ ...object('Service', 'a'), spec: { type: 'NodePort' } }, object('Service', 'c')];
  assert.deepEqual(withLiveData(given, live), [given[1], given[2], ...live]);
});
