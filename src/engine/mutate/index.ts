import type { Environment } from '../../model/environment.ts';
import { NotSupportedError } from '../../model/failure.ts';
import { deepEqual, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import type { PolicyResponse, RuleResponse } from '../../model/response.ts';
import { computeRules } from '../autogen/index.ts';
import { concerns } from '../evaluate.ts';
import { type CompiledPolicy, unsupportedPolicy } from '../policy.ts';
import type { EngineRequest } from '../request.ts';
import { startRun } from '../start-run.ts';
import { compileMutateRule, type GivenObject, hasMutate, type MutateRule } from './rule.ts';

export { hasMutate, hasMutateExisting } from './rule.ts';

/** What a policy's mutate rules answered, and what the object is after them. */
export interface PolicyMutation extends PolicyResponse {
  /**
   * The object to go on with; `null` when it is lost: after an error, and on DELETE unless the policy is about another
   * namespace.
   */
  readonly object: JsonObject | null;
}

const COMPILED = new WeakMap<Policy, readonly MutateRule[]>();

function compiledOf(policy: Policy): readonly MutateRule[] {
  const known = COMPILED.get(policy);
  if (known !== undefined) return known;
  const made = computeRules(policy, '')
    .filter(hasMutate)
    .map((rule) => compileMutateRule(rule, policy));
  COMPILED.set(policy, made);
  return made;
}

/**
 * Applies a policy's mutate rules, copies for all pod controllers included, each to what the one before it made.
 * `patched` is there when something changed. Rules with targets give one answer for each target, with `patchedTarget`;
 * in admission they say nothing. Throws as `evaluatePolicy`.
 * Upstream: `Mutate` in `pkg/engine/engine.go`, `pkg/engine/mutation.go`.
 */
export function mutatePolicy(compiled: CompiledPolicy, request: EngineRequest, env: Environment): PolicyMutation {
  const { policy } = compiled;
  const missing = unsupportedPolicy(policy);
  if (missing !== undefined) throw new NotSupportedError(missing, `policy ${policy.name}`);
  const run = startRun(policy, request, env);
  const { kind, name, namespace } = policy;
  const identity = { kind, name, namespace };
  if (!concerns(run)) return { policy: identity, rules: [], object: run.object ?? run.oldObject };
  const rules: RuleResponse[] = [];
  const onlyOne = policy.spec['applyRules'] === 'One';
  run.context.checkpoint();
  const given: GivenObject = { object: run.object, patched: false };
  for (const rule of compiledOf(policy)) {
    rules.push(...rule(run, given));
    if (onlyOne && rules.some(({ status }) => status === 'pass' || status === 'fail')) break;
  }
  const { object } = run.live;
  const isChanged = object !== null && !deepEqual(object, run.object);
  const judged = given.object ?? run.live.oldObject;
  return {
    policy: identity,
    rules,
    object,
    ...(isChanged ? { patched: object } : {}),
    ...(request.mode === 'cli' && judged !== null ? { judged } : {}),
  };
}
