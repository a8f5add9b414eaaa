import { type DataTable, Then } from '@cucumber/cucumber';
import { expectNoRule, expectRuleOutcome, expectRuleTable, type OutcomeWord } from '../src/harness/expect-rules.ts';
import { expectRuleMessage } from '../src/harness/expect-text.ts';
import { expectJudgedFields } from '../src/harness/field-table.ts';
import { createEach, createRows, updateRows } from '../src/harness/matrix.ts';
import type { StepWorld } from '../src/harness/world.ts';

Then('rule {rule} {outcome}', function (this: StepWorld, rule: string, outcome: OutcomeWord) {
  expectRuleOutcome(this.scenario, rule, outcome);
});

Then(
  'rule {rule} {outcome} with message {string}',
  function (this: StepWorld, rule: string, outcome: OutcomeWord, text: string) {
    expectRuleOutcome(this.scenario, rule, outcome);
    expectRuleMessage(this.scenario, rule, { is: text });
  },
);

Then('these rules answer:', function (this: StepWorld, table: DataTable) {
  expectRuleTable(this.scenario, table.raw());
});

Then('no rule answers', function (this: StepWorld) {
  expectNoRule(this.scenario);
});

Then('the judged object has:', function (this: StepWorld, table: DataTable) {
  expectJudgedFields(this.scenario, table.raw());
});

Then(
  'creating the {kind} from {file} with these values gives:',
  async function (this: StepWorld, kind: string, file: string, table: DataTable) {
    await createRows(this.scenario, kind, file, table.raw());
  },
);

Then('creating each of these gives:', async function (this: StepWorld, table: DataTable) {
  await createEach(this.scenario, table.raw());
});

Then(
  'updating {kind} {object} with these values gives:',
  async function (this: StepWorld, kind: string, name: string, table: DataTable) {
    await updateRows(this.scenario, kind, name, table.raw());
  },
);
