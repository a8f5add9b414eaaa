import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../model/json.ts';
import { DEFAULT_SETTINGS } from '../../model/settings.ts';
import { type FakeClusterOptions, fakeCluster, refused } from '../../testing/fake-cluster.ts';
import { fakeTime } from '../../testing/fake-time.ts';
import { createProbe, PROBE, type ProbeQuestion, probePolicy, waitReady } from './probe.ts';
import { ClusterTroubleError } from './trouble.ts';

const POLICY = `/apis/kyverno.io/v1/clusterpolicies/${PROBE}`;
const EXCEPTION = `/apis/kyverno.io/v2/namespaces/default/policyexceptions/${PROBE}`;
const QUESTION: ProbeQuestion = { kinds: ['Pod'], nonce: 'w-1', namespaces: [], exceptions: false };

function setUp(options: FakeClusterOptions = {}) {
  const cluster = fakeCluster(options);
  const time = fakeTime();
  return { cluster, time, probe: createProbe(cluster, time, '*') };
}

test('a probe proves what Kyverno knows at once without a wait', async () => {
  const { probe, time } = setUp();
  await probe.prove(QUESTION);
  assert.deepEqual(time.pauses, []);
  assert.equal(await probe.holds(), true);
});

test('a probe waits until Kyverno knows of the latest change', async () => {
  const { probe, time, cluster } = setUp({ lag: 9 });
  await probe.prove(QUESTION);
  assert.ok(time.pauses.length > 0);
  const first = time.pauses.length;
  await probe.prove({ ...QUESTION, nonce: 'w-2' });
  assert.ok(time.pauses.length > first, 'the old word is no proof');
  assert.ok(cluster.seen.some(({ method, path }) => method === 'PATCH' && path === POLICY));
});

test('a Kyverno that never learns of it ends the wait with what the probe was told', async () => {
  const { probe } = setUp({ lag: 1e9 });
  await assert.rejects(probe.prove(QUESTION), (error) => {
    assert.ok(error instanceof ClusterTroubleError && error.kind === 'waited');
    assert.match(
      error.message,
      /^waited 60 s for the policies to be in force \(the probe in namespace default\); last seen: the probe was let through$/,
    );
    return true;
  });
  assert.equal(await probe.holds(), false);
});

test('what was proved does not hold any more once the probe is let through', async () => {
  const { probe, cluster } = setUp();
  await probe.prove(QUESTION);
  cluster.stored.delete(POLICY);
  const other = createProbe(cluster, fakeTime(), '*');
  await other.prove({ ...QUESTION, nonce: 'w-9' });
  assert.equal(await probe.holds(), false);
});

test('each namespace is proved to be known by its label', async () => {
  const { probe, cluster } = setUp();
  cluster.stored.set('/api/v1/namespaces/team-a', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'team-a', labels: { 'kyverdict.io/owned': 'n-1' } },
  });
  await probe.prove({ ...QUESTION, namespaces: [{ name: 'team-a', label: 'n-1' }] });
  await assert.rejects(
    probe.prove({ ...QUESTION, nonce: 'w-2', namespaces: [{ name: 'team-a', label: 'n-2' }] }),
    /the probe in namespace team-a\); last seen: admission webhook/,
  );
});

test('exceptions are proved by one of the probe’s own', async () => {
  const { probe, cluster } = setUp();
  await probe.prove({ ...QUESTION, exceptions: true });
  assert.ok(cluster.stored.has(EXCEPTION));
  const kyverno = { ...DEFAULT_SETTINGS.kyverno, exceptions: { enabled: false, namespace: '' } };
  const off = setUp({ settings: { ...DEFAULT_SETTINGS, kyverno } });
  await assert.rejects(
    off.probe.prove({ ...QUESTION, exceptions: true }),
    /the probe of exceptions\); last seen: admission webhook/,
  );
});

test('the probe policy reaches the kinds that are asked about, but denies only its own objects', () => {
  const policy = probePolicy({ ...QUESTION, kinds: ['Pod', 'Pod/exec', '*', 'apps/v1/Deployment', 'Pod'] });
  const rules = (policy['spec'] as JsonObject)['rules'] as readonly JsonObject[];
  assert.deepEqual(
    rules.map(({ name }) => name),
    ['policies'],
  );
  assert.deepEqual(rules[0]?.['match'], { any: [{ resources: { kinds: ['ConfigMap', 'Pod'], names: [PROBE] } }] });
});

test('a policy of that name that is not ours is left alone', async () => {
  const { probe, cluster } = setUp();
  cluster.stored.set(POLICY, { metadata: { name: PROBE } });
  await assert.rejects(probe.prove(QUESTION), /is there and is not ours/);
});

test('no right to write policies is told as such', async () => {
  const { probe } = setUp({
    intercept: ({ method, path }) =>
      method === 'POST' && path.includes('clusterpolicies') ? refused(403, 'no') : undefined,
  });
  await assert.rejects(
    probe.prove(QUESTION),
    (error) => error instanceof ClusterTroubleError && error.kind === 'rights',
  );
});

test('a probe says what it will make before it is made, and removes all of it', async () => {
  const { probe, cluster } = setUp();
  assert.deepEqual(probe.owned(), []);
  probe.announce(true);
  assert.deepEqual(
    probe.owned().map(({ path }) => path),
    [EXCEPTION, POLICY],
  );
  await probe.prove({ ...QUESTION, exceptions: true });
  await probe.remove();
  assert.deepEqual([cluster.stored.size, probe.owned(), await probe.holds()], [0, [], false]);
  await probe.remove();
});

test('a policy that is not Ready is waited for with its own words', async () => {
  const conditions = [{ type: 'Ready', status: 'False', message: 'webhook not configured' }];
  const cluster = fakeCluster();
  cluster.stored.set(POLICY, { metadata: { name: PROBE }, status: { conditions } });
  await assert.rejects(
    waitReady(cluster, POLICY, fakeTime()),
    /\(kyverdict-probe\); last seen: not Ready: webhook not configured/,
  );
});
