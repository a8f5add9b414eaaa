import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyYaml, runProject } from '../testing/features.ts';

const ROWS: readonly [step: string, rows: readonly string[], said: RegExp][] = [
  ['the Pod from "cases/pod.yaml" is created with:', ['| a.b |'], /f\.feature:5:9: a table of fields has two columns/],
  [
    'the Pod from "cases/pod.yaml" is created with:',
    ['| a.b | 1 |', '| a..b | 1 |'],
    /:6:9: `a\.\.b` is not a field path/,
  ],
  ['the Pod from "cases/pod.yaml" is created with:', ['| a.b | {c: |'], /:5:15: not valid YAML/],
  [
    'creating each of these gives:',
    ['| file | shuld |', '| x | pass |'],
    /:5:16: .*`shuld` \(did you mean `should`\?\)/,
  ],
  [
    'creating each of these gives:',
    ['| file | should | rule |', '| cases/pod.yaml | fails | one |'],
    /:6:26: `fails` is no verdict \(did you mean `fail`\?\)/,
  ],
  [
    'creating each of these gives:',
    ['| file | should | rule |', '| cases/pod.yaml | fail | |'],
    /:6:\d+: the row expects `fail` and names no rule/,
  ],
  ['creating each of these gives:', ['| file | should | rule |'], /:5:9: the table has no rows/],
];

for (const [step, rows, said] of ROWS) {
  test(`the table ${rows.join(' ')} is bad input that points at the cell, and the rest runs`, async () => {
    const table = rows.map((row) => `      ${row}\n`).join('');
    const run = await runProject({
      'policies/p.yaml': policyYaml('p', ['one']),
      'cases/pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\n',
      'features/f.feature': `Feature: f
  Scenario: bad
    Given the policy "p"
    When ${step}
${table}  Scenario: good
    Given the policy "p"
    When the Pod from "cases/pod.yaml" is created
    Then no rule answers
`,
    });
    assert.match(run.scenarios[0]?.error ?? '', said);
    assert.deepEqual(
      run.scenarios.map(({ outcomes }) => outcomes.get('engine')),
      ['bad input', 'passed'],
    );
  });
}

test('an unknown rule in a table ends the run at its cell', async () => {
  const run = await runProject({
    'policies/p.yaml': policyYaml('p', ['one']),
    'cases/pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\n',
    'features/f.feature': `Feature: f
  Scenario: bad
    Given the policy "p"
    When creating each of these gives:
      | file           | should | rule |
      | cases/pod.yaml | fail   | onn  |
`,
  });
  assert.deepEqual(run.failures[0]?.place, { file: 'features/f.feature', line: 6, column: 35 });
  assert.equal(run.failures[0]?.hint, 'did you mean `one`?');
});
