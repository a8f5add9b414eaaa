import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../model/json.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import { type FakeCluster, type FakeClusterOptions, fakeCluster, refused } from '../testing/fake-cluster.ts';
import { ownExchanges } from '../testing/own-exchanges.ts';
import { createEngineLane } from './engine-lane.ts';
import { watchCluster } from './watch-cluster.ts';

const found = (await ownExchanges()).find(({ name }) => name === 'config-map-context#1');
assert.ok(found?.answer);
const { premise, request, answer } = { ...found, answer: found.answer };
const engine = createEngineLane({ settings: DEFAULT_SETTINGS, clock: { now: () => 0 }, random: { next: () => 0.5 } });
const COLLECTION = '/api/v1/namespaces/shapes/configmaps';
const THERE: JsonObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'teams', namespace: 'shapes' },
  data: { teams: '["z"]' },
};

function cluster(options: FakeClusterOptions = {}): FakeCluster {
  const made = fakeCluster(options);
  made.stored.set(`${COLLECTION}/teams`, THERE);
  return made;
}

const reads = ({ seen }: FakeCluster): readonly string[] => seen.map(({ path }) => path);

test('a cluster is looked at where the engine answers otherwise', async () => {
  const client = cluster();
  const watch = watchCluster(client, engine, false);
  await watch.told(premise, request, answer);
  assert.deepEqual([reads(client), watch.liveData(premise, request)], [[], undefined]);
  await watch.told(premise, request, { ...answer, message: 'something else' });
  assert.equal(reads(client)[0], COLLECTION);
  assert.deepEqual(watch.liveData(premise, request)?.[0]?.objects, [THERE]);
  assert.equal(watch.liveData(premise, { ...request, dryRun: true }), undefined, 'nobody looked for another request');
});

test('for a recording it is looked at always, each collection once for each premise', async () => {
  const client = cluster();
  const watch = watchCluster(client, undefined, true);
  await watch.told(premise, request, answer);
  await watch.told(premise, { ...request, dryRun: true }, answer);
  assert.deepEqual(
    reads(client).filter((path) => path === COLLECTION),
    [COLLECTION],
  );
  assert.deepEqual(watch.liveData(premise, { ...request, dryRun: true })?.[0]?.objects, [THERE]);
});

test('without an answer, or without an engine, there is nothing to look for', async () => {
  const client = cluster();
  await watchCluster(client, engine, false).told(premise, request, { ...answer, allowed: null });
  await watchCluster(client, undefined, false).told(premise, request, { ...answer, message: 'something else' });
  assert.deepEqual(reads(client), []);
});

test('what may not be read leaves a difference with one explanation less', async () => {
  const watch = watchCluster(cluster({ intercept: () => refused(403, 'no') }), undefined, true);
  await watch.told(premise, request, answer);
  assert.equal(watch.liveData(premise, request), undefined);
});
