import { asObject, asString, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { gvkOf } from '../../model/resource.ts';
import { isEnforce } from '../enforce.ts';
import { compileMatch, type MatchUser } from '../match/index.ts';
import { matchSubject } from '../match-subject.ts';
import type { Answer, RuleHandler, RuleRun } from '../run.ts';

/** A user that no rule means. */
const NOBODY: MatchUser = {
  username: 'kyverno:kyverno-invalid-controller',
  groups: ['kyverno:invalidgroup'],
  roles: ['kyverno:invalidrole'],
  clusterRoles: ['kyverno:invalidrole'],
  unknown: false,
};

/** The answer when object and stored object violate the same rule. */
export const EXCUSED: Answer = {
  status: 'skip',
  message: 'skipping the rule evaluation as pre-existing violations are allowed',
};

/** Does an update that violates the rule as the stored object did get away with it? Overrides of the action do not count. */
export function excusesOldViolations(rule: JsonObject, policy: Policy): boolean {
  const validate = asObject(rule['validate']) ?? {};
  const enforce = isEnforce(validate['failureAction'] ?? policy.spec['validationFailureAction']);
  return enforce && validate['allowExistingViolations'] !== false;
}

/** Evaluates the stored object as if it were just created; `undefined` when the rule does not apply to it. */
export type OldObjectCheck = (run: RuleRun) => Answer | undefined;

/**
 * Compiles the look at the stored object that excuses violations which were there before. A rule with preconditions
 * never applies to it: upstream passes them on in a form that its evaluation does not know, which is an error there.
 * Upstream: `validateOldObject` in `pkg/engine/handlers/validation/validate_resource.go`, `matchResource` in `utils.go`.
 */
export function compileOldObjectCheck(rule: JsonObject, policyNamespace: string, check: RuleHandler): OldObjectCheck {
  if (rule['preconditions'] !== undefined && rule['preconditions'] !== null) return () => undefined;
  const name = asString(rule['name']) ?? '';
  const { matches } = compileMatch(rule, policyNamespace);
  return (run) => {
    const { context, oldObject, object } = run;
    if (oldObject === null) return undefined;
    const old: RuleRun = { ...run, object: oldObject, oldObject: null, operation: 'CREATE', decide: undefined };
    const subject = { ...matchSubject(old, oldObject), gvk: gvkOf(oldObject), subresource: '', user: NOBODY };
    if (!matches(subject)) return undefined;
    context.set(['request', 'object'], oldObject);
    context.set(['request', 'oldObject'], {});
    context.setOperation('CREATE');
    const answer = check(old);
    context.set(['request', 'object'], object ?? {});
    context.set(['request', 'oldObject'], oldObject);
    context.setOperation('UPDATE');
    run.decide?.({ kind: 'stored-object', rule: name, status: answer?.status ?? 'none' });
    return answer;
  };
}
