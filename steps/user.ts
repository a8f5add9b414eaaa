import { Given } from '@cucumber/cucumber';
import { giveServiceAccount, giveUser } from '../src/harness/given-user.ts';
import type { StepWorld } from '../src/harness/world.ts';

Given('the user {string}', function (this: StepWorld, name: string) {
  giveUser(this.scenario, name);
});

Given('the user {string} in group(s) {names}', function (this: StepWorld, name: string, groups: readonly string[]) {
  giveUser(this.scenario, name, groups);
});

Given('the service account {string}', function (this: StepWorld, text: string) {
  giveServiceAccount(this.scenario, text);
});

Given('request(s) go(es) to namespace {string}', function (this: StepWorld, namespace: string) {
  this.scenario.namespace = namespace;
});

Given('field validation is {fieldValidation}', function (this: StepWorld, how: 'Strict' | 'Warn' | 'Ignore') {
  this.scenario.fieldValidation = how;
});
