import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fakeLane } from '../testing/fake-lane.ts';
import { policyYaml, runProject } from '../testing/features.ts';
import { exitCodeOf } from './exit-code.ts';
import { jsonLines } from './json-lines.ts';
import type { RunResult } from './result.ts';
import { styleFor, wantsColours } from './style.ts';
import { summaryText } from './summary.ts';

const pod = (says: string) => `
    When this Pod is created:
      """
      { apiVersion: v1, kind: Pod, metadata: { name: web, annotations: { ${says} } } }
      """`;
const FEATURE = `Feature: five ends
  Background:
    Given the policy "p"
  Scenario: as expected${pod('p/one: fail')}
    Then it should fail rule "one"
  Scenario: another verdict${pod('p/one: pass')}
    Then it should fail rule "one"
  Scenario: no answer${pod('answer: none')}
    Then it should pass
  Scenario: bad input
    When I run \`kubectl run web\`
  Scenario: several requests${pod('p/one: pass')}
    Then it should pass${pod('p/two: fail')}
    Then it should fail rule "two"
`;

let run: RunResult;
before(async () => {
  run = await runProject(
    { 'features/f.feature': FEATURE, 'policies/p.yaml': policyYaml('p', ['one', 'two', 'three']) },
    { lanes: [fakeLane('engine'), fakeLane('cluster')] },
  );
});

test('each scenario has its outcome, and the worst decides the exit code', () => {
  assert.deepEqual(
    run.scenarios.map(({ outcomes }) => outcomes.get('engine')),
    ['passed', 'failed', 'no answer', 'bad input', 'passed'],
  );
  assert.equal(exitCodeOf(run), 3);
});

test('the summary has every scenario that did not pass, by place, and none that did', () => {
  const text = summaryText(run, styleFor(false));
  assert.match(text, /^failed {2}features\/f\.feature:\d+ {2}another verdict$/m);
  assert.match(text, /^no answer {2}features\/f\.feature:\d+ {2}no answer$/m);
  assert.match(text, /^bad input {2}features\/f\.feature:\d+ {2}bad input$/m);
  assert.match(text, /^nothing tested {2}rule p\/three was never seen to act$/m);
  assert.match(text, /^engine lane: 5 scenarios .*: 2 passed, 1 failed, 1 no answer, 1 bad input/m);
  assert.match(text, /^cluster lane: /m);
  assert.doesNotMatch(text, / as expected\n/);
  assert.ok(!text.includes('\u001b'), 'no colours');
});

test('the JSON report has a line per scenario and lane', () => {
  const lines = jsonLines(run)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(lines.length, 10);
  const of = (name: string, lane: string) => lines.find((line) => line['name'] === name && line['lane'] === lane);
  const keys = ['feature', 'line', 'name', 'lane', 'outcome', 'expected', 'code', 'message', 'denied', 'rules'];
  assert.deepEqual(
    keys.filter((key) => of('as expected', 'engine')?.[key] === undefined),
    [],
  );
  assert.deepEqual(of('as expected', 'engine')?.['denied'], [
    { policy: 'p', rule: 'one', message: 'rule one says fail' },
  ]);
  assert.equal(of('another verdict', 'cluster')?.['outcome'], 'failed');
  assert.equal(of('no answer', 'engine')?.['allowed'], null);
  const requests = of('several requests', 'engine')?.['requests'];
  assert.equal(Array.isArray(requests) ? requests.length : undefined, 2);
});

test('reports change nothing in what they report', () => {
  const frozen = JSON.stringify(run);
  summaryText(run, styleFor(true));
  jsonLines(run);
  assert.equal(JSON.stringify(run), frozen);
});

test('colours are for terminals, unless the environment says otherwise', () => {
  assert.deepEqual(
    [
      wantsColours(true, {}),
      wantsColours(false, {}),
      wantsColours(true, { NO_COLOR: '1' }),
      wantsColours(false, { FORCE_COLOR: '1' }),
    ],
    [true, false, false, true],
  );
});
