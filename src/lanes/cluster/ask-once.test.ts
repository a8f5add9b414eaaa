import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientRequest } from '../../model/admission.ts';
import type { JsonObject } from '../../model/json.ts';
import type { UserInfo } from '../../model/request.ts';
import { parsePolicies } from '../../policy/index.ts';
import { type FakeCluster, fakeCluster, refused } from '../../testing/fake-cluster.ts';
import { askOnce, tellsDryRun } from './ask-once.ts';
import { createDiscovery } from './discovery.ts';

const ADMIN: UserInfo = { username: 'admin', groups: ['system:authenticated', 'system:masters'] };
const CONFIG: JsonObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' } };
const PATH = '/api/v1/namespaces/default/configmaps/a';

function policies(message: string) {
  return parsePolicies(
    `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: p}
spec: {background: false, rules: [{name: r, match: {any: [{resources: {kinds: [Pod]}}]}, validate: {message: "${message}", deny: {}}}]}`,
    'policy.yaml',
  );
}

const REAL = policies('{{ request.dryRun }}');

function ask(cluster: FakeCluster, request: ClientRequest, forReal = false, self = ADMIN) {
  const tools = { client: cluster, discovery: createDiscovery(cluster), self };
  return askOnce(tools, forReal ? REAL : [], request);
}

/** The users that were impersonated in requests that change something. */
function impersonated(cluster: FakeCluster) {
  return cluster.seen.filter(({ method }) => method !== 'GET').map(({ as }) => as?.username);
}

test('the admin of scenarios is nobody else where the credentials are that admin’s', async () => {
  const cluster = fakeCluster();
  await ask(cluster, { operation: 'CREATE', object: CONFIG });
  assert.deepEqual(impersonated(cluster), [undefined]);
});

test('with other credentials the admin is impersonated, and other users always', async () => {
  const cluster = fakeCluster();
  const other = { username: 'admin', groups: ['system:masters', 'system:authenticated', 'ops'] };
  await ask(cluster, { operation: 'CREATE', object: CONFIG }, false, other);
  await ask(cluster, { operation: 'CREATE', object: CONFIG, userInfo: { username: 'dana' } });
  assert.deepEqual(impersonated(cluster), ['admin', 'dana']);
});

test('a dry run leaves nothing', async () => {
  const cluster = fakeCluster();
  const { touched } = await ask(cluster, { operation: 'CREATE', object: CONFIG });
  assert.deepEqual([touched, cluster.stored.size], [undefined, 0]);
});

test('a creation for real names what it made, by its uid', async () => {
  const cluster = fakeCluster();
  const { touched } = await ask(cluster, { operation: 'CREATE', object: CONFIG }, true);
  assert.equal(touched?.path, PATH);
  assert.equal(touched.uid, (cluster.stored.get(PATH)?.['metadata'] as JsonObject | undefined)?.['uid']);
});

test('a change for real names the object, of whatever uid', async () => {
  const cluster = fakeCluster();
  cluster.stored.set(PATH, CONFIG);
  const object = { ...CONFIG, data: { k: 'v' } };
  const { touched } = await ask(cluster, { operation: 'UPDATE', object }, true);
  assert.deepEqual(touched, { path: PATH, uid: '' });
});

test('a request that is a dry run itself stays one, and a refused one touches nothing', async () => {
  const cluster = fakeCluster();
  assert.equal((await ask(cluster, { operation: 'CREATE', object: CONFIG, dryRun: true }, true)).touched, undefined);
  assert.equal(cluster.stored.size, 0);
  const refusing = fakeCluster({ intercept: ({ method }) => (method === 'POST' ? refused(409, 'exists') : undefined) });
  assert.equal((await ask(refusing, { operation: 'CREATE', object: CONFIG }, true)).touched, undefined);
});

test('what a policy can tell of a dry run makes requests real', () => {
  assert.equal(tellsDryRun(policies('no')), false);
  assert.equal(tellsDryRun(REAL), true);
  assert.equal(tellsDryRun(policies('{{ request.options }}')), true);
});
