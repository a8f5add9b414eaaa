import type { JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';

/** The rules of a policy with their autogen copies; see compute-rules. */
export function computeRules(policy: Policy, _kind: string): readonly JsonObject[] {
  return policy.rules;
}
