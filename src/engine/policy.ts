import { asString, type JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { computeRules, controllersOf } from './autogen/index.ts';
import { type CompiledRule, compileRule } from './rule.ts';

/** A policy ready for evaluation. Keep it and use it again: compiled rules are cached inside. */
export interface CompiledPolicy {
  readonly policy: Policy;
  /** The rules for objects of a kind, autogen copies included, compiled when they are first asked for. */
  readonly rulesFor: (kind: string) => readonly CompiledRule[];
  /** The policy reduced to the declared rules at these indexes. */
  readonly select: (indexes: readonly number[]) => CompiledPolicy;
}

/** Compiles a policy (kinds of `kyverno.io`). Cheap: rules are compiled when a request of their kind comes. */
export function compilePolicy(policy: Policy): CompiledPolicy {
  const lists = new Map<readonly JsonObject[], readonly CompiledRule[]>();
  const byKind = new Map<string, readonly JsonObject[]>();
  const compiledRules = new Map<JsonObject, CompiledRule>();
  const selections = new Map<string, CompiledPolicy>();
  const controllers = controllersOf(policy);
  const compile = (rule: JsonObject): CompiledRule => {
    const known = compiledRules.get(rule) ?? compileRule(rule, policy);
    compiledRules.set(rule, known);
    return known;
  };
  const rulesOf = (kind: string): readonly JsonObject[] => {
    const known = byKind.get(kind);
    if (known !== undefined) return known;
    const rules = computeRules(policy, kind, controllers);
    // Kinds without copies all share the declared rules: only the few others are kept.
    if (rules !== policy.rules) byKind.set(kind, rules);
    return rules;
  };
  return {
    policy,
    select: (indexes) => {
      const key = indexes.join(',');
      const known = selections.get(key) ?? compilePolicy(withRules(policy, indexes));
      selections.set(key, known);
      return known;
    },
    rulesFor: (kind) => {
      const rules = rulesOf(kind);
      const known = lists.get(rules) ?? rules.map(compile);
      lists.set(rules, known);
      return known;
    },
  };
}

/**
 * The policy with only those declared rules for which `keep` is true, `undefined` when none is left. The answer is
 * cached in `compiled`, so the same selection compiles once. Autogen is computed from what is left, as in the webhook.
 */
export function selectRules(
  compiled: CompiledPolicy,
  keep: (rule: JsonObject, index: number) => boolean,
): CompiledPolicy | undefined {
  const { policy } = compiled;
  const indexes = policy.rules.flatMap((rule, index) => (keep(rule, index) ? [index] : []));
  if (indexes.length === 0) return undefined;
  if (indexes.length === policy.rules.length) return compiled;
  return compiled.select(indexes);
}

function withRules(policy: Policy, indexes: readonly number[]): Policy {
  return { ...policy, rules: policy.rules.filter((_, index) => indexes.includes(index)) };
}

/** Names of all rules a policy has, copies for all its pod controllers included, in order. */
export function ruleNamesOf(policy: Policy): readonly string[] {
  return computeRules(policy, '').map((rule) => asString(rule['name']) ?? '');
}

/** The kind of a policy that `evaluatePolicy` and its like cannot evaluate and throw `NotSupportedError` for. */
export function unsupportedPolicy({ apiVersion, kind }: Policy): string | undefined {
  return apiVersion.startsWith('kyverno.io/') && /^(Cluster)?Policy$/.test(kind) ? undefined : kind;
}
