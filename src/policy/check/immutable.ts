import { isObject, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { GENERATION } from '../schema/change-shapes.ts';
import { RULE_V1 } from '../schema/policy-shapes.ts';
import { printGo } from './print.ts';
import { generationOf } from './rule.ts';

/**
 * What an update does to generate rules whose targets exist: a warning, with which the policy is accepted at once,
 * or a refusal. Upstream: `immutableGenerateFields` in pkg/validation/policy/generate.go.
 */
export function staleTargets(
  policy: Policy,
  old: Policy,
): { readonly warning?: string; readonly refused?: string } | undefined {
  const synchronizes = old.rules.some((rule) => generationOf(rule)?.['synchronize'] === true);
  const before = prints(old, synchronizes);
  const after = prints(policy, synchronizes);
  if (![...before.generations].every((one) => after.generations.has(one))) {
    return { warning: 'changes in the generate rule pattern could result in stale targets' };
  }
  if ([...before.rules].every((one) => after.rules.has(one))) return undefined;
  return { refused: 'changes of immutable fields of a rule spec in a generate rule is disallowed' };
}

function prints(policy: Policy, keepMatch: boolean) {
  const rules = new Set<string>();
  const generations = new Set<string>();
  for (const rule of policy.rules) {
    const generation = generationOf(rule);
    if (generation === undefined) continue;
    const { data: _data, foreach: _foreach, generateExisting: _existing, ...fixed } = generation;
    generations.add(printGo({ ...fixed, synchronize: true, orphanDownstreamOnPolicyDelete: true }, GENERATION));
    const { generate: _generate, ...rest } = rule;
    const kept: JsonObject = keepMatch && isObject(rest) ? rest : { ...rest, match: {} };
    rules.add(printGo(kept, RULE_V1));
  }
  return { rules, generations };
}
