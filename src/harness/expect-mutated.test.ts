import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngineLane } from '../lanes/engine-lane.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import type { RunResult } from '../report/result.ts';
import { runProject } from '../testing/features.ts';

const POLICY = `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: { name: p }
spec:
  background: false
  rules:
    - name: team
      match: { any: [{ resources: { kinds: [Pod] } }] }
      mutate: { patchStrategicMerge: { metadata: { labels: { team: a, tier: web }, annotations: { "+(x)": "1" } } } }
    - name: draft
      match: { any: [{ resources: { kinds: [Pod] } }] }
      mutate: { patchesJson6902: "- {op: remove, path: /metadata/labels/draft}" }
`;

const POD = `When this Pod is created:
      """
      apiVersion: v1
      kind: Pod
      metadata: { name: web, labels: { draft: "yes", tier: web } }
      spec: { containers: [{ name: c, image: nginx }] }
      """`;

const WHOLE = (labels: string) => `Then the mutated object is:
      """
      apiVersion: v1
      kind: Pod
      metadata: { name: web, namespace: default, labels: ${labels}, annotations: { x: "1" } }
      spec: { containers: [{ name: c, image: nginx }] }
      """`;

async function run(step: string): Promise<RunResult> {
  const files = {
    'policies/p.yaml': POLICY,
    'features/f.feature': `Feature: f\n  Scenario: s\n    Given the policy "p"\n    ${POD}\n    ${step}\n`,
  };
  const clock = { now: () => 0 };
  const lane = createEngineLane({ settings: DEFAULT_SETTINGS, clock, random: { next: () => 0.5 } });
  return await runProject(files, { lanes: [lane] });
}

const STEPS: readonly (readonly [what: string, step: string, outcome: 'passed' | 'failed'])[] = [
  ['a field that the rule sets', 'Then rule "team" sets "metadata.labels.team" to "a"', 'passed'],
  ['a path with slashes', 'Then rule "team" sets "/metadata/labels/team" to "a"', 'passed'],
  ['another value', 'Then rule "team" sets "metadata.labels.team" to "b"', 'failed'],
  ['a value that was there before', 'Then rule "team" sets "metadata.labels.tier" to "web"', 'failed'],
  ['a field that another rule sets', 'Then rule "draft" sets "metadata.labels.team" to "a"', 'failed'],
  ['a field that the rule removes', 'Then rule "draft" removes "metadata.labels.draft"', 'passed'],
  ['a field that another rule removes', 'Then rule "team" removes "metadata.labels.draft"', 'failed'],
  ['a part that the rule does not touch', 'Then rule "team" leaves "spec" alone', 'passed'],
  ['a part that the rule changes', 'Then rule "team" leaves "/metadata" alone', 'failed'],
  ['the whole object without defaults', WHOLE('{ team: a, tier: web }'), 'passed'],
  ['a field too many', WHOLE('{ team: a, tier: web, draft: "yes" }'), 'failed'],
  ['a field too few', WHOLE('{ team: a }'), 'failed'],
  ['no mutation', 'Then nothing is mutated', 'failed'],
];
for (const [what, step, outcome] of STEPS) {
  test(`a step that expects ${what} has ${outcome}`, async () => {
    const { scenarios } = await run(step);
    assert.equal(scenarios[0]?.outcomes.get('engine'), outcome);
  });
}

test('a difference is told with its path, what is there and what was wanted', async () => {
  const { scenarios } = await run(WHOLE('{ team: b, tier: web }'));
  assert.equal(scenarios[0]?.mismatches[0]?.got, 'metadata.labels.team: a instead of b');
});
