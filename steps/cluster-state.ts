import { Given } from '@cucumber/cucumber';
import { giveNamespaces, giveObjectFile, giveObjects } from '../src/harness/given-state.ts';
import { parseLabels } from '../src/harness/given-user.ts';
import type { StepWorld } from '../src/harness/world.ts';

Given('the namespace {string}', function (this: StepWorld, name: string) {
  giveNamespaces(this.scenario, [name]);
});

Given('the namespace {string} with label(s) {labels}', function (this: StepWorld, name: string, labels: string) {
  giveNamespaces(this.scenario, [name], parseLabels(this.scenario, labels));
});

Given('the namespaces {names}', function (this: StepWorld, names: readonly string[]) {
  giveNamespaces(this.scenario, names);
});

Given('this/these object(s) exist(s):', function (this: StepWorld, text: string) {
  giveObjects(this.scenario, text);
});

Given('the object(s) from {file} exist(s)', function (this: StepWorld, reference: string) {
  giveObjectFile(this.scenario, reference);
});
