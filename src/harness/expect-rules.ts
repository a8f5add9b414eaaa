import { effectOf } from './effect.ts';
import { expectRuleMessage } from './expect-text.ts';
import { expectAnswer } from './expectation.ts';
import { oneOf } from './given-policies.ts';
import { ruleInForce, ruleText } from './names.ts';
import { latestRequest, type Scenario, seesEveryRule } from './scenario.ts';
import { at } from './step-place.ts';
import { readTable } from './table.ts';
import { denyingRules, type RuleOutcome, refusedByApiServer, ruleHasOutcome, verdictText } from './verdict.ts';

/** What a rule does, as steps say it. */
export type OutcomeWord = 'passes' | 'fails' | 'is skipped' | 'errors' | 'warns' | 'does not match';

const OUTCOMES: Readonly<Record<OutcomeWord, RuleOutcome>> = {
  passes: 'pass',
  fails: 'fail',
  'is skipped': 'skip',
  errors: 'error',
  warns: 'warning',
  'does not match': 'no match',
};

/** The words of `OutcomeWord`. */
export const OUTCOME_WORDS = Object.keys(OUTCOMES) as readonly OutcomeWord[];

/** Expects one rule to pass, fail, be skipped, error, warn, or not match. */
export function expectRuleOutcome(scenario: Scenario, name: string, word: OutcomeWord, policy?: string): void {
  const asked = latestRequest(scenario);
  const rule = ruleInForce(scenario, name, policy);
  const outcome = OUTCOMES[word];
  const expected = `${ruleText(rule)}: ${outcome}`;
  asked.expected.push(expected);
  if (outcome === 'fail') {
    asked.namesFailingRule = true;
    asked.failing.push(rule);
  }
  if (outcome === 'no match') asked.expectsSilence = true;
  expectAnswer(scenario, expected, ruleHasOutcome(rule, outcome, effectOf(scenario, rule, outcome)));
}

/** Expects the outcomes of a table with columns `rule`, `outcome`, `policy`, `message`; other rules are not looked at. */
export function expectRuleTable(scenario: Scenario, rows: readonly (readonly string[])[]): void {
  for (const { cells, placeOf } of readTable(scenario, rows, ['rule', 'outcome'], ['policy', 'message'])) {
    const { rule = '', outcome = '', policy, message = '' } = cells;
    const word = at(placeOf('outcome'), () => oneOf(scenario, outcome, 'outcome', OUTCOME_WORDS));
    at(placeOf('rule'), () => expectRuleOutcome(scenario, rule, word, policy));
    const name = policy === undefined || policy === '' ? rule : `${policy}/${rule}`;
    if (message !== '') expectRuleMessage(scenario, name, { is: message });
  }
}

/** Expects that no rule of any policy answers, and that the request is not refused for another reason. */
export function expectNoRule(scenario: Scenario): void {
  const asked = latestRequest(scenario);
  asked.expectsSilence = true;
  asked.expected.push('no rule answers');
  expectAnswer(scenario, 'no rule answers', (answer) => {
    if (refusedByApiServer(answer)) return verdictText(answer);
    const rules = seesEveryRule(answer.lane)
      ? answer.rules.map((rule) => `${rule.policy}/${rule.name}: ${rule.status}`)
      : denyingRules(answer);
    return rules.length === 0 ? undefined : rules.join('\n');
  });
}
