import { type DataTable, Then } from '@cucumber/cucumber';
import {
  expectFailingPolicies,
  expectFailingRules,
  expectRefused,
  expectRuleError,
  expectRules,
  expectVerdict,
  type Verdict,
} from '../src/harness/expect-verdict.ts';
import type { StepWorld } from '../src/harness/world.ts';

Then('it should {verdict} rule {rule}', function (this: StepWorld, verdict: Verdict, rule: string) {
  expectRules(this.scenario, verdict, [rule]);
});

Then('it should {verdict} rules {rules}', function (this: StepWorld, verdict: Verdict, rules: readonly string[]) {
  expectRules(this.scenario, verdict, rules);
});

Then('it should fail these rules:', function (this: StepWorld, table: DataTable) {
  expectFailingRules(this.scenario, table.raw());
});

Then('it should fail policy {policy}', function (this: StepWorld, policy: string) {
  expectFailingPolicies(this.scenario, [policy]);
});

Then('it should fail policies {policies}', function (this: StepWorld, policies: readonly string[]) {
  expectFailingPolicies(this.scenario, policies);
});

Then('it should {verdict}', function (this: StepWorld, verdict: Verdict) {
  expectVerdict(this.scenario, verdict);
});

Then('it should be denied by an error in rule {rule}', function (this: StepWorld, rule: string) {
  expectRuleError(this.scenario, rule);
});

Then('it should be refused by the API server with code {int}', function (this: StepWorld, code: number) {
  expectRefused(this.scenario, code);
});
