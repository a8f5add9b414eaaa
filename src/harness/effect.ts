import { asArray, asObject, asString } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { declaredRuleOf, type RuleName } from './names.ts';
import { hasNoRules } from './policy-kinds.ts';
import type { Scenario } from './scenario.ts';
import type { Effect, RuleOutcome } from './verdict.ts';

/**
 * What a client sees when a validate rule of the scenario fails or errors, as far as its policy alone says it: not where
 * the action depends on the namespace, or an error on the failure policy. Upstream: `pkg/webhooks/utils/block.go`.
 */
export function effectOf(scenario: Scenario, name: RuleName, outcome: RuleOutcome): Effect {
  const policy = scenario.policies.find((one) => one.name === name.policy);
  if (policy !== undefined && hasNoRules(policy)) return effectWithoutRules(policy, outcome);
  const declared = policy === undefined ? undefined : declaredRuleOf(policy, name.rule);
  const rule = policy?.rules.find((one) => one['name'] === declared);
  const validate = asObject(rule?.['validate']);
  if (policy === undefined || validate === undefined) return undefined;
  const overrides = validate['failureActionOverrides'] ?? policy.spec['validationFailureActionOverrides'];
  if ((asArray(overrides) ?? []).length > 0) return undefined;
  if (outcome === 'error' && policy.spec['failurePolicy'] === 'Ignore') return undefined;
  const action = asString(validate['failureAction']) ?? asString(policy.spec['validationFailureAction']) ?? 'Audit';
  return action.toLowerCase() === 'enforce' ? 'denies' : 'lets through';
}

/** What a ValidatingAdmissionPolicy does its bindings say. Upstream: `pkg/webhooks/resource/vpol/handler.go`. */
function effectWithoutRules({ kind, spec }: Policy, outcome: RuleOutcome): Effect {
  if (kind === 'ValidatingAdmissionPolicy' || (outcome !== 'fail' && outcome !== 'error')) return undefined;
  const actions = asArray(spec['validationActions']) ?? [];
  return actions.length === 0 || actions.includes('Deny') ? 'denies' : 'lets through';
}
