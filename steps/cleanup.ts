import { type DataTable, Then, When } from '@cucumber/cucumber';
import { TTL } from '../src/admission/index.ts';
import {
  cleanUpAt,
  expectCleanedUp,
  expectCleanupError,
  expectExactlyCleanedUp,
  expectKept,
  expectNothingCleanedUp,
} from '../src/harness/cleanup.ts';
import type { StepWorld } from '../src/harness/world.ts';

When('Kyverno cleans up at {string}', async function (this: StepWorld, time: string) {
  await cleanUpAt(this.scenario, time);
});

Then('{kind} {object} is cleaned up', function (this: StepWorld, kind: string, object: string) {
  expectCleanedUp(this.scenario, kind, object);
});

Then(
  '{kind} {object} is cleaned up by policy {policy}',
  function (this: StepWorld, kind: string, object: string, policy: string) {
    expectCleanedUp(this.scenario, kind, object, policy);
  },
);

Then('{kind} {object} is cleaned up by its time to live', function (this: StepWorld, kind: string, object: string) {
  expectCleanedUp(this.scenario, kind, object, TTL);
});

Then('{kind} {object} is kept', function (this: StepWorld, kind: string, object: string) {
  expectKept(this.scenario, kind, object);
});

Then('nothing is cleaned up', function (this: StepWorld) {
  expectNothingCleanedUp(this.scenario);
});

Then('exactly these objects are cleaned up:', function (this: StepWorld, table: DataTable) {
  expectExactlyCleanedUp(this.scenario, table.raw());
});

Then('policy {policy} cannot tell: {string}', function (this: StepWorld, policy: string, reason: string) {
  expectCleanupError(this.scenario, policy, reason);
});
