import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../model/json.ts';
import { fakeCluster, refused } from '../../testing/fake-cluster.ts';
import { fakeTime } from '../../testing/fake-time.ts';
import { awaitDeath, holderOf, inventoryOf, LEASE_PATH, readLease, takeTurn } from './lease.ts';
import { TIMEOUTS } from './timeouts.ts';
import { ClusterTroubleError } from './trouble.ts';

const POD = { path: '/api/v1/namespaces/default/pods/web', uid: 'u1' };
const LIFE = TIMEOUTS.lease.milliseconds;

/** A cluster with a clock; the runs in it see the same time. */
function setUp() {
  const cluster = fakeCluster();
  const time = fakeTime();
  const told: string[] = [];
  const wallClock = () => 1_700_000_000_000 + time.now();
  const take = (holder: string) => takeTurn(cluster, holder, wallClock, time, (other) => told.push(other));
  const die = () => awaitDeath(cluster, wallClock, time, (other) => told.push(other));
  return { cluster, time, told, take, die };
}

test('a free cluster is taken at once, with a lease that says who and carries our label', async () => {
  const { cluster, take, time } = setUp();
  const turn = await take('run-a');
  assert.deepEqual([turn.leftovers, time.pauses], [[], []]);
  const lease = cluster.stored.get(LEASE_PATH) ?? {};
  assert.equal(holderOf(lease), 'run-a');
  assert.deepEqual((lease['metadata'] as JsonObject)['labels'], { 'kyverdict.io/owned': 'lease' });
});

test('what was made is written down, and given to the run that finds the dead one', async () => {
  const { cluster, take, told, time } = setUp();
  await (await take('run-a')).record([POD]);
  assert.deepEqual(inventoryOf(cluster.stored.get(LEASE_PATH) ?? {}), [POD]);
  const next = await take('run-b');
  assert.deepEqual([next.leftovers, told], [[POD], ['run-a']]);
  assert.ok(time.now() >= LIFE && time.now() < LIFE + 1000);
  assert.deepEqual(inventoryOf(cluster.stored.get(LEASE_PATH) ?? {}), [POD]);
});

test('a run that renews its lease is waited for until it lets go', async () => {
  const { take, told, time } = setUp();
  const first = await take('run-a');
  const second = take('run-b');
  for (let beat = 0; beat < 12; beat++) {
    const until = time.now() + LIFE / 4;
    while (time.now() < until) await time.pause(100);
    await first.renew();
  }
  assert.ok(time.now() > 2 * LIFE);
  await first.release();
  assert.deepEqual([(await second).leftovers, told], [[], ['run-a']]);
});

test('a lease whose time is long past is of a dead run', async () => {
  const { cluster, take, time } = setUp();
  await take('run-a');
  time.pass(11 * LIFE);
  const before = cluster.seen.length;
  await take('run-b');
  assert.ok(cluster.seen.length - before < 4);
});

test('of two runs that take a free cluster together one waits', async () => {
  const { take } = setUp();
  const order: string[] = [];
  const run = async (name: string) => {
    const turn = await take(name);
    order.push(`${name} has it`);
    await turn.renew();
    order.push(`${name} lets go`);
    await turn.release();
  };
  await Promise.all([run('a'), run('b')]);
  assert.match(order.join(), /^(.) has it,\1 lets go,(.) has it,\2 lets go$/);
});

test('a run whose lease another took is told to stop, and does not take it back', async () => {
  const { cluster, take, time } = setUp();
  const first = await take('run-a');
  time.pass(11 * LIFE);
  await take('run-b');
  await assert.rejects(first.record([POD]), (error) => {
    assert.ok(error instanceof ClusterTroubleError && error.kind === 'missing');
    assert.match(error.message, /another run took the cluster over/);
    return true;
  });
  await first.release();
  assert.equal(holderOf(cluster.stored.get(LEASE_PATH) ?? {}), 'run-b');
});

test('writes do not overlap: each names the version that it replaces', async () => {
  const { cluster, take } = setUp();
  const turn = await take('run-a');
  await Promise.all([turn.record([POD]), turn.record([]), turn.renew(), turn.record([POD])]);
  assert.deepEqual(inventoryOf(cluster.stored.get(LEASE_PATH) ?? {}), [POD]);
});

test('the end of a turn leaves no lease', async () => {
  const { cluster, take } = setUp();
  await (await take('run-a')).release();
  assert.equal(await readLease(cluster), undefined);
});

test('no right to a lease is told with the remedy', async () => {
  const cluster = fakeCluster({ intercept: ({ path }) => (path.includes('leases') ? refused(403, 'no') : undefined) });
  await assert.rejects(
    takeTurn(
      cluster,
      'a',
      () => 0,
      fakeTime(),
      () => {},
    ),
    (error) => {
      assert.ok(error instanceof ClusterTroubleError && error.kind === 'rights');
      assert.equal(error.message, 'cannot read the lease kube-system/kyverdict: no');
      assert.match(error.hint ?? '', /cluster-admin/);
      return true;
    },
  );
});

test('cleaning waits for nothing where no run was', async () => {
  const { die, time } = setUp();
  assert.deepEqual([(await die()).objects, time.pauses], [[], []]);
});

test('cleaning waits for a dead run, gives what it made, and removes its lease', async () => {
  const { cluster, die, take, told } = setUp();
  await (await take('run-a')).record([POD]);
  const { objects, release } = await die();
  assert.deepEqual([objects, told], [[POD], ['run-a']]);
  await release();
  assert.equal(cluster.stored.has(LEASE_PATH), false);
});

test('cleaning refuses while a run is at work', async () => {
  const { die, take, time } = setUp();
  const turn = await take('run-a');
  const cleaning = assert.rejects(die(), /the run run-a is at work on this cluster/);
  while (time.now() < LIFE / 4) await time.pause(100);
  await turn.renew();
  await cleaning;
});

test('a lease with a broken inventory or time lists nothing and is nobody’s', async () => {
  const { cluster, take } = setUp();
  await take('run-a');
  const lease = cluster.stored.get(LEASE_PATH) ?? {};
  cluster.stored.set(LEASE_PATH, { ...lease, spec: { holderIdentity: 'x', renewTime: 'never' } });
  assert.deepEqual((await take('run-b')).leftovers, []);
  for (const text of ['nonsense', '{"path":1}', '[{"uid":"x"}]']) {
    const annotations = { 'kyverdict.io/inventory': text };
    assert.deepEqual(inventoryOf({ metadata: { annotations } }), []);
  }
});
