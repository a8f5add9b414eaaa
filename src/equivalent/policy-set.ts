import type { JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';

/** One of the two sides of a comparison. */
export interface PolicySet {
  /** As the user named it. */
  readonly title: string;
  readonly policies: readonly Policy[];
  /** PolicyExceptions and other objects that belong to the set and to no other. */
  readonly objects: readonly JsonObject[];
}

/** A rule of a set: `policy/rule`, or the policy's name where its kind has no rules. */
export type RuleKey = string;

/** A kind of `kyverno.io`, whose policies have rules. */
export function hasRules({ apiVersion, kind }: Policy): boolean {
  return apiVersion.startsWith('kyverno.io/') && /^(Cluster)?Policy$/.test(kind);
}

/** Policies that judge: they refuse objects or report them. */
export function isJudging(policy: Policy): boolean {
  if (hasRules(policy)) return policy.rules.some((rule) => judges(rule));
  return /^(Namespaced)?(Image)?ValidatingPolicy$|^ValidatingAdmissionPolicy$/.test(policy.kind);
}

/** Does a rule refuse or report objects? */
export function judges(rule: JsonObject): boolean {
  return rule['validate'] !== undefined || rule['verifyImages'] !== undefined;
}

/** The key of a declared rule; `rule` may be the name of one that autogen derived. */
export function ruleKey(policies: ReadonlyMap<string, Policy>, policy: string, rule: string): RuleKey {
  const declared = policies.get(policy);
  return declared !== undefined && !hasRules(declared)
    ? policy
    : `${policy}/${rule.replace(/^autogen-(?:cronjob-)?/, '')}`;
}

/** The keys of all rules of a set that judge. */
export function ruleKeys({ policies }: PolicySet): readonly RuleKey[] {
  return policies.filter(isJudging).flatMap((policy) => {
    if (!hasRules(policy)) return [policy.name];
    return policy.rules.filter(judges).map((rule) => `${policy.name}/${String(rule['name'] ?? '')}`);
  });
}
