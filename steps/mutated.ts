import { type DataTable, Then } from '@cucumber/cucumber';
import {
  expectLeftAlone,
  expectMutatedObject,
  expectNothingMutated,
  expectRuleChanges,
  expectTargetChanged,
} from '../src/harness/expect-mutated.ts';
import type { StepWorld } from '../src/harness/world.ts';

Then('rule {rule} sets {string} to {string}', function (this: StepWorld, rule: string, path: string, value: string) {
  expectRuleChanges(this.scenario, rule, [[path, value]]);
});

Then('rule {rule} sets:', function (this: StepWorld, rule: string, table: DataTable) {
  expectRuleChanges(this.scenario, rule, table.raw());
});

Then('rule {rule} removes {string}', function (this: StepWorld, rule: string, path: string) {
  expectRuleChanges(this.scenario, rule, [[path, '']]);
});

Then('rule {rule} leaves {string} alone', function (this: StepWorld, rule: string, path: string) {
  expectLeftAlone(this.scenario, rule, path);
});

Then('the mutated object is:', function (this: StepWorld, text: string) {
  expectMutatedObject(this.scenario, text);
});

Then('nothing is mutated', function (this: StepWorld) {
  expectNothingMutated(this.scenario);
});

Then(
  '{kind} {object} is mutated by rule {rule} with:',
  function (this: StepWorld, kind: string, object: string, rule: string, table: DataTable) {
    expectTargetChanged(this.scenario, kind, object, rule, table.raw());
  },
);
