import { Then } from '@cucumber/cucumber';
import {
  expectMessage,
  expectRuleMessage,
  expectWarning,
  expectWarnings,
  parsePattern,
} from '../src/harness/expect-text.ts';
import type { StepWorld } from '../src/harness/world.ts';

Then('the message is {string}', function (this: StepWorld, text: string) {
  expectMessage(this.scenario, { is: text });
});

Then('the message is:', function (this: StepWorld, text: string) {
  expectMessage(this.scenario, { is: text });
});

Then('the message contains {string}', function (this: StepWorld, text: string) {
  expectMessage(this.scenario, { contains: text });
});

Then('the message contains:', function (this: StepWorld, text: string) {
  expectMessage(this.scenario, { contains: text });
});

Then('the message matches {pattern}', function (this: StepWorld, source: string) {
  expectMessage(this.scenario, { matches: parsePattern(this.scenario, source) });
});

Then('the message of rule {rule} is {string}', function (this: StepWorld, rule: string, text: string) {
  expectRuleMessage(this.scenario, rule, { is: text });
});

Then('the message of rule {rule} contains {string}', function (this: StepWorld, rule: string, text: string) {
  expectRuleMessage(this.scenario, rule, { contains: text });
});

Then('the message of rule {rule} matches {pattern}', function (this: StepWorld, rule: string, source: string) {
  expectRuleMessage(this.scenario, rule, { matches: parsePattern(this.scenario, source) });
});

Then('there are no warnings', function (this: StepWorld) {
  expectWarnings(this.scenario, []);
});

Then('the warnings are:', function (this: StepWorld, text: string) {
  expectWarnings(this.scenario, text.trim().split('\n'));
});

Then('a warning contains {string}', function (this: StepWorld, text: string) {
  expectWarning(this.scenario, text);
});
