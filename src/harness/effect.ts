import { asArray, asObject, asString } from '../model/json.ts';
import { declaredRuleOf, type RuleName } from './names.ts';
import type { Scenario } from './scenario.ts';
import type { Effect, RuleOutcome } from './verdict.ts';

/**
 * What a client sees when a validate rule of the scenario fails or errors, as far as its policy alone says it: not where
 * the action depends on the namespace, or an error on the failure policy. Upstream: `pkg/webhooks/utils/block.go`.
 */
export function effectOf(scenario: Scenario, name: RuleName, outcome: RuleOutcome): Effect {
  const policy = scenario.policies.find((one) => one.name === name.policy);
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
