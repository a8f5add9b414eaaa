import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../model/json.ts';
import { type FakeClusterOptions, fakeCluster, refused, reply } from '../../testing/fake-cluster.ts';
import { fakeTime } from '../../testing/fake-time.ts';
import { removeLeftovers } from './clean.ts';
import { findLabelled, removeObjects } from './remove.ts';
import { StateDeniedError } from './state.ts';
import { ClusterTroubleError } from './trouble.ts';

const NAMESPACES = '/api/v1/namespaces';
const CONFIG_MAPS = `${NAMESPACES}/default/configmaps`;

function named(kind: string, name: string, owned = false): JsonObject {
  const labels = owned ? { labels: { 'kyverdict.io/owned': 'x' } } : {};
  return { kind, metadata: { name, uid: `uid-${name}`, ...labels } };
}

function clusterWith(paths: readonly string[], options: FakeClusterOptions = {}) {
  const cluster = fakeCluster(options);
  for (const path of paths) cluster.stored.set(path, named('ConfigMap', path.slice(path.lastIndexOf('/') + 1)));
  return cluster;
}

const uidOf = (path: string) => ({ path, uid: `uid-${path.slice(path.lastIndexOf('/') + 1)}` });
const A = `${CONFIG_MAPS}/a`;
const B = `${CONFIG_MAPS}/b`;

test('objects are removed, the latest first, with no grace', async () => {
  const cluster = clusterWith([A, B]);
  await removeObjects(cluster, [uidOf(A), uidOf(B)], fakeTime());
  assert.equal(cluster.stored.size, 0);
  const deletions = cluster.seen.filter(({ method }) => method === 'DELETE');
  assert.deepEqual(
    deletions.map(({ path }) => path),
    [B, A],
  );
  const options = { gracePeriodSeconds: 0n, propagationPolicy: 'Background' };
  const wanted = { kind: 'DeleteOptions', apiVersion: 'v1', ...options, preconditions: { uid: 'uid-b' } };
  assert.deepEqual(deletions[0]?.body, wanted);
});

test('an object that somebody else made meanwhile stays', async () => {
  const cluster = clusterWith([A]);
  await removeObjects(cluster, [{ path: A, uid: 'another' }], fakeTime());
  assert.ok(cluster.stored.has(A));
});

test('an object that is gone already is no trouble', async () => {
  await removeObjects(clusterWith([]), [uidOf(A)], fakeTime());
});

test('one that cannot be removed does not keep the others, and is told', async () => {
  const cluster = clusterWith([A, B], {
    intercept: ({ method, path }) => (method === 'DELETE' && path === B ? refused(403, 'no') : undefined),
  });
  await assert.rejects(removeObjects(cluster, [uidOf(A), uidOf(B)], fakeTime()), (error) => {
    assert.ok(error instanceof ClusterTroubleError);
    assert.equal(error.message, `cannot remove ${B}: no`);
    assert.match(error.hint ?? '', /kyverdict cluster clean/);
    return true;
  });
  assert.deepEqual([...cluster.stored.keys()], [B]);
});

const DENIED = refused(
  400,
  'admission webhook "validate.kyverno.svc-fail" denied the request: \n\nresource ConfigMap/default/a was blocked due to the following policies \n\np:\n  r: no\n',
);

test('a policy that denies the removal is waited for, or told at once, as asked', async () => {
  let denials = 2;
  const options: FakeClusterOptions = {
    intercept: ({ method }) => (method === 'DELETE' && denials-- > 0 ? DENIED : undefined),
  };
  const cluster = clusterWith([A], options);
  const time = fakeTime();
  await removeObjects(cluster, [uidOf(A)], time);
  assert.equal(time.pauses.length, 2);
  denials = 1;
  await assert.rejects(removeObjects(clusterWith([A], options), [uidOf(A)], time, 'throw'), StateDeniedError);
});

test('an object that stays is waited for, and then told with its phase', async () => {
  const there: JsonObject = { ...named('Namespace', 'x'), status: { phase: 'Terminating' } };
  const intercept = () => reply(200, there);
  const path = `${NAMESPACES}/x`;
  await assert.rejects(
    removeObjects(fakeCluster({ intercept }), [{ path, uid: 'uid-x' }], fakeTime()),
    /waited 60 s for removed objects to be gone \(\/api\/v1\/namespaces\/x\); last seen: .* is Terminating/,
  );
});

for (const controllers of [true, false]) {
  test(`a namespace is ${controllers ? 'left to its controller' : 'finished by the lane where there is no controller'}`, async () => {
    const path = `${NAMESPACES}/x`;
    let looks = 0;
    const cluster = clusterWith([path], {
      intercept: (request, { stored }) => {
        if (request.method === 'DELETE') return reply(200, {});
        if (request.path.endsWith('/default/serviceaccounts/default') && controllers) return reply(200, {});
        if (request.path === `${path}/finalize` || (request.path === path && ++looks > 2)) stored.delete(path);
        return request.path === `${path}/finalize` ? reply(200, {}) : undefined;
      },
    });
    await removeObjects(cluster, [uidOf(path)], fakeTime());
    assert.equal(
      cluster.seen.some((request) => request.path === `${path}/finalize`),
      !controllers,
    );
  });
}

test('finalizers that nobody takes away are taken away in the end', async () => {
  const metadata = {
    name: 'a',
    uid: 'uid-a',
    deletionTimestamp: '2026-01-01T00:00:00Z',
    finalizers: ['example.com/x'],
  };
  const cluster = clusterWith([A], {
    intercept: ({ method, body }, { stored }) => {
      if (method === 'DELETE') stored.set(A, { kind: 'ConfigMap', metadata });
      if (method === 'PATCH') stored.delete(A);
      if (method === 'PATCH') assert.deepEqual(body, { metadata: { uid: 'uid-a', finalizers: null } });
      return method === 'GET' ? undefined : reply(200, {});
    },
  });
  const time = fakeTime();
  await removeObjects(cluster, [uidOf(A)], time);
  assert.ok(time.pauses.length > 2, 'others had time to do it');
});

test('everything with our label is found, whatever collection it is in, and nothing else', async () => {
  const cluster = fakeCluster();
  const ours = [
    '/apis/kyverno.io/v1/clusterpolicies/p',
    '/apis/kyverno.io/v1/namespaces/team-a/policies/q',
    '/apis/kyverno.io/v2/namespaces/team-a/policyexceptions/e',
    `${NAMESPACES}/team-a`,
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/w.example.com',
  ];
  for (const path of ours) {
    const [, namespace] = /namespaces\/([^/]+)\//.exec(path) ?? [];
    const object = named('Thing', path.slice(path.lastIndexOf('/') + 1), true);
    const metadata = { ...(object['metadata'] as JsonObject), ...(namespace === undefined ? {} : { namespace }) };
    cluster.stored.set(path, { ...object, metadata });
  }
  cluster.stored.set(`${NAMESPACES}/other`, named('Namespace', 'other'));
  const found = await findLabelled(cluster);
  assert.deepEqual(found.map(({ path }) => path).sort(), [...ours].sort());
  assert.ok(found.findIndex(({ path }) => path === ours[0]) > found.findIndex(({ path }) => path === ours[3]));
});

test('a collection that may not be read is a lack of rights, one that is not served is empty', async () => {
  const cluster = (status: number) =>
    fakeCluster({ intercept: ({ path }) => (path.includes('policyexceptions') ? refused(status, 'no') : undefined) });
  await assert.rejects(
    findLabelled(cluster(403)),
    (error) => error instanceof ClusterTroubleError && error.kind === 'rights',
  );
  assert.deepEqual(await findLabelled(cluster(404)), []);
});

test('leftovers are what the lease lists and what carries our label, each once, as far as it is there', async () => {
  const policy = '/apis/kyverno.io/v1/clusterpolicies/p';
  const cluster = clusterWith([A]);
  cluster.stored.set(policy, named('ClusterPolicy', 'p', true));
  const listed = [uidOf(A), { path: policy, uid: '' }, uidOf(B)];
  assert.deepEqual(await removeLeftovers(cluster, listed, fakeTime()), [policy, A]);
  assert.equal(cluster.stored.size, 0);
});
