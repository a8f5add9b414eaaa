import type { LaneAnswer } from '../model/lane.ts';
import type { RuleStatus } from '../model/response.ts';
import type { Judge } from './expectation.ts';
import { type RuleName, ruleText } from './names.ts';
import { seesEveryRule } from './scenario.ts';

/** What a rule says about a request; `no match`: nothing. */
export type RuleOutcome = RuleStatus | 'no match';

/** What an answer says about a rule: its status, or `no match`. */
export function outcomeOf(answer: LaneAnswer, name: RuleName): RuleOutcome {
  return findRule(answer, name)?.status ?? 'no match';
}

function findRule(answer: LaneAnswer, name: RuleName) {
  return answer.rules.find((rule) => rule.policy === name.policy && rule.name === name.rule);
}

/** The rules that deny, as `policy/rule`, sorted. */
export function denyingRules(answer: LaneAnswer): readonly string[] {
  return [...new Set(answer.denied.map(ruleText))].sort();
}

/** True when the API server refused the request without any policy's doing. */
export function refusedByApiServer(answer: LaneAnswer): boolean {
  return answer.allowed === false && answer.denied.length === 0 && !answer.message.startsWith('admission webhook "');
}

/** An answer in the words of a verdict: `pass`, `fail policy/rule`, `denied by an error in …`, `refused with 422: …`. */
export function verdictText(answer: LaneAnswer): string {
  if (answer.allowed === null) return `no answer: ${answer.error ?? ''}`;
  if (answer.allowed) {
    const failing = answer.rules.filter(({ status }) => status === 'fail' || status === 'error');
    return failing.length === 0 ? 'pass' : `pass (${failing.map((rule) => statusText(rule)).join(', ')})`;
  }
  if (refusedByApiServer(answer)) return `refused by the API server with ${answer.code}: ${answer.message.trim()}`;
  if (answer.denied.length === 0) return `denied without naming a rule: ${answer.message.trim()}`;
  return answer.denied
    .map((denial) => {
      const status = outcomeOf(answer, denial);
      return `${status === 'error' ? 'denied by an error in' : 'fail'} ${ruleText(denial)}`;
    })
    .join('\n');
}

function statusText(rule: { readonly policy: string; readonly name: string; readonly status: string }): string {
  return `${rule.policy}/${rule.name}: ${rule.status}`;
}

/** Let through, and each of these rules was evaluated and passed. */
export function passesRules(rules: readonly RuleName[]): Judge {
  return (answer) => {
    if (answer.allowed !== true) return verdictText(answer);
    if (!seesEveryRule(answer.lane)) return undefined;
    const others = rules.filter((rule) => outcomeOf(answer, rule) !== 'pass');
    if (others.length === 0) return undefined;
    return `pass, but ${others.map((rule) => `${ruleText(rule)}: ${outcomeOf(answer, rule)}`).join(', ')}`;
  };
}

/** Denied by exactly these rules, each with this status (`fail`, or `error` where it could not be evaluated). */
export function deniedByRules(rules: readonly RuleName[], status: 'fail' | 'error' = 'fail'): Judge {
  return (answer) => {
    const wanted = [...new Set(rules.map(ruleText))].sort();
    const exact = denyingRules(answer).join('\n') === wanted.join('\n');
    const right = rules.every((rule) => !seesEveryRule(answer.lane) || outcomeOf(answer, rule) === status);
    return answer.allowed === false && exact && right ? undefined : verdictText(answer);
  };
}

/** Denied by exactly these policies, with rules that were evaluated and failed. */
export function deniedByPolicies(policies: readonly string[]): Judge {
  return (answer) => {
    const denying = [...new Set(answer.denied.map(({ policy }) => policy))].sort().join('\n');
    const right = answer.denied.every((denial) => !seesEveryRule(answer.lane) || outcomeOf(answer, denial) === 'fail');
    const exact = denying === [...new Set(policies)].sort().join('\n');
    return answer.allowed === false && exact && right ? undefined : verdictText(answer);
  };
}

/** Let through, whatever the rules say. */
export const isAllowed: Judge = (answer) => (answer.allowed === true ? undefined : verdictText(answer));

/** Let through, and at least one rule was evaluated. */
export const passesSomeRule: Judge = (answer) => {
  const wrong = isAllowed(answer);
  if (wrong !== undefined || answer.rules.length > 0 || !seesEveryRule(answer.lane)) return wrong;
  return 'pass, but no rule answered (if that is meant, add the step `no rule answers`)';
};

/** Denied by at least one rule that was evaluated and failed. */
export const isDeniedByAnyRule: Judge = (answer) => {
  const failed = answer.denied.some((denial) => !seesEveryRule(answer.lane) || outcomeOf(answer, denial) === 'fail');
  return answer.allowed === false && failed ? undefined : verdictText(answer);
};

/** Denied, and one of these rules denies. */
export function isDeniedByOneOf(rules: readonly RuleName[]): Judge {
  return (answer) => {
    const denying = denyingRules(answer);
    return rules.some((rule) => denying.includes(ruleText(rule))) ? undefined : verdictText(answer);
  };
}

/** Refused by the API server itself, with this status code. */
export function isRefused(code: number | undefined): Judge {
  return (answer) =>
    refusedByApiServer(answer) && (code === undefined || answer.code === code) ? undefined : verdictText(answer);
}

/** What a client sees when a rule fails: the request is denied, or let through; `undefined` where that depends. */
export type Effect = 'denies' | 'lets through' | undefined;

/**
 * The rule has this outcome. Where a lane does not report every rule, the answer must be one that the outcome can have
 * had: a rule that fails and `denies` is among the denials, one with another outcome is not.
 */
export function ruleHasOutcome(name: RuleName, outcome: RuleOutcome, effect?: Effect): Judge {
  return (answer) => {
    if (refusedByApiServer(answer)) return verdictText(answer);
    if (seesEveryRule(answer.lane)) {
      const got = outcomeOf(answer, name);
      if (got === outcome) return undefined;
      const message = findRule(answer, name)?.message;
      return `${ruleText(name)}: ${got}${message === undefined || message === '' ? '' : ` (${message})`}`;
    }
    const denied = denyingRules(answer).includes(ruleText(name));
    if (outcome !== 'fail' && outcome !== 'error') return denied ? verdictText(answer) : undefined;
    const wrong = (effect === 'denies' && !denied) || (effect === 'lets through' && denied);
    return wrong ? verdictText(answer) : undefined;
  };
}

/** The message of a rule in this answer, from its response or its denial. */
export function ruleMessage(answer: LaneAnswer, name: RuleName): string | undefined {
  return (
    findRule(answer, name)?.message ??
    answer.denied.find((denial) => denial.policy === name.policy && denial.rule === name.rule)?.message
  );
}
