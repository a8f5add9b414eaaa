import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeCluster, refused } from '../../testing/fake-cluster.ts';
import { createDiscovery, objectPath, resourcePath } from './discovery.ts';
import { ClusterTroubleError } from './trouble.ts';

const POD = { group: '', version: 'v1', kind: 'Pod' };

test('a kind is found with its plural and whether it is in namespaces', async () => {
  const discovery = createDiscovery(fakeCluster());
  assert.deepEqual(await discovery.ofKind(POD), { ...POD, resource: 'pods', namespaced: true });
  const role = { group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'ClusterRole' };
  assert.deepEqual(await discovery.ofKind(role), { ...role, resource: 'clusterroles', namespaced: false });
});

test('a kind and a version that are not served are not found', async () => {
  const discovery = createDiscovery(fakeCluster());
  assert.equal(await discovery.ofKind({ ...POD, kind: 'Widget' }), undefined);
  assert.equal(await discovery.ofKind({ ...POD, version: 'v9' }), undefined);
});

test('a resource is found by its name, with or without its group', async () => {
  const discovery = createDiscovery(fakeCluster());
  assert.equal((await discovery.ofName('deployments'))?.group, 'apps');
  assert.equal((await discovery.ofName('deployments.apps'))?.kind, 'Deployment');
  assert.equal((await discovery.ofName('events'))?.group, '');
  assert.equal((await discovery.ofName('events.events.k8s.io'))?.group, 'events.k8s.io');
  assert.equal(await discovery.ofName('deployments.batch'), undefined);
  assert.equal(await discovery.ofName('widgets'), undefined);
});

test('each version is asked for once, until it is forgotten', async () => {
  const cluster = fakeCluster();
  const discovery = createDiscovery(cluster);
  const asked = () => cluster.seen.filter(({ path }) => path === '/api/v1').length;
  await Promise.all([discovery.ofKind(POD), discovery.ofKind(POD)]);
  assert.equal(asked(), 1);
  discovery.forget();
  await discovery.ofKind(POD);
  assert.equal(asked(), 2);
});

test('a failure to ask is trouble, and asked again the next time', async () => {
  let failing = true;
  const cluster = fakeCluster({ intercept: () => (failing ? refused(503, 'busy') : undefined) });
  const discovery = createDiscovery(cluster);
  await assert.rejects(discovery.ofKind(POD), ClusterTroubleError);
  failing = false;
  assert.equal((await discovery.ofKind(POD))?.resource, 'pods');
});

test('paths name the namespace only where there is one', async () => {
  const discovery = createDiscovery(fakeCluster());
  const object = (apiVersion: string, kind: string, metadata: { name: string; namespace?: string }) => ({
    apiVersion,
    kind,
    metadata,
  });
  assert.equal(await objectPath(discovery, object('v1', 'Pod', { name: 'a' })), '/api/v1/namespaces/default/pods/a');
  assert.equal(
    await objectPath(discovery, object('apps/v1', 'Deployment', { name: 'a', namespace: 'b' })),
    '/apis/apps/v1/namespaces/b/deployments/a',
  );
  assert.equal(
    await objectPath(discovery, object('v1', 'Namespace', { name: 'a', namespace: 'b' })),
    '/api/v1/namespaces/a',
  );
  assert.equal(await objectPath(discovery, object('example.com/v1', 'Widget', { name: 'a' })), undefined);
  const pods = { ...POD, resource: 'pods', namespaced: true };
  assert.equal(resourcePath(pods, 'a', 'b', 'exec'), '/api/v1/namespaces/a/pods/b/exec');
  assert.equal(resourcePath(pods, ''), '/api/v1/pods');
});
