import { InputError } from '../model/failure.ts';
import { expectAnswer } from './expectation.ts';
import { policyInForce, type RuleName, ruleInForce, ruleText } from './names.ts';
import { latestRequest, type Scenario } from './scenario.ts';
import { at } from './step-place.ts';
import { readTable } from './table.ts';
import {
  deniedByPolicies,
  deniedByRules,
  isAllowed,
  isDeniedByAnyRule,
  isRefused,
  passesRules,
  passesSomeRule,
  ruleMessage,
} from './verdict.ts';

/** The guide's words for a verdict. */
export type Verdict = 'pass' | 'fail';

/**
 * Expects the request to pass or fail, whichever rule it is. For `fail` another step must name the rule, for `pass` a
 * rule must have been evaluated, unless another step expects that one does not match.
 */
export function expectVerdict(scenario: Scenario, verdict: Verdict): void {
  const asked = latestRequest(scenario);
  if (verdict === 'fail') asked.bareFail = scenario.step;
  asked.expected.push(verdict);
  const silent = scenario.expectsSilence[scenario.requests.length - 1] === true;
  const passes = silent ? isAllowed : passesSomeRule;
  expectAnswer(scenario, verdict, verdict === 'pass' ? passes : isDeniedByAnyRule);
}

/** Expects `fail`: denied by exactly these rules; `pass`: let through, and all of these rules passed. */
export function expectRules(scenario: Scenario, verdict: Verdict, names: readonly string[]): void {
  const asked = latestRequest(scenario);
  const rules = names.map((name) => ruleInForce(scenario, name));
  const expected = rulesText(verdict, rules);
  asked.expected.push(expected);
  if (verdict === 'fail') asked.namesFailingRule = true;
  expectAnswer(scenario, expected, verdict === 'fail' ? deniedByRules(rules) : passesRules(rules));
}

function rulesText(verdict: string, rules: readonly RuleName[]): string {
  return rules.map((rule) => `${verdict} ${ruleText(rule)}`).join('\n');
}

/** Expects a denial by exactly the rules of a table with columns `rule`, `policy`, `message`. */
export function expectFailingRules(scenario: Scenario, rows: readonly (readonly string[])[]): void {
  const table = readTable(scenario, rows, ['rule'], ['policy', 'message']);
  const asked = latestRequest(scenario);
  const rules = table.map(({ cells, placeOf }) =>
    at(placeOf('rule'), () => ruleInForce(scenario, cells['rule'] ?? '', cells['policy'])),
  );
  const expected = rulesText('fail', rules);
  asked.expected.push(expected);
  asked.namesFailingRule = true;
  expectAnswer(scenario, expected, deniedByRules(rules));
  rules.forEach((rule, i) => {
    const message = table[i]?.cells['message'] ?? '';
    if (message === '') return;
    expectAnswer(
      scenario,
      `${ruleText(rule)}: ${message}`,
      (answer) => {
        const got = ruleMessage(answer, rule);
        return got?.trim() === message.trim() ? undefined : `${ruleText(rule)}: ${got ?? '(no message)'}`;
      },
      ['verdict', 'denied', 'message'],
    );
  });
}

/** Expects a denial by exactly these policies. */
export function expectFailingPolicies(scenario: Scenario, names: readonly string[]): void {
  const asked = latestRequest(scenario);
  for (const name of names) policyInForce(scenario, name);
  const expected = names.map((name) => `fail ${name}`).join('\n');
  asked.expected.push(expected);
  asked.namesFailingRule = true;
  expectAnswer(scenario, expected, deniedByPolicies(names));
}

/** Expects a denial because a rule could not be evaluated. */
export function expectRuleError(scenario: Scenario, name: string): void {
  const asked = latestRequest(scenario);
  const rule = ruleInForce(scenario, name);
  const expected = `denied by an error in ${ruleText(rule)}`;
  asked.expected.push(expected);
  expectAnswer(scenario, expected, deniedByRules([rule], 'error'));
}

/** Expects a refusal by the API server itself. */
export function expectRefused(scenario: Scenario, code: number): void {
  if (code < 400 || code > 599) {
    throw new InputError({
      code: 'bad-argument',
      message: `${code} is no status code of a refusal`,
      place: scenario.step,
      hint: 'codes are 400 to 599, e.g. 422',
    });
  }
  const expected = `refused by the API server with ${code}`;
  latestRequest(scenario).expected.push(expected);
  expectAnswer(scenario, expected, isRefused(code));
}
