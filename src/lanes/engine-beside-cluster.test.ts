import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../model/json.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import { parsePolicies } from '../policy/index.ts';
import { engineBesideCluster } from './engine-beside-cluster.ts';

const POLICY = parsePolicies(
  `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: p}
spec:
  background: false
  rules: [{name: r, match: {any: [{resources: {kinds: [ConfigMap]}}]}, validate: {failureAction: Enforce, message: m, deny: {}}}]`,
  'policy.yaml',
);
const CONFIG_MAP: JsonObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'default' } };
const STATED: JsonObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'kyverno', namespace: 'kyverno' },
  data: { resourceFilters: '' },
};

/** The engine beside a cluster whose Kyverno looks at no ConfigMap. */
function engine() {
  const config = { ...DEFAULT_SETTINGS.kyverno.config, resourceFilters: '[ConfigMap,*,*]' };
  const settings = { ...DEFAULT_SETTINGS, kyverno: { ...DEFAULT_SETTINGS.kyverno, config } };
  return engineBesideCluster({ clock: { now: () => 0 }, random: { next: () => 0.5 } }, settings);
}

test('requests are judged with the settings of the cluster, unless the scenario states its own', async () => {
  for (const [objects, allowed] of [
    [[], true],
    [[STATED], false],
  ] as const) {
    const answer = await engine().ask({ policies: POLICY, objects }, { operation: 'CREATE', object: CONFIG_MAP });
    assert.equal(answer.allowed, allowed);
  }
});

test('what no cluster tells, the engine tells beside one too', async () => {
  const premise = { policies: POLICY, objects: [] };
  assert.deepEqual((await engine().install(premise, 'p')).rules, []);
  assert.deepEqual((await engine().cleanUp(premise, 0)).deleted, []);
});
