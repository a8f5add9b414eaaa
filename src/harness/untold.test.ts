import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXIT, exitCodeOf } from '../report/exit-code.ts';
import { fakeLane } from '../testing/fake-lane.ts';
import { policyYaml, runProject } from '../testing/features.ts';

const POD = `When this Pod is created:
      """
      apiVersion: v1
      kind: Pod
      metadata: { name: web, annotations: { "p/one": pass } }
      """`;

/** Steps about what only a lane tells that sees every rule. */
const STEPS = [
  'Then nothing is generated',
  'Then nothing is mutated',
  'Then rule "one" leaves "/spec" alone',
  'Then it is not excepted from any rule',
];

for (const step of STEPS) {
  test(`a cluster that does not tell has no answer, and never passes: ${step}`, async () => {
    const files = {
      'policies/p.yaml': policyYaml('p', ['one']),
      'features/f.feature': `Feature: f\n  Scenario: s\n    Given the policy "p"\n    ${POD}\n    ${step}\n`,
    };
    for (const lanes of [[fakeLane('cluster')], [fakeLane('engine'), fakeLane('cluster')]]) {
      const run = await runProject(files, { lanes });
      const outcomes = Object.fromEntries(run.scenarios[0]?.outcomes ?? []);
      assert.deepEqual(outcomes, { ...(lanes.length > 1 ? { engine: 'passed' } : {}), cluster: 'no answer' });
      assert.equal(exitCodeOf(run), EXIT.noAnswer);
    }
  });
}
