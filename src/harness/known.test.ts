import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFailure } from '../model/failure.ts';
import { exitCodeOf } from '../report/exit-code.ts';
import type { RunResult } from '../report/result.ts';
import { fakeLane } from '../testing/fake-lane.ts';
import { comparedLanes, policyYaml, runProject } from '../testing/features.ts';

const scenario = (name: string, engine: string, cluster: string, step: string): string => `
  Scenario: ${name}
    Given the policy "p"
    When this Pod is created:
      """
      { apiVersion: v1, kind: Pod, metadata: { name: web, annotations: { "engine:p/one": ${engine}, "cluster:p/one": ${cluster} } } }
      """
    Then ${step}
`;
const SAME = scenario('Same', 'fail', 'fail', 'it should fail rule "one"');
const DIFFERS = scenario('The cluster lets it through', 'fail', 'pass', 'it should fail rule "one"');
const ENGINE_WRONG = scenario('The engine lets it through', 'pass', 'fail', 'it should fail rule "one"');

interface How {
  readonly today?: string;
  readonly otherVersion?: boolean;
  readonly args?: readonly string[];
}

async function run(scenarios: readonly string[], known: string | undefined, how: How = {}): Promise<RunResult> {
  const files = {
    'policies/p.yaml': policyYaml('p', ['one']),
    'features/f.feature': `Feature: f\n${scenarios.join('')}`,
    ...(known === undefined ? {} : { 'cases/known-differences.yaml': known }),
  };
  const { otherVersion = false, ...rest } = how;
  const lanes = comparedLanes([fakeLane('engine'), fakeLane('cluster')], { otherVersion });
  return await runProject(files, { ...rest, lanes });
}

const entry = (name: string, more = ''): string => `- scenario: ${name}\n  reason: it is so\n${more}`;
const ends = ({ scenarios }: RunResult) => scenarios.map(({ outcomes }) => [...outcomes.values()].join(', '));

test('lanes that differ fail the run with 2 over 1', async () => {
  const found = await run([SAME, DIFFERS], undefined);
  assert.deepEqual(ends(found), ['passed, passed', 'passed, failed']);
  assert.deepEqual(
    found.scenarios[1]?.requests[0]?.differences.map(({ part, counts }) => [part, counts]),
    [
      ['verdict', true],
      ['denied', true],
      ['message', true],
    ],
  );
  assert.equal(exitCodeOf(found), 2);
});

test('a listed difference still runs and does not fail the run, whichever lane is not as expected', async () => {
  const known = entry('The cluster lets it through') + entry('The engine lets it through');
  const found = await run([SAME, DIFFERS, ENGINE_WRONG], known);
  assert.deepEqual(ends(found), ['passed, passed', 'passed, known difference', 'known difference, passed']);
  assert.deepEqual(found.knownProblems, []);
  assert.equal(exitCodeOf(found), 0);
});

test('a listed difference of one part leaves the other parts to fail', async () => {
  const found = await run([SAME, DIFFERS], entry('The cluster lets it through', '  part: message\n'));
  assert.deepEqual(
    found.scenarios[1]?.requests[0]?.differences.map(({ part, counts }) => [part, counts]),
    [
      ['verdict', true],
      ['denied', true],
      ['message', false],
    ],
  );
  assert.equal(exitCodeOf(found), 2);
});

test('a listed difference does not cover lanes that are both not as expected', async () => {
  const both = scenario(
    'The cluster lets it through',
    'fail',
    'pass',
    'it should be refused by the API server with code 422',
  );
  const found = await run([SAME, both], entry('The cluster lets it through'));
  assert.deepEqual(ends(found)[1], 'failed, failed');
  assert.equal(exitCodeOf(found), 1);
});

test('a listed difference that went away fails the run with 1', async () => {
  const found = await run([SAME], entry('Same'));
  assert.deepEqual(
    found.knownProblems.map(({ entry: { place }, problem }) => [place.line, problem]),
    [[1, 'gone']],
  );
  assert.equal(exitCodeOf(found), 1);
});

test('a scenario that ended early says nothing about what went away', async () => {
  const found = await run([SAME.replace('it should fail rule "one"', 'it should pass')], entry('Same'));
  assert.deepEqual(found.knownProblems, []);
});

test('an entry past its date fails the run, and so does the difference', async () => {
  const known = entry('The cluster lets it through', '  expiry: 2026-01-31\n');
  assert.equal(exitCodeOf(await run([SAME, DIFFERS], known, { today: '2026-01-31' })), 0);
  const late = await run([SAME, DIFFERS], known, { today: '2026-02-01' });
  assert.deepEqual(
    late.knownProblems.map(({ problem }) => problem),
    ['expired'],
  );
  assert.equal(exitCodeOf(late), 2);
});

test('an entry for a misspelt scenario ends the run before anything is asked', async () => {
  for (const [name, meant] of [
    ['Smae', 'Same'],
    ['features/f.feature:Smae', 'features/f.feature:Same'],
  ]) {
    const found = await run([SAME], entry(`"${name}"`));
    assert.deepEqual(found.failures.map(formatFailure), [
      `cases/known-differences.yaml:1:13: there is no scenario \`${name}\` (did you mean \`${meant}\`?)`,
    ]);
    assert.deepEqual([found.scenarios.length, exitCodeOf(found)], [0, 3]);
  }
});

test('a run of single scenarios leaves entries of others alone', async () => {
  const known = entry('Elsewhere', '  expiry: 2025-01-31\n');
  const found = await run([SAME], known, { args: ['features/f.feature:3'] });
  assert.deepEqual([found.failures, found.knownProblems, exitCodeOf(found)], [[], [], 0]);
});

test('a list that cannot be read is bad input with its place', async () => {
  const found = await run([SAME], '- scenario: Same\n');
  assert.deepEqual(found.failures.map(formatFailure), [
    'cases/known-differences.yaml:1:3: the entry has no `reason` (say why the lanes differ)',
  ]);
  assert.equal(exitCodeOf(found), 3);
});

test('differences of another version are told and fail nothing, unless the engine is not as expected', async () => {
  const told = await run([SAME, DIFFERS], undefined, { otherVersion: true });
  assert.deepEqual(ends(told)[1], 'passed, other version');
  assert.equal(exitCodeOf(told), 0);
  const wrong = await run([SAME, ENGINE_WRONG], undefined, { otherVersion: true });
  assert.deepEqual(ends(wrong)[1], 'failed, passed');
  assert.equal(exitCodeOf(wrong), 1);
});
