import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../model/json.ts';
import { labelsOf } from '../../model/resource.ts';
import { type FakeCluster, fakeCluster, refused } from '../../testing/fake-cluster.ts';
import { fakeTime } from '../../testing/fake-time.ts';
import type { ApiReply, ApiRequest } from './client.ts';
import { createDiscovery } from './discovery.ts';
import { makeObject, StateDeniedError, waitInUse } from './state.ts';
import { TIMEOUTS } from './timeouts.ts';
import { ClusterTroubleError } from './trouble.ts';
import { type WantedObject, wantedObjects } from './wanted.ts';

const CONFIG: JsonObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', labels: { x: '1' } },
  data: { k: 'v' },
};
const PATH = '/api/v1/namespaces/default/configmaps/a';
const TEAM: JsonObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-a' } };

async function one(cluster: FakeCluster, object: JsonObject): Promise<WantedObject> {
  const [wanted] = await wantedObjects([object], createDiscovery(cluster));
  assert.ok(wanted);
  return wanted;
}

/** Makes an object in a cluster that answers the first creations otherwise. */
async function make(object: JsonObject, ...instead: readonly ApiReply[]) {
  const replies = [...instead];
  const cluster = fakeCluster({ intercept: ({ method }) => (method === 'POST' ? replies.shift() : undefined) });
  const time = fakeTime();
  const owned = await makeObject(cluster, await one(cluster, object), 'word', time);
  return { cluster, owned, time };
}

test('an object is made and known by its uid; only kinds that rules rarely read carry our label', async () => {
  const { cluster, owned } = await make(CONFIG);
  assert.equal(owned?.path, PATH);
  assert.ok(owned.uid !== '');
  assert.deepEqual(labelsOf(cluster.stored.get(PATH) ?? {}), { x: '1' });
  const namespace = await make(TEAM);
  const labels = labelsOf(namespace.cluster.stored.get('/api/v1/namespaces/team-a') ?? {});
  assert.deepEqual(labels, { 'kubernetes.io/metadata.name': 'team-a', 'kyverdict.io/owned': 'word' });
});

test('a status is stored through its subresource', async () => {
  const pod: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', image: 'i' }] },
    status: { phase: 'Running' },
  };
  const { cluster } = await make(pod);
  const path = '/api/v1/namespaces/default/pods/p/status';
  assert.deepEqual(cluster.seen.find((request) => request.path === path)?.body, { status: { phase: 'Running' } });
});

for (const reply of [
  refused(500, 'etcdserver: leader changed'),
  refused(429, 'too many requests'),
  refused(403, 'unable to create new content in namespace team-a because it is being terminated'),
  refused(403, 'error looking up service account default/default: serviceaccount "default" not found'),
]) {
  test(`a refusal that passes is waited for: ${reply.status} ${String(reply.body['message']).slice(0, 40)}`, async () => {
    const { owned, time } = await make(CONFIG, reply, reply);
    assert.equal(owned?.path, PATH);
    assert.equal(time.pauses.length, 2);
  });
}

for (const [status, kind] of [
  [403, 'rights'],
  [422, 'missing'],
  [400, 'missing'],
  [404, 'missing'],
] as const) {
  test(`a refusal with ${status} that stays is told at once`, async () => {
    await assert.rejects(make(CONFIG, refused(status, 'no such thing')), (error) => {
      assert.ok(error instanceof ClusterTroubleError && error.kind === kind);
      assert.equal(error.message, 'cannot make ConfigMap a: no such thing');
      return true;
    });
  });
}

test('a policy in the way of the state is told apart', async () => {
  const text =
    'admission webhook "validate.kyverno.svc-fail" denied the request: \n\nresource ConfigMap/default/a was blocked due to the following policies \n\np:\n  r: no\n';
  await assert.rejects(make(CONFIG, refused(400, text)), StateDeniedError);
});

/** Makes an object where another of that name is stored; `later` happens after the first look at it. */
async function makeBeside(there: JsonObject, later?: (cluster: FakeCluster) => void) {
  let looks = 0;
  const intercept = ({ method, path }: ApiRequest, cluster: FakeCluster): undefined => {
    if (method === 'GET' && path === PATH && looks++ === 1) later?.(cluster);
  };
  const cluster = fakeCluster({ intercept });
  cluster.stored.set(PATH, there);
  return makeObject(cluster, await one(cluster, CONFIG), 'word', fakeTime());
}

test('an object of somebody else that says the same, or more, is taken as it is and not ours', async () => {
  const more = { ...CONFIG, metadata: { name: 'a', labels: { x: '1', y: '2' } }, immutable: false };
  for (const there of [CONFIG, more]) assert.equal(await makeBeside(there), undefined);
});

test('an object of somebody else that says something else is left alone and told', async () => {
  const others: readonly JsonObject[] = [
    { ...CONFIG, data: { k: 'other' } },
    { ...CONFIG, metadata: { name: 'a', labels: {} } },
    { ...CONFIG, data: {} },
  ];
  for (const there of others)
    await assert.rejects(makeBeside(there), /exists in the cluster, is not ours and is different/);
});

test('an object of that name that is going away is waited for', async () => {
  const going = { ...CONFIG, metadata: { name: 'a', deletionTimestamp: '2026-01-01T00:00:00Z' } };
  const owned = await makeBeside(going, (cluster) => cluster.stored.delete(PATH));
  assert.equal(owned?.path, PATH);
});

test('an object that does not go away ends the wait with what was seen', async () => {
  const going = { ...CONFIG, metadata: { name: 'a', deletionTimestamp: '2026-01-01T00:00:00Z' } };
  const { milliseconds } = TIMEOUTS.state;
  await assert.rejects(
    makeBeside(going),
    new RegExp(
      `^ClusterTroubleError: waited ${milliseconds / 1000} s for .* \\(ConfigMap a\\); last seen: an earlier object`,
    ),
  );
});

const CRD: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets' },
    versions: [{ name: 'v1' }],
  },
};

for (const [object, type, path] of [
  [CRD, 'Established', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com'],
  [
    { apiVersion: 'kyverno.io/v2', kind: 'GlobalContextEntry', metadata: { name: 'g' } },
    'Ready',
    '/apis/kyverno.io/v2/globalcontextentries/g',
  ],
] as const) {
  test(`a ${object.kind} is in use once it is ${type}`, async () => {
    let looks = 0;
    const intercept = ({ method, path: asked }: ApiRequest, cluster: FakeCluster): undefined => {
      const status = looks > 1 ? 'True' : 'False';
      if (method === 'GET' && asked === path && looks++ > 0)
        cluster.stored.set(path, { ...object, status: { conditions: [{ type, status }] } });
    };
    const cluster = fakeCluster({ intercept });
    cluster.stored.set(path, object);
    const time = fakeTime();
    await waitInUse(cluster, await one(cluster, object), false, time);
    assert.equal(time.pauses.length, 2);
  });
}

test('a namespace is in use once it has its service account, where there are any', async () => {
  const cluster = fakeCluster();
  const wanted = await one(cluster, TEAM);
  await waitInUse(cluster, wanted, false, fakeTime());
  await assert.rejects(waitInUse(cluster, wanted, true, fakeTime()), /Namespace team-a.*not found/);
  cluster.stored.set('/api/v1/namespaces/team-a/serviceaccounts/default', { kind: 'ServiceAccount' });
  await waitInUse(cluster, wanted, true, fakeTime());
});
