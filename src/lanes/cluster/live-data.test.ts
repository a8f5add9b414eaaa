import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../model/json.ts';
import { nameOf } from '../../model/resource.ts';
import { fakeCluster, refused } from '../../testing/fake-cluster.ts';
import { readLiveObjects } from './live-data.ts';

const SERVICES = '/api/v1/namespaces/default/services';
const MAPS = '/api/v1/namespaces/default/configmaps';

function clusterWith(collection: string, kind: string, names: readonly string[]) {
  const cluster = fakeCluster();
  for (const name of names) {
    const object: JsonObject = { apiVersion: 'v1', kind, metadata: { name, namespace: 'default' } };
    cluster.stored.set(`${collection}/${name}`, object);
  }
  return cluster;
}

test('objects that are read have their kind and version, which lists leave out', async () => {
  const cluster = fakeCluster({
    intercept: () => ({
      status: 200,
      body: { apiVersion: 'apps/v1', kind: 'DeploymentList', items: [{ metadata: { name: 'web' } }] },
      warnings: [],
    }),
  });
  const scope = { collection: '/apis/apps/v1/deployments', name: '', read: 'context' } as const;
  assert.deepEqual(await readLiveObjects(cluster, scope), {
    ...scope,
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    objects: [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } }],
  });
});

test('of one object only that one is kept', async () => {
  const cluster = clusterWith(SERVICES, 'Service', ['a', 'b', 'kyverdict-probe']);
  for (const [name, names] of [
    ['', ['a', 'b']],
    ['b', ['b']],
    ['c', []],
  ] as const) {
    const found = await readLiveObjects(cluster, { collection: SERVICES, name, read: 'context' });
    assert.deepEqual(found?.objects.map(nameOf), names);
  }
});

test("the ConfigMap of the cluster's certificate is left out unless it is named", async () => {
  const cluster = clusterWith(MAPS, 'ConfigMap', ['kube-root-ca.crt', 'teams']);
  const all = await readLiveObjects(cluster, { collection: MAPS, name: '', read: 'context' });
  assert.deepEqual(all?.objects.map(nameOf), ['teams']);
  const one = await readLiveObjects(cluster, { collection: MAPS, name: 'kube-root-ca.crt', read: 'context' });
  assert.equal(one?.objects.length, 1);
});

test('what may not be read is left out', async () => {
  const cluster = fakeCluster({ intercept: () => refused(403, 'no') });
  assert.equal(await readLiveObjects(cluster, { collection: SERVICES, name: '', read: 'state' }), undefined);
});
