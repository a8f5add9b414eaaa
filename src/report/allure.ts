import type { Policy } from '../model/policy.ts';

/** The label that says which scenario an Allure result is of: `file:line`. It is taken out again. */
export const SCENARIO_LABEL = 'kyverdict-scenario';

/** A label of an Allure test result. */
export interface AllureLabel {
  readonly name: typeof SCENARIO_LABEL | 'parentSuite' | 'suite' | 'subSuite' | 'severity' | 'tag' | 'layer';
  readonly value: string;
}

/** The media type under which Allure's reporter takes an attachment for a message of its own. */
export const allureMessageType = 'application/vnd.allure.message+json';

/** Labels as a message to Allure's reporter. */
export function allureMessage(labels: readonly AllureLabel[]): string {
  return JSON.stringify({ type: 'metadata', data: { labels } });
}

/**
 * Where a scenario stands in the Allure report: the policy as suite, the rule below it, and the severity of the policy's
 * annotation. `rules` are the rules that its steps name; without any it stands under its policies alone.
 */
export function allureLabels(
  policies: readonly Policy[],
  rules: readonly { readonly policy: string; readonly rule: string }[],
): readonly AllureLabel[] {
  const named = new Set(rules.map(({ policy }) => policy));
  const subjects = policies.filter((policy) => named.size === 0 || named.has(policy.name));
  const ruleNames = [...new Set(rules.map(({ rule }) => rule.replace(/^autogen-(cronjob-)?/, '')))];
  const [onlyPolicy] = subjects;
  const [onlyRule] = ruleNames;
  const labels: AllureLabel[] = [
    {
      name: 'parentSuite',
      value: onlyPolicy === undefined ? 'no policy' : subjects.length === 1 ? onlyPolicy.name : 'several policies',
    },
  ];
  if (onlyRule !== undefined)
    labels.push({ name: 'suite', value: ruleNames.length === 1 ? onlyRule : 'several rules' });
  const severity = worstSeverity(subjects);
  if (severity !== undefined) labels.push({ name: 'severity', value: severity });
  return labels;
}

// Kyverno's severities, and Allure's words for them, from the gravest down.
const SEVERITIES = { critical: 'blocker', high: 'critical', medium: 'normal', low: 'minor', info: 'trivial' };

function worstSeverity(policies: readonly Policy[]): string | undefined {
  const found = new Set(policies.map((policy) => policy.annotations['policies.kyverno.io/severity']));
  return Object.entries(SEVERITIES).find(([word]) => found.has(word))?.[1];
}
