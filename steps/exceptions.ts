import { Then } from '@cucumber/cucumber';
import { expectExcepted, expectNotExcepted } from '../src/harness/expect-exceptions.ts';
import type { StepWorld } from '../src/harness/world.ts';

Then('it is excepted from rule {rule} by {object}', function (this: StepWorld, rule: string, exception: string) {
  expectExcepted(this.scenario, rule, exception);
});

Then('it is not excepted from any rule', function (this: StepWorld) {
  expectNotExcepted(this.scenario);
});
