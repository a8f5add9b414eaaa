import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../model/json.ts';
import { fakeCluster } from '../../testing/fake-cluster.ts';
import { createDiscovery } from './discovery.ts';
import { ClusterTroubleError } from './trouble.ts';
import { wantedObjects } from './wanted.ts';

function object(apiVersion: string, kind: string, name: string, metadata: JsonObject = {}): JsonObject {
  return { apiVersion, kind, metadata: { name, ...metadata } };
}

const WIDGETS: JsonObject = {
  ...object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'widgets.example.com'),
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets' },
    versions: [{ name: 'v1' }, { name: 'v2' }],
  },
};

async function wanted(...objects: readonly JsonObject[]) {
  return wantedObjects(objects, createDiscovery(fakeCluster()));
}

test('an object has its path and collection, in default when it names no namespace', async () => {
  const found = await wanted(
    object('v1', 'ConfigMap', 'a'),
    object('apps/v1', 'Deployment', 'b', { namespace: 'team-a' }),
    object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'c', { namespace: 'ignored' }),
  );
  assert.deepEqual(
    found.map(({ path, collection }) => [path, collection]),
    [
      ['/api/v1/namespaces/default/configmaps/a', '/api/v1/namespaces/default/configmaps'],
      ['/apis/apps/v1/namespaces/team-a/deployments/b', '/apis/apps/v1/namespaces/team-a/deployments'],
      ['/apis/rbac.authorization.k8s.io/v1/clusterroles/c', '/apis/rbac.authorization.k8s.io/v1/clusterroles'],
    ],
  );
});

test('definitions come first, then namespaces, then the rest as given, and last what reads the rest', async () => {
  const found = await wanted(
    object('v1', 'ConfigMap', 'one'),
    object('kyverno.io/v2', 'GlobalContextEntry', 'last'),
    object('example.com/v2', 'Widget', 'two'),
    object('v1', 'Namespace', 'team-a'),
    WIDGETS,
    object('kyverno.io/v2', 'PolicyException', 'three'),
  );
  const order = found.map(({ object: { metadata }, kind, ownKind }) => [
    (metadata as JsonObject)['name'],
    kind,
    ownKind,
  ]);
  assert.deepEqual(order, [
    ['widgets.example.com', 'crd', false],
    ['team-a', 'namespace', false],
    ['one', 'other', false],
    ['two', 'other', true],
    ['three', 'exception', false],
    ['last', 'global context', false],
  ]);
});

test('a kind that a definition of the scenario gives is served in each of its versions', async () => {
  const found = await wanted(WIDGETS, object('example.com/v1', 'Widget', 'a'), object('example.com/v2', 'Widget', 'b'));
  assert.deepEqual(
    found.slice(1).map(({ path }) => path),
    ['/apis/example.com/v1/namespaces/default/widgets/a', '/apis/example.com/v2/namespaces/default/widgets/b'],
  );
});

test('namespaces that every cluster has are not made, unless they are to have labels', async () => {
  const given = ['default', 'kube-system', 'kube-public', 'kube-node-lease', 'kyverno'];
  const own = { labels: { 'kubernetes.io/metadata.name': 'default' } };
  assert.deepEqual(await wanted(...given.map((name) => object('v1', 'Namespace', name))), []);
  assert.deepEqual(await wanted(object('v1', 'Namespace', 'default', own)), []);
  assert.equal((await wanted(object('v1', 'Namespace', 'default', { labels: { team: 'a' } }))).length, 1);
});

test('a kind that is not served is told with the remedy', async () => {
  await assert.rejects(wanted(object('example.com/v1', 'Widget', 'a', { namespace: 'b' })), (error) => {
    assert.ok(error instanceof ClusterTroubleError && error.kind === 'missing');
    assert.equal(error.message, 'the cluster does not serve Widget b/a');
    assert.match(error.hint ?? '', /CustomResourceDefinition/);
    return true;
  });
});

test('the configuration of Kyverno is not changed', async () => {
  const configuration = object('v1', 'ConfigMap', 'kyverno', { namespace: 'kyverno' });
  await assert.rejects(wanted(configuration), /the scenario states a Kyverno configuration of its own/);
});
