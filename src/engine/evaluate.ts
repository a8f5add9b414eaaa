import type { Environment } from '../model/environment.ts';
import { NotSupportedError } from '../model/failure.ts';
import { namespaceOf } from '../model/resource.ts';
import type { PolicyResponse, RuleResponse } from '../model/response.ts';
import { type CompiledPolicy, unsupportedPolicy } from './policy.ts';
import { passesConditions } from './policy-conditions.ts';
import type { EngineRequest } from './request.ts';
import type { PolicyRun } from './run.ts';
import { startRun } from './start-run.ts';

/**
 * The answers of a policy's validate rules to one request; `rules` is empty when none matched.
 * Throws `NotSupportedError` when a rule matches that cannot be evaluated yet, and `EvaluationError` when the values
 * preset in the request make nonsense of its object.
 * Upstream: `pkg/engine/engine.go`, `pkg/engine/validation.go`.
 */
export function evaluatePolicy(compiled: CompiledPolicy, request: EngineRequest, env: Environment): PolicyResponse {
  const { policy } = compiled;
  const missing = unsupportedPolicy(policy);
  if (missing !== undefined) throw new NotSupportedError(missing, `policy ${policy.name}`);
  const run = startRun(policy, request, env);
  const rules: RuleResponse[] = [];
  if (concerns(run)) {
    const onlyOne = policy.spec['applyRules'] === 'One';
    run.context.checkpoint();
    for (const rule of compiled.rulesFor(run.gvk.kind)) {
      const response = rule(run);
      if (response !== undefined) rules.push(response);
      if (onlyOne && (response?.status === 'pass' || response?.status === 'fail')) break;
    }
  }
  const { kind, name, namespace } = policy;
  const judged = run.live.object ?? run.live.oldObject;
  const isChanged = judged !== null && judged !== (request.request.object ?? request.request.oldObject);
  return { policy: { kind, name, namespace }, rules, ...(isChanged && hasValues(request) ? { judged } : {}) };
}

function hasValues({ values, ruleValues }: EngineRequest): boolean {
  return values !== undefined || ruleValues !== undefined;
}

/** Is the policy about this request at all? Upstream: `pkg/engine/internal/match.go`. */
export function concerns(run: PolicyRun): boolean {
  const { policy, object, oldObject } = run;
  if (policy.kind === 'Policy') {
    const namespace = policy.namespace || 'default';
    const elsewhere = [object, oldObject].some((one) => one !== null && namespaceOf(one) !== namespace);
    if (elsewhere) return false;
  }
  return passesConditions(run);
}
