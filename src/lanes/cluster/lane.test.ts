import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientRequest } from '../../model/admission.ts';
import type { JsonObject } from '../../model/json.ts';
import type { LaneAnswer, Premise } from '../../model/lane.ts';
import { DEFAULT_SETTINGS } from '../../model/settings.ts';
import { parsePolicies } from '../../policy/index.ts';
import { type FakeCluster, type FakeClusterOptions, fakeCluster, refused } from '../../testing/fake-cluster.ts';
import { fakeTime } from '../../testing/fake-time.ts';
import { createDiscovery } from './discovery.ts';
import { createClusterLane } from './lane.ts';
import { LEASE_PATH, takeTurn } from './lease.ts';
import { PROBE } from './probe.ts';
import { ClusterTroubleError } from './trouble.ts';

const RULE = 'match: {any: [{resources: {kinds: [ConfigMap]}}]}';

function policy(name: string, validate: string) {
  const text = `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: ${name}}
spec: {background: false, rules: [{name: r, ${RULE}, ${validate}}]}`;
  return parsePolicies(text, `${name}.yaml`);
}

const NEED_TEAM = policy(
  'need-team',
  'validate: {failureAction: Enforce, message: m, pattern: {metadata: {labels: {team: "?*"}}}}',
);
const NO_DATA = policy(
  'no-data',
  'validate: {failureAction: Enforce, message: m, deny: {conditions: {any: [{key: "{{ request.object.data || `{}` }}", operator: NotEquals, value: {}}]}}}',
);

function config(name: string, more: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, ...more };
}

const create = (object: JsonObject): ClientRequest => ({ operation: 'CREATE', object });
const CREATE_A = create(config('a'));

async function setUp(options: FakeClusterOptions = {}) {
  const cluster = fakeCluster(options);
  const time = fakeTime();
  const retried: string[] = [];
  let words = 0;
  const lane = createClusterLane({
    client: cluster,
    discovery: createDiscovery(cluster),
    self: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
    turn: await takeTurn(cluster, 'run', time.now, time, () => {}),
    time,
    nonce: () => `w-${++words}`,
    serviceAccounts: false,
    exceptionNamespace: '*',
    onRetry: (error) => retried.push(error.message),
  });
  return { cluster, lane, retried, time };
}

/** Paths of requests that change something, without the lease and dry runs. */
function changes(cluster: FakeCluster): readonly string[] {
  return cluster.seen
    .filter(({ method, path }) => method !== 'GET' && !path.includes('leases') && !path.includes('dryRun'))
    .map(({ method, path }) => `${method} ${path.slice(path.lastIndexOf('/') + 1)}`);
}

test('a premise is made true and proved, the request answered, and everything removed', async () => {
  const { cluster, lane } = await setUp();
  const objects: readonly JsonObject[] = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-a' } },
    { ...config('there'), metadata: { name: 'there', namespace: 'team-a' } },
  ];
  const answer = await lane.ask({ policies: NEED_TEAM, objects }, CREATE_A);
  assert.deepEqual([answer.allowed, answer.denied.map(({ rule }) => rule)], [false, ['r']]);
  assert.ok(cluster.stored.has(`/apis/kyverno.io/v1/clusterpolicies/${PROBE}`));
  await lane[Symbol.asyncDispose]();
  assert.deepEqual([...cluster.stored.keys()], []);
});

test('equal premises are made true once', async () => {
  const { cluster, lane } = await setUp();
  for (const name of ['a', 'b']) await lane.ask({ policies: NEED_TEAM, objects: [] }, create(config(name)));
  assert.equal(changes(cluster).filter((change) => change === 'POST clusterpolicies').length, 2);
});

test('from one premise to the next only what differs is changed', async () => {
  const { cluster, lane } = await setUp();
  await lane.ask({ policies: [...NEED_TEAM, ...NO_DATA], objects: [config('x'), config('y')] }, CREATE_A);
  const before = changes(cluster).length;
  await lane.ask({ policies: NEED_TEAM, objects: [config('y')] }, CREATE_A);
  assert.deepEqual(changes(cluster).slice(before), ['DELETE no-data', 'DELETE x', `PATCH ${PROBE}`]);
});

test('no request is asked before Kyverno knows of the policies, however late it learns', async () => {
  const { lane } = await setUp({ lag: 25 });
  const strict = await lane.ask({ policies: NEED_TEAM, objects: [] }, CREATE_A);
  const bare = await lane.ask({ policies: [], objects: [] }, CREATE_A);
  assert.deepEqual([strict.allowed, bare.allowed], [false, true]);
});

test('policies in the way of the cluster state of a scenario are lifted, and put back', async () => {
  const { lane } = await setUp();
  const first = await lane.ask({ policies: NEED_TEAM, objects: [] }, CREATE_A);
  const second = await lane.ask({ policies: NEED_TEAM, objects: [config('there')] }, CREATE_A);
  assert.deepEqual([first.allowed, second.allowed], [false, false]);
});

test('planned requests are asked once, in the order of their premises, and then known', async () => {
  const { cluster, lane } = await setUp();
  const [strict, bare]: readonly Premise[] = [
    { policies: NEED_TEAM, objects: [] },
    { policies: [], objects: [] },
  ];
  assert.ok(strict && bare);
  const told: string[] = [];
  const planned = [strict, bare, strict, bare].map((premise) => ({ premise, request: { ...CREATE_A, id: 'x' } }));
  await lane.prepare(
    planned,
    async (premise, _request, { allowed }) => void told.push(`${premise.policies.length} ${allowed}`),
  );
  assert.deepEqual(told, ['0 true', '1 false']);
  const before = cluster.seen.length;
  const answer = await lane.ask(strict, { ...CREATE_A, id: 'y' });
  assert.deepEqual([answer.id, answer.allowed, cluster.seen.length], ['y', false, before]);
});

test('a denied request shows the object that was judged: as it would be stored without validation', async () => {
  const { lane } = await setUp();
  const add = policy('add', 'mutate: {patchStrategicMerge: {metadata: {labels: {added: "yes"}}}}');
  const premise = { policies: [...add, ...NEED_TEAM], objects: [] };
  await lane.prepare([{ premise, request: CREATE_A }], async () => {});
  const { allowed, judged } = await lane.ask(premise, CREATE_A);
  assert.equal(allowed, false);
  assert.deepEqual((judged?.['metadata'] as JsonObject | undefined)?.['labels'], { added: 'yes' });
});

test('what policies change is shown without any policy too, whether or not it is denied', async () => {
  const { lane } = await setUp();
  const add = policy('add', 'mutate: {patchStrategicMerge: {metadata: {labels: {added: "yes"}}}}');
  const labels = (object: JsonObject | undefined) => (object?.['metadata'] as JsonObject | undefined)?.['labels'];
  for (const policies of [[...add, ...NEED_TEAM], add]) {
    const premise = { policies, objects: [] };
    await lane.prepare([{ premise, request: CREATE_A }], async () => {});
    const { judged, unmutated } = await lane.ask(premise, CREATE_A);
    assert.deepEqual(
      [labels(judged), unmutated?.['kind'], labels(unmutated)],
      [{ added: 'yes' }, 'ConfigMap', undefined],
    );
  }
  const plain = { policies: NEED_TEAM, objects: [] };
  await lane.prepare([{ premise: plain, request: CREATE_A }], async () => {});
  assert.equal((await lane.ask(plain, CREATE_A)).unmutated, undefined);
});

const isQuestion = (path: string) => path.startsWith('/api/v1/namespaces/default/configmaps?dryRun=All');

/** A cluster whose first questions, without those of the probe, are answered otherwise. */
function troubled(times: number, instead: () => ReturnType<typeof refused>): FakeClusterOptions {
  let left = times;
  return {
    intercept: ({ path, body }) => {
      const { metadata } = (body ?? {}) as { metadata?: { name?: string } };
      return isQuestion(path) && metadata?.name === 'a' && left-- > 0 ? instead() : undefined;
    },
  };
}

const WEBHOOK_DOWN = 'Internal error occurred: failed calling webhook "validate.kyverno.svc-fail": connection refused';

test('trouble that passes is tried again, and counted', async () => {
  const { lane, retried } = await setUp(troubled(2, () => refused(500, WEBHOOK_DOWN)));
  assert.equal((await lane.ask({ policies: NEED_TEAM, objects: [] }, CREATE_A)).allowed, false);
  assert.equal(retried.length, 2);
});

test('trouble that stays is no answer', async () => {
  const { lane } = await setUp(troubled(1e9, () => refused(500, WEBHOOK_DOWN)));
  const answer = await lane.ask({ policies: NEED_TEAM, objects: [] }, CREATE_A);
  assert.equal(answer.allowed, null);
  assert.match(answer.error ?? '', /failed calling webhook.*look at its admission controller/);
});

test('a refusal is an answer and is not tried again', async () => {
  const { lane, retried } = await setUp(troubled(1, () => refused(403, 'forbidden')));
  assert.equal((await lane.ask({ policies: NEED_TEAM, objects: [] }, CREATE_A)).code, 403);
  assert.deepEqual(retried, []);
});

test('a policy that the cluster refuses leaves its requests without an answer, not those of others', async () => {
  const refusing: FakeClusterOptions = {
    intercept: ({ method, body }) =>
      method === 'POST' &&
      JSON.stringify(body, (_key, value) => (typeof value === 'bigint' ? 0 : value))?.includes('"no-data"') === true
        ? refused(400, 'admission webhook "validate-policy.kyverno.svc" denied the request: no such thing')
        : undefined,
  };
  const { lane, cluster } = await setUp(refusing);
  const bad = await lane.ask({ policies: NO_DATA, objects: [] }, CREATE_A);
  assert.match(bad.error ?? '', /the cluster refuses the policy `no-data` \(no-data\.yaml:3:12\): .*no such thing/);
  assert.equal((await lane.ask({ policies: NEED_TEAM, objects: [] }, CREATE_A)).allowed, false);
  await lane[Symbol.asyncDispose]();
  assert.deepEqual([...cluster.stored.keys()], []);
});

test('a policy of somebody else with the same name is left alone', async () => {
  const { lane, cluster } = await setUp();
  const path = '/apis/kyverno.io/v1/clusterpolicies/need-team';
  cluster.stored.set(path, { metadata: { name: 'need-team' } });
  const answer = await lane.ask({ policies: NEED_TEAM, objects: [] }, CREATE_A);
  assert.match(answer.error ?? '', /the policy need-team is installed there and is not ours/);
  await lane[Symbol.asyncDispose]();
  assert.deepEqual([...cluster.stored.keys()], [path]);
});

test('what a request made for real is gone before the next', async () => {
  const { lane, cluster } = await setUp();
  const premise = {
    policies: policy(
      'real',
      'validate: {failureAction: Enforce, message: m, deny: {conditions: {any: [{key: "{{ request.dryRun }}", operator: Equals, value: true}]}}}',
    ),
    objects: [],
  };
  const codes: number[] = [];
  for (const name of ['a', 'b', 'a']) codes.push((await lane.ask(premise, create(config(name)))).code);
  assert.deepEqual(codes, [201, 201, 201]);
  await lane[Symbol.asyncDispose]();
  assert.deepEqual([...cluster.stored.keys()], []);
});

/** A cluster in which somebody does something while the first request is asked. */
function meddled(meddle: (self: FakeCluster) => void): FakeClusterOptions & { readonly asked: { count: number } } {
  const asked = { count: 0 };
  return {
    asked,
    intercept: ({ path, body }, self) => {
      const { metadata } = (body ?? {}) as { metadata?: { name?: string } };
      if (isQuestion(path) && metadata?.name === 'a' && asked.count++ === 0) meddle(self);
      return undefined;
    },
  };
}

const TEAM_PATH = '/apis/kyverno.io/v1/clusterpolicies/need-team';

for (const [name, meddle] of [
  [
    'removed all',
    (self) => {
      for (const path of self.stored.keys())
        if (path.includes('clusterpolicies')) void self.send({ method: 'DELETE', path });
    },
  ],
  ['removed one', (self) => void self.send({ method: 'DELETE', path: TEAM_PATH })],
  [
    'changed one',
    (self) => {
      const spec = { rules: [] };
      const body = { ...self.stored.get(TEAM_PATH), spec, metadata: { name: 'need-team', generation: 2n } };
      void self.send({ method: 'PUT', path: TEAM_PATH, body });
    },
  ],
] as const satisfies readonly (readonly [string, (self: FakeCluster) => void])[]) {
  test(`answers do not count when the policies were not in force all the time: somebody ${name}`, async () => {
    const options = meddled(meddle);
    const { lane } = await setUp(options);
    const answer = await lane.ask({ policies: NEED_TEAM, objects: [] }, CREATE_A);
    assert.deepEqual([options.asked.count, answer.allowed], [2, false]);
  });
}

test('a lane that was stopped asks nothing any more, and still removes what it made', async () => {
  const { lane, cluster } = await setUp();
  await lane.ask({ policies: NEED_TEAM, objects: [] }, CREATE_A);
  lane.stop(new ClusterTroubleError('missing', 'the run was stopped'));
  const answer: LaneAnswer = await lane.ask({ policies: [], objects: [] }, CREATE_A);
  assert.match(answer.error ?? '', /not asked any more: the run was stopped/);
  await lane[Symbol.asyncDispose]();
  assert.deepEqual([...cluster.stored.keys()], []);
});

test('what cannot be removed stays listed in the lease', async () => {
  let dying = false;
  const { lane, cluster } = await setUp({
    intercept: ({ method }) => (dying && method === 'DELETE' ? refused(403, 'no') : undefined),
  });
  await lane.ask({ policies: NEED_TEAM, objects: [config('there')] }, CREATE_A);
  dying = true;
  await assert.rejects(async () => lane[Symbol.asyncDispose](), ClusterTroubleError);
  const lease = JSON.stringify(cluster.stored.get(LEASE_PATH), (_key, value) =>
    typeof value === 'bigint' ? 0 : value,
  );
  for (const name of ['there', 'need-team', PROBE]) assert.ok(lease.includes(`/${name}`), name);
});

test('the settings of a cluster are not those of a scenario', async () => {
  const { lane } = await setUp({ settings: DEFAULT_SETTINGS });
  const configuration = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kyverno', namespace: 'kyverno' },
    data: {},
  };
  const answer = await lane.ask({ policies: NEED_TEAM, objects: [configuration] }, CREATE_A);
  assert.match(answer.error ?? '', /tag the scenario @engine/);
});
