import { warningText } from '../admission/index.ts';
import type { AnswerPart } from '../compare/index.ts';
import { InputError } from '../model/failure.ts';
import type { LaneAnswer } from '../model/lane.ts';
import { expectAnswer } from './expectation.ts';
import { ruleInForce, ruleText } from './names.ts';
import { latestRequest, type Scenario, seesEveryRule } from './scenario.ts';
import { placeOfWord } from './step-place.ts';
import { ruleMessage } from './verdict.ts';

const MESSAGE: readonly AnswerPart[] = ['verdict', 'denied', 'message'];
const WARNINGS: readonly AnswerPart[] = ['warnings'];

/** A way to hold a text: the whole, a part, or a regular expression. White space at line ends is not compared. */
export type TextTest = { readonly is: string } | { readonly contains: string } | { readonly matches: RegExp };

/** Expects something of the whole message that the client sees. Throws `InputError` for a test that any text passes. */
export function expectMessage(scenario: Scenario, test: TextTest): void {
  latestRequest(scenario);
  refuseEmpty(scenario, test);
  expectAnswer(
    scenario,
    testText('message', test),
    (answer) => {
      return holds(answer.message, test) ? undefined : gotText('message', answer.message);
    },
    MESSAGE,
  );
}

/** Expects something of one rule's own message. A lane that shows only denials is held to it where the rule denies. */
export function expectRuleMessage(scenario: Scenario, name: string, test: TextTest): void {
  latestRequest(scenario);
  refuseEmpty(scenario, test);
  const rule = ruleInForce(scenario, name);
  const what = `message of ${ruleText(rule)}`;
  expectAnswer(
    scenario,
    testText(what, test),
    (answer) => {
      const message = ruleMessage(answer, rule);
      if (message === undefined && !seesEveryRule(answer.lane)) return undefined;
      if (message === undefined) return `${what}: the rule says nothing`;
      return holds(message, test) ? undefined : gotText(what, message);
    },
    MESSAGE,
  );
}

/** Expects exactly these warnings, in this order, each as kubectl shows it or as a header. */
export function expectWarnings(scenario: Scenario, warnings: readonly string[]): void {
  latestRequest(scenario);
  const wanted = warnings.map(plain);
  expectAnswer(
    scenario,
    warningsText(wanted),
    (answer) => {
      const got = answer.warnings.map(plain);
      return got.join('\n') === wanted.join('\n') ? undefined : warningsText(got);
    },
    WARNINGS,
  );
}

/** Expects a warning that contains this text. */
export function expectWarning(scenario: Scenario, part: string): void {
  latestRequest(scenario);
  refuseEmpty(scenario, { contains: part });
  const found = (answer: LaneAnswer) =>
    answer.warnings.some((warning) => holds(plain(warning), { contains: plain(part) }));
  expectAnswer(
    scenario,
    `a warning that contains: ${part}`,
    (answer) => (found(answer) ? undefined : warningsText(answer.warnings.map(plain))),
    WARNINGS,
  );
}

/** Reads `/…/` as a regular expression. Throws `InputError` at the step. */
export function parsePattern(scenario: Scenario, text: string): RegExp {
  try {
    return new RegExp(text, 's');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError({ code: 'bad-pattern', message: why, place: placeOfWord(scenario.step, text) });
  }
}

function refuseEmpty(scenario: Scenario, test: TextTest): void {
  const any = 'contains' in test ? test.contains.trim() === '' : 'matches' in test && matchesAny(test.matches);
  if (!any) return;
  throw new InputError({
    code: 'tests-nothing',
    message: 'every text passes this',
    place: scenario.step,
    hint: 'write a part of the text that is expected',
  });
}

function matchesAny(pattern: RegExp): boolean {
  return ['', 'a', '\n', '0 %'].every((text) => pattern.test(text));
}

function holds(text: string, test: TextTest): boolean {
  if ('is' in test) return tidy(text) === tidy(test.is);
  if ('contains' in test) return tidy(text).includes(tidy(test.contains));
  return test.matches.test(text);
}

/** A warning as kubectl shows it; as a header it starts with a code, `299 - "text"`. */
function plain(warning: string): string {
  return tidy(warningText(warning.trim()));
}

function tidy(text: string): string {
  return text.replaceAll(/[^\S\n]+$/gm, '').trim();
}

function testText(what: string, test: TextTest): string {
  if ('is' in test) return gotText(what, test.is);
  if ('contains' in test) return `${what} contains: ${test.contains.trim()}`;
  return `${what} matches: ${String(test.matches)}`;
}

function gotText(what: string, text: string): string {
  return text.trim() === '' ? `${what}: (none)` : `${what}: ${tidy(text)}`;
}

function warningsText(warnings: readonly string[]): string {
  return warnings.length === 0 ? 'no warnings' : `warnings:\n${warnings.join('\n')}`;
}
