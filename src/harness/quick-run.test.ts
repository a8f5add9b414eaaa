import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePolicies } from '../policy/index.ts';
import { fakeLane } from '../testing/fake-lane.ts';
import { policyYaml } from '../testing/features.ts';
import { writeFiles } from '../testing/write-files.ts';
import { withFailureAction } from './policy-library.ts';
import { openSuite } from './quick-run.ts';

const FEATURE = `Feature: f
  Scenario Outline: <name>
    Given the policy "<name>"
    When this Pod is created:
      """
      { apiVersion: v1, kind: Pod, metadata: { name: web, annotations: { p/one: fail, q/two: pass } } }
      """
    Then it should <verdict> rule "<rule>"
    Examples:
      | name | verdict | rule |
      | p    | fail    | one  |
      | q    | pass    | two  |
`;

test('a suite is run again with changed policies and names the scenario that notices', async () => {
  const root = writeFiles({
    'features/f.feature': FEATURE,
    'policies/p.yaml': policyYaml('p', ['one']),
    'policies/q.yaml': policyYaml('q', ['two']),
  });
  const suite = await openSuite(root, fakeLane(), parsePolicies);
  assert.deepEqual(
    suite.scenarios.map(({ line, policies }) => [line, policies]),
    [
      [11, ['p']],
      [12, ['q']],
    ],
  );
  const { scenarios } = suite;
  assert.equal(await suite.firstFailure(scenarios), undefined);
  const [p] = suite.policies;
  assert.ok(p !== undefined);
  const changed = withFailureAction(p, 'Audit');
  const noticed = await suite.firstFailure(scenarios, changed);
  assert.equal(noticed?.scenario.line, 11);
  assert.match(String(noticed?.error), /fail p\/one/);
  const others = scenarios.filter(({ policies }) => policies.includes('q'));
  assert.equal(await suite.firstFailure(others, changed), undefined);
});
