import { warningText } from '../admission/index.ts';
import type { RuleAnswer } from '../model/admission.ts';
import type { LaneAnswer } from '../model/lane.ts';
import type { Policy } from '../model/policy.ts';
import type { CannotHappen, RequestResult, RuleCounts, RuleCoverage } from '../report/result.ts';
import { declaredRuleOf, declaredRules } from './names.ts';
import { hasNoRules, isBinding } from './policy-kinds.ts';
import { seesEveryRule } from './scenario.ts';
import { refusedByApiServer } from './verdict.ts';

type Counts = { -readonly [K in keyof RuleCounts]: RuleCounts[K] };

/** What the answers of a run showed of each rule of the suite. Rules derived for controllers count as their own. */
export function coverageOf(all: readonly Policy[], requests: readonly RequestResult[]): readonly RuleCoverage[] {
  const suite = all.filter((policy) => !isBinding(policy));
  const counts = new Map(suite.map((policy) => [policy.name, new Map(declaredRules(policy).map(withZero))]));
  for (const { policies, answers } of requests) {
    // One answer for each request: the one that shows most.
    const shown = answers.find(({ lane }) => seesEveryRule(lane)) ?? answers[0];
    for (const answer of shown === undefined ? [] : [shown]) {
      if (answer.allowed === null || refusedByApiServer(answer)) continue;
      for (const policy of policies.filter(({ name }) => counts.has(name) && isOfSuite(suite, name, policies))) {
        const seen = new Set<string>();
        for (const response of responsesOf(answer).filter((rule) => rule.policy === policy.name)) {
          const rule = declaredRuleOf(policy, response.name);
          const count = rule === undefined ? undefined : counts.get(policy.name)?.get(rule);
          if (rule === undefined || count === undefined) continue;
          seen.add(rule);
          count[response.status]++;
        }
        if (!seesEveryRule(answer.lane)) continue;
        for (const [rule, count] of counts.get(policy.name) ?? []) if (!seen.has(rule)) count['no match']++;
      }
    }
  }
  return suite.flatMap((policy) =>
    [...(counts.get(policy.name) ?? [])].map(([rule, count]) => ({
      policy: policy.name,
      rule,
      kind: isValidate(policy, rule) ? ('validate' as const) : ('other' as const),
      counts: count,
    })),
  );
}

/** Warnings of ValidatingPolicies and of ValidatingAdmissionPolicies. */
const WITHOUT_RULES =
  /^(?:Policy (?=\S+ (?:failed|error): )|Validation failed for ValidatingAdmissionPolicy ')([^\s']+)/;

type Shown = Pick<RuleAnswer, 'policy' | 'name' | 'status'>;

/** What rules answered; a lane that shows only denials and warnings shows the rules that fail. */
function responsesOf({ lane, rules, denied, warnings }: LaneAnswer): readonly Shown[] {
  if (seesEveryRule(lane)) return rules;
  const warned = warnings.flatMap((text): readonly Shown[] => {
    const said = warningText(text);
    const whole = WITHOUT_RULES.exec(said);
    const [, policy, name] =
      whole === null ? (/^policy ([^\s.]+)\.([^\s:]+): /.exec(said) ?? []) : [...whole, whole[1]];
    return policy === undefined || name === undefined ? [] : [{ policy, name, status: 'fail' }];
  });
  return [...denied.map(({ policy, rule }): Shown => ({ policy, name: rule, status: 'fail' })), ...warned];
}

function withZero(rule: string): [string, Counts] {
  return [rule, { fail: 0, pass: 0, skip: 0, error: 0, warning: 0, 'no match': 0 }];
}

// A policy written in a scenario may have the name of one of the suite; it is another policy then.
function isOfSuite(suite: readonly Policy[], name: string, policies: readonly Policy[]): boolean {
  const own = suite.find((policy) => policy.name === name);
  const used = policies.find((policy) => policy.name === name);
  return own !== undefined && used !== undefined && own.place?.file === used.place?.file;
}

function isValidate(policy: Policy, name: string): boolean {
  if (hasNoRules(policy)) return true;
  return policy.rules.some((rule) => rule['name'] === name && rule['validate'] !== undefined);
}

/** Policies of the suite that were in force for no request. */
export function unusedPolicies(suite: readonly Policy[], requests: readonly RequestResult[]): readonly string[] {
  return suite
    .filter((policy) => !isBinding(policy))
    .map(({ name }) => name)
    .filter((name) => !requests.some(({ policies }) => isOfSuite(suite, name, policies)));
}

/** How often something was seen to happen to a rule. */
export function timesSeen(coverage: RuleCoverage, what: CannotHappen['what']): number {
  if (what === 'act') return coverage.kind === 'validate' ? coverage.counts.fail : coverage.counts.pass;
  return coverage.counts[what];
}

/** `policy/rule` of the rules that were never seen to act, and are not declared to be unable to. */
export function unseenRules(coverage: readonly RuleCoverage[], declared: readonly CannotHappen[]): readonly string[] {
  return coverage
    .filter((one) => timesSeen(one, 'act') === 0 && !isDeclared(one, declared))
    .map(({ policy, rule }) => `${policy}/${rule}`);
}

function isDeclared({ policy, rule, kind }: RuleCoverage, declared: readonly CannotHappen[]): boolean {
  const acts = kind === 'validate' ? 'fail' : 'pass';
  return declared.some(
    (entry) => entry.policy === policy && entry.rule === rule && (entry.what === 'act' || entry.what === acts),
  );
}

/** Declared as impossible, but seen. */
export function happened(
  coverage: readonly RuleCoverage[],
  declared: readonly CannotHappen[],
): readonly CannotHappen[] {
  return declared.filter((entry) =>
    coverage.some((one) => one.policy === entry.policy && one.rule === entry.rule && timesSeen(one, entry.what) > 0),
  );
}
