import { Given } from '@cucumber/cucumber';
import {
  giveAllPolicies,
  givePolicies,
  givePolicyFile,
  givePolicyText,
  givePolicyWithAction,
} from '../src/harness/given-policies.ts';
import type { StepWorld } from '../src/harness/world.ts';

Given('the policy {policy}', function (this: StepWorld, name: string) {
  givePolicies(this.scenario, [name]);
});

Given('the policy {policy} set to {action}', function (this: StepWorld, name: string, action: 'Audit' | 'Enforce') {
  givePolicyWithAction(this.scenario, name, action);
});

Given('the policies {policies}', function (this: StepWorld, names: readonly string[]) {
  givePolicies(this.scenario, names);
});

Given('all policies', function (this: StepWorld) {
  giveAllPolicies(this.scenario);
});

Given('the policies from {file}', function (this: StepWorld, path: string) {
  givePolicyFile(this.scenario, path);
});

Given('this policy:', function (this: StepWorld, text: string) {
  givePolicyText(this.scenario, text);
});
