import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodeOf } from '../report/exit-code.ts';
import type { RunResult } from '../report/result.ts';
import { fakeLane } from '../testing/fake-lane.ts';
import { type ProjectText, policyYaml, runProject } from '../testing/features.ts';

const TWO_RULES: ProjectText = { 'policies/p.yaml': policyYaml('p', ['one', 'two']) };

/** A Pod whose annotations tell the fake lane what to answer. */
function pod(answers: Readonly<Record<string, string>>): string {
  const annotations = Object.entries(answers).map(([key, value]) => `"${key}": ${value}`);
  return `When this Pod is created:
      """
      apiVersion: v1
      kind: Pod
      metadata: { name: web, annotations: { ${annotations.join(', ')} } }
      """`;
}

async function runSteps(steps: readonly string[], files: ProjectText = TWO_RULES): Promise<RunResult> {
  const feature = `Feature: f\n  Scenario: s\n${steps.map((step) => `    ${step}\n`).join('')}`;
  return await runProject({ ...files, 'features/f.feature': feature }, { args: [], tags: '' });
}

function outcome(run: RunResult): string | undefined {
  return run.scenarios[0]?.outcomes.get('engine');
}

const FAILS_ONE = pod({ 'p/one': 'fail' });
const PASSES_ONE = pod({ 'p/one': 'pass' });

const VERDICTS: readonly [name: string, request: string, step: string, outcome: string][] = [
  ['a denial by the named rule', FAILS_ONE, 'Then it should fail rule "one"', 'passed'],
  ['a denial by another rule', pod({ 'p/two': 'fail' }), 'Then it should fail rule "one"', 'failed'],
  ['a denial by one rule more', pod({ 'p/one': 'fail', 'p/two': 'fail' }), 'Then it should fail rule "one"', 'failed'],
  ['a rule that errors', pod({ 'p/one': 'error' }), 'Then it should fail rule "one"', 'failed'],
  ['a rule that errors', pod({ 'p/one': 'error' }), 'Then it should be denied by an error in rule "one"', 'passed'],
  ['a rule that fails', FAILS_ONE, 'Then it should be denied by an error in rule "one"', 'failed'],
  ['a refusal by the API server', pod({ answer: 'refused' }), 'Then it should fail rule "one"', 'failed'],
  ['a refusal by the API server', pod({ answer: 'refused' }), 'Then it should fail policy "p"', 'failed'],
  ['a 422', pod({ answer: 'refused' }), 'Then it should be refused by the API server with code 422', 'passed'],
  ['a denial', FAILS_ONE, 'Then it should be refused by the API server with code 400', 'failed'],
  ['a denial by two', pod({ 'p/one': 'fail', 'p/two': 'fail' }), 'Then it should fail rules "one" and "two"', 'passed'],
  ['a denial by one of two', FAILS_ONE, 'Then it should fail rules "one" and "two"', 'failed'],
  ['a denial by the policy', FAILS_ONE, 'Then it should fail policy "p"', 'passed'],
  ['a pass of the named rule', PASSES_ONE, 'Then it should pass rule "one"', 'passed'],
  ['a pass of another rule', PASSES_ONE, 'Then it should pass rule "two"', 'failed'],
  ['a pass of one of two', PASSES_ONE, 'Then it should pass rules "one", "two"', 'failed'],
  ['a bare pass with a rule', PASSES_ONE, 'Then it should pass', 'passed'],
  ['a bare pass without any rule', pod({}), 'Then it should pass', 'failed'],
  ['a denial', FAILS_ONE, 'Then it should pass', 'failed'],
  ['silence', pod({}), 'Then no rule answers', 'passed'],
  ['a rule that passes', PASSES_ONE, 'Then no rule answers', 'failed'],
  ['a skip', pod({ 'p/one': 'skip' }), 'Then rule "one" is skipped', 'passed'],
  ['a pass', PASSES_ONE, 'Then rule "one" is skipped', 'failed'],
  ['a rule not matching', PASSES_ONE, 'Then rule "two" does not match', 'passed'],
  ['a rule matching', PASSES_ONE, 'Then rule "one" does not match', 'failed'],
  ['a 422', pod({ answer: 'refused' }), 'Then rule "one" does not match', 'failed'],
  ['an autogen rule', pod({ 'p/autogen-one': 'fail' }), 'Then it should fail rule "autogen-one"', 'passed'],
  ['the rule message', FAILS_ONE, 'Then the message of rule "one" is "rule one says fail"', 'passed'],
  ['another rule message', FAILS_ONE, 'Then the message of rule "one" is "rule one"', 'failed'],
  ['a part of the message', FAILS_ONE, 'Then the message contains "one: rule one says"', 'passed'],
  ['a pattern', FAILS_ONE, 'Then the message matches /one: .* says f/', 'passed'],
  ['no warnings', FAILS_ONE, 'Then there are no warnings', 'passed'],
  ['a field of the object', FAILS_ONE, 'Then the judged object has:\n      | metadata.name | web |', 'passed'],
  ['another value', FAILS_ONE, 'Then the judged object has:\n      | metadata.name | wob |', 'failed'],
  ['an absent field', FAILS_ONE, 'Then the judged object has:\n      | spec.hostNetwork | |', 'passed'],
  ['no answer', pod({ answer: 'none' }), 'Then it should pass', 'no answer'],
];

for (const [name, request, step, expected] of VERDICTS) {
  test(`\`${step.replace(/\n.*/s, '')}\` on ${name}: ${expected}`, async () => {
    const run = await runSteps(['Given the policy "p"', request, step]);
    assert.deepEqual(run.failures, []);
    assert.equal(outcome(run), expected);
    if (expected === 'failed') assert.equal(run.scenarios[0]?.mismatches.length, 1);
  });
}

test('a bare pass holds without a rule when a step says so', async () => {
  const run = await runSteps(['Given the policy "p"', pod({}), 'Then it should pass', 'And rule "one" does not match']);
  assert.equal(outcome(run), 'passed');
});

test('a bare fail that names no rule is bad input, found before anything runs', async () => {
  const run = await runSteps(['Given the policy "p"', FAILS_ONE, 'Then it should fail']);
  assert.equal(outcome(run), 'bad input');
  assert.match(run.scenarios[0]?.error ?? '', /features\/f\.feature:10:10: `it should fail` does not say which rule/);
  assert.equal(exitCodeOf(run), 3);
});

test('a bare fail holds when another step names the rule', async () => {
  const run = await runSteps(['Given the policy "p"', FAILS_ONE, 'Then it should fail', 'And rule "one" fails']);
  assert.equal(outcome(run), 'passed');
});

test('an audit rule that fails lets the request through with a warning', async () => {
  const run = await runSteps([
    'Given the policy "p" set to Audit',
    FAILS_ONE,
    'Then it should pass',
    'And rule "one" fails',
    'And a warning contains "rule one says fail"',
  ]);
  assert.equal(outcome(run), 'passed');
});

test('a table judges every row and reports each that does not hold, with its line', async () => {
  const run = await runSteps(
    [
      'Given the policy "p"',
      'Then creating the Pod from "cases/pod.yaml" with these values gives:',
      '  | metadata.annotations["p/one"] | should | rule | (why) |',
      '  | pass | pass | one | |',
      '  | fail | pass | one | wrong |',
      '  | fail | fail | p/one | |',
      '  | skip | fail | one | wrong |',
      '  | (none) | not match | one, two | |',
    ],
    {
      ...TWO_RULES,
      'cases/pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: web, annotations: { p/one: fail } }\n',
    },
  );
  assert.equal(outcome(run), 'failed');
  const [scenario] = run.scenarios;
  assert.equal(scenario?.requests.length, 5);
  assert.deepEqual(
    scenario?.mismatches.map(({ place }) => place?.line),
    [7, 9],
  );
  assert.deepEqual(
    scenario?.requests.map(({ expected }) => expected),
    ['pass p/one', 'pass p/one', 'fail p/one', 'fail p/one', 'not match p/one p/two'],
  );
});

test('an unknown name stops the run before any lane is asked', async () => {
  const lane = fakeLane();
  const feature = `Feature: f
  Scenario: good
    Given the policy "p"
    ${PASSES_ONE}
    Then it should pass
  Scenario: bad
    Given the policy "pp"
`;
  const run = await runProject({ ...TWO_RULES, 'features/f.feature': feature }, { lanes: [lane] });
  assert.equal(lane.asked.count, 0);
  assert.equal(run.failures.length, 1);
  assert.deepEqual(run.failures[0]?.place, { file: 'features/f.feature', line: 12, column: 23 });
  assert.equal(run.failures[0]?.hint, 'did you mean `p`?');
  assert.equal(exitCodeOf(run), 3);
});

test('other bad input fails its scenario only', async () => {
  const feature = `Feature: f
  Scenario: good
    Given the policy "p"
    ${PASSES_ONE}
    Then it should pass
  Scenario: bad
    Given this object exists:
      """
      kind: Pod
      """
`;
  const run = await runProject({ ...TWO_RULES, 'features/f.feature': feature });
  assert.deepEqual(
    run.scenarios.map(({ outcomes }) => outcomes.get('engine')),
    ['passed', 'bad input'],
  );
  assert.match(run.scenarios[1]?.error ?? '', /^features\/f\.feature:14:7: the object has no `apiVersion`/);
  assert.equal(exitCodeOf(run), 3);
});

test('a feature that does not parse is reported and the others run', async () => {
  const good = `Feature: f\n  Scenario: s\n    Given the policy "p"\n    ${FAILS_ONE}\n    Then it should fail rule "one"\n`;
  const run = await runProject({
    ...TWO_RULES,
    'features/a.feature': 'Feature: a\n  Scenario: s\n    Given x\n    nonsense\n',
    'features/b.feature': good,
  });
  assert.equal(run.failures[0]?.place?.file, 'features/a.feature');
  assert.equal(run.failures[0]?.place?.line, 4);
  assert.equal(run.scenarios.length, 1);
  assert.equal(exitCodeOf(run), 3);
});

test('unused policies and rules that never fail end a whole run with 4, each by name', async () => {
  const run = await runSteps(['Given the policy "p"', FAILS_ONE, 'Then it should fail rule "one"'], {
    ...TWO_RULES,
    'policies/q.yaml': policyYaml('q', ['three']),
  });
  assert.deepEqual(run.unusedPolicies, ['q']);
  assert.deepEqual(run.unseenRules, ['p/two', 'q/three']);
  assert.equal(exitCodeOf(run), 4);
});

test('what cannot happen needs not be seen, and fails the run when it is', async () => {
  const declared = '- policy: p\n  rule: two\n  what: fail\n  reason: it has no way to\n';
  const files = { ...TWO_RULES, 'cases/cannot-happen.yaml': declared };
  const fine = await runSteps(['Given the policy "p"', FAILS_ONE, 'Then it should fail rule "one"'], files);
  assert.deepEqual([fine.unseenRules, fine.happened, exitCodeOf(fine)], [[], [], 0]);
  const both = pod({ 'p/one': 'fail', 'p/two': 'fail' });
  const wrong = await runSteps(['Given the policy "p"', both, 'Then it should fail rules "one" and "two"'], files);
  assert.equal(outcome(wrong), 'passed');
  assert.deepEqual(
    wrong.happened.map(({ rule }) => rule),
    ['two'],
  );
  assert.equal(exitCodeOf(wrong), 1);
});

test('an entry of cannot-happen.yaml for a rule that does not exist is an error', async () => {
  const declared = '- policy: p\n  rule: tow\n  what: fail\n  reason: r\n';
  const run = await runSteps(['Given the policy "p"', FAILS_ONE, 'Then it should fail rule "one"'], {
    ...TWO_RULES,
    'cases/cannot-happen.yaml': declared,
  });
  assert.equal(run.failures[0]?.hint, 'did you mean `two`?');
  assert.equal(exitCodeOf(run), 3);
});

test('a selection by tag reports what was not seen and does not fail for it', async () => {
  const feature = `Feature: f
  @a
  Scenario: a
    Given the policy "p"
    ${FAILS_ONE}
    Then it should fail rule "one"
  Scenario: b
    Given the policy "p"
    ${PASSES_ONE}
    Then it should pass rule "two"
`;
  const run = await runProject({ ...TWO_RULES, 'features/f.feature': feature }, { tags: '@a' });
  assert.deepEqual(
    run.scenarios.map(({ name }) => name),
    ['a'],
  );
  assert.equal(run.selection, true);
  assert.deepEqual(run.unseenRules, ['p/two']);
  assert.equal(exitCodeOf(run), 0);
});

test('no scenarios, and no policies, are nothing tested', async () => {
  const none = await runProject({ ...TWO_RULES, 'features/f.feature': 'Feature: f\n' });
  assert.equal(exitCodeOf(none), 4);
  const run = await runSteps([pod({}), 'Then no rule answers'], {});
  assert.equal(outcome(run), 'passed');
  assert.equal(exitCodeOf(run), 4);
});

test('each row of an outline is a scenario of its own line', async () => {
  const feature = `Feature: f
  Scenario Outline: <says>
    Given the policy "p"
    When this Pod is created:
      """
      { apiVersion: v1, kind: Pod, metadata: { name: web, annotations: { p/one: <says> } } }
      """
    Then it should <verdict> rule "one"
    Examples:
      | says | verdict |
      | pass | pass    |
      | fail | fail    |
      | pass | fail    |
`;
  const run = await runProject({ ...TWO_RULES, 'features/f.feature': feature });
  assert.deepEqual(
    run.scenarios.map(({ line, outcomes }) => [line, outcomes.get('engine')]),
    [
      [11, 'passed'],
      [12, 'passed'],
      [13, 'failed'],
    ],
  );
});

test('two lanes are both held against the expectation', async () => {
  const lanes = [fakeLane('engine'), fakeLane('cluster')];
  const feature = `Feature: f\n  Scenario: s\n    Given the policy "p"\n    ${FAILS_ONE}\n    Then it should pass\n`;
  const run = await runProject({ ...TWO_RULES, 'features/f.feature': feature }, { lanes });
  assert.deepEqual(
    [...(run.scenarios[0]?.outcomes ?? [])],
    [
      ['engine', 'failed'],
      ['cluster', 'failed'],
    ],
  );
  assert.deepEqual(
    run.scenarios[0]?.mismatches.map(({ lane }) => lane),
    ['engine', 'cluster'],
  );
});

test('a namespace that a step names must exist', async () => {
  const files = { ...TWO_RULES, 'cases/pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\n' };
  const run = await runSteps(
    ['Given the namespace "team-a"', 'When the Pod from "cases/pod.yaml" is created in namespace "taem-a"'],
    files,
  );
  assert.deepEqual(
    run.failures.map(({ code, hint }) => [code, hint]),
    [['unknown-namespace', 'did you mean `team-a`?']],
  );
});
