import type { Policy } from '../model/policy.ts';
import type { JsonObject } from '../model/json.ts';
import { NotSupportedError } from '../model/failure.ts';

/** A rule that the engine cannot answer for yet. */
export interface UnsupportedRule {
  readonly rule: string;
  /** e.g. `validate.cel`, `mutate`, `verifyImages`. */
  readonly type: string;
}

/** A policy ready for evaluation. Keep it and use it again: compiled rules are cached inside. */
export interface CompiledPolicy {
  readonly policy: Policy;
}

/** Compiles a policy (kinds of `kyverno.io`). Cheap: rules are compiled when a request of their kind comes. */
export function compilePolicy(policy: Policy): CompiledPolicy {
  return { policy };
}

/**
 * The policy with only those declared rules for which `keep` is true, `undefined` when none is left. The answer is
 * cached in `compiled`, so the same selection compiles once. Autogen is computed from what is left, as in the webhook.
 */
export function selectRules(
  compiled: CompiledPolicy,
  _keep: (rule: JsonObject, index: number) => boolean,
): CompiledPolicy | undefined {
  return compiled;
}

/** Names of all rules a policy has, copies for all its pod controllers included, in order. */
export function ruleNamesOf(_policy: Policy): readonly string[] {
  throw new NotSupportedError('rule names');
}

/** The rules of a policy that would make an evaluation throw `NotSupportedError` when they match. */
export function unsupportedRules(_policy: Policy): readonly UnsupportedRule[] {
  return [];
}
