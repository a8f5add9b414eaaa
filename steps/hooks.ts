import {
  After,
  Before,
  BeforeStep,
  type ITestCaseHookParameter,
  type ITestStepHookParameter,
  setDefaultTimeout,
} from '@cucumber/cucumber';
import type { StepWorld } from '../src/harness/world.ts';

// Lanes have timeouts of their own, with better words.
setDefaultTimeout(-1);

// The name keeps these hooks out of the Allure report, which then puts what they attach on the scenario itself.
const QUIET = { name: 'ALLURE_FIXTURE_IGNORE' };

Before(QUIET, function (this: StepWorld, { gherkinDocument, pickle }: ITestCaseHookParameter) {
  this.begin(gherkinDocument, pickle);
});

BeforeStep(function (this: StepWorld, { pickleStep }: ITestStepHookParameter) {
  this.atStep(pickleStep.id);
});

After(QUIET, function (this: StepWorld, { pickle, result }: ITestCaseHookParameter) {
  this.finish(pickle, result === undefined || result.status === 'PASSED' || result.status === 'UNKNOWN');
});
