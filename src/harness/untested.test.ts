import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodeOf } from '../report/exit-code.ts';
import { styleFor } from '../report/style.ts';
import { summaryText } from '../report/summary.ts';
import { policyYaml, runProject } from '../testing/features.ts';

const POD = (answer: string) => `When this object is created:
      """
      { apiVersion: v1, kind: Pod, metadata: { name: web, annotations: { "p/one": ${answer} } } }
      """`;
const GOOD = `  Scenario: good
    Given the policy "p"
    ${POD('fail')}
    Then it should fail rule "one"
`;

async function runWith(text: string, tags = '') {
  const files = { 'policies/p.yaml': policyYaml('p', ['one']), 'features/f.feature': `Feature: f\n${GOOD}${text}` };
  const run = await runProject(files, { tags });
  return { run, code: exitCodeOf(run), text: summaryText(run, styleFor(false)) };
}

const VACUOUS: readonly [name: string, feature: string, said: RegExp][] = [
  [
    'a scenario without steps',
    '  Scenario: bad\n    Givn the policy "p"\n',
    /nothing tested {2}features\/f\.feature:9 {2}bad\n.*sends no request/,
  ],
  [
    'a scenario without a request',
    '  Scenario: bad\n    Given the policy "p"\n',
    /f\.feature:9 .*\n.*sends no request/,
  ],
  [
    'a request without an expectation',
    `  Scenario: bad\n    Given the policy "p"\n    ${POD('pass')}\n`,
    /f\.feature:9 .*\n.*nothing is expected of this request/,
  ],
  [
    'a request without an expectation before one that has some',
    `  Scenario: bad\n    Given the policy "p"\n    ${POD('pass')}\n    ${POD('pass')}\n    Then it should pass rule "one"\n`,
    /nothing is expected/,
  ],
  [
    'an outline without rows',
    '  Scenario Outline: bad <a>\n    Given the policy "<a>"\n\n    Examples:\n      | a |\n',
    /nothing tested {2}features\/f\.feature:9:3: Scenario Outline `bad <a>` has no examples/,
  ],
];

for (const [name, feature, said] of VACUOUS) {
  test(`${name} ends the run with 4 and is named`, async () => {
    const { code, text } = await runWith(feature);
    assert.match(text, said);
    assert.equal(code, 4);
  });
}

test('a scenario that tests nothing is not passed in any report', async () => {
  const { run } = await runWith('  Scenario: bad\n    Given the policy "p"\n');
  assert.deepEqual(
    run.scenarios.map(({ name, outcomes }) => [name, outcomes.get('engine')]),
    [
      ['good', 'passed'],
      ['bad', 'failed'],
    ],
  );
});

test('a feature file without scenarios ends a whole run with 4', async () => {
  const files = { 'policies/p.yaml': policyYaml('p', ['one']), 'features/f.feature': `Feature: f\n${GOOD}` };
  for (const text of [
    '',
    '# nothing yet\n',
    'Feature: empty\n',
    'Feature: e\n  Background:\n    Given all policies\n',
  ]) {
    const run = await runProject({ ...files, 'features/empty.feature': text });
    assert.deepEqual(
      run.empty.map(({ place }) => place?.file),
      ['features/empty.feature'],
    );
    assert.equal(exitCodeOf(run), 4);
  }
});

test('a selection does not fail for empty features elsewhere', async () => {
  const { code } = await runWith('  @b\n  Scenario Outline: o\n    Given the policy "<a>"\n', 'not @b');
  assert.equal(code, 0);
});

test('a bare fail does not hold when the rule that fails only audits and another one denies', async () => {
  const files = {
    'policies/p.yaml': policyYaml('p', ['one']),
    'policies/q.yaml': policyYaml('q', ['two'], 'Audit'),
    'features/f.feature': `Feature: f
  Scenario: s
    Given the policies "p" and "q"
    When this object is created:
      """
      { apiVersion: v1, kind: Pod, metadata: { name: web, annotations: { "p/one": fail, "q/two": fail } } }
      """
    Then it should fail
    And rule "two" fails
`,
  };
  const run = await runProject(files);
  assert.equal(run.scenarios[0]?.outcomes.get('engine'), 'failed');
  assert.equal(exitCodeOf(run), 1);
});

for (const step of ['message contains ""', 'message matches /.*/', 'message of rule "one" contains " "']) {
  test(`\`the ${step}\` holds for any text, so it is bad input`, async () => {
    const feature = `  Scenario: bad\n    Given the policy "p"\n    ${POD('fail')}\n    Then the ${step}\n`;
    const { code, text } = await runWith(feature);
    assert.match(text, /f\.feature:15:10: every text passes this/);
    assert.equal(code, 3);
  });
}
