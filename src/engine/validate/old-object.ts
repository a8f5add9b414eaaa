import { EvaluationError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import { gvkOf } from '../../model/resource.ts';
import { compileMatch, type MatchUser } from '../match/index.ts';
import { matchSubject } from '../match-subject.ts';
import type { Answer, PolicyRun, RuleHandler, RuleRun } from '../run.ts';
import { compileConditions } from './conditions.ts';

/** A user that no rule means. */
const NOBODY: MatchUser = {
  username: 'kyverno:kyverno-invalid-controller',
  groups: ['kyverno:invalidgroup'],
  roles: ['kyverno:invalidrole'],
  clusterRoles: ['kyverno:invalidrole'],
  unknown: false,
};

/** Evaluates the stored object as if it were just created; `undefined` when the rule does not apply to it. */
export type OldObjectCheck = (run: RuleRun) => Answer | undefined;

/**
 * Compiles the look at the stored object that excuses violations which were there before.
 * Upstream: `validateOldObject` in `pkg/engine/handlers/validation/validate_resource.go`, `matchResource` in `utils.go`.
 */
export function compileOldObjectCheck(rule: JsonObject, name: string, check: RuleHandler): OldObjectCheck {
  const conditions = compileConditions(rule['preconditions'], { rule: name, where: 'preconditions' });
  return (run) => {
    const { context, oldObject, object } = run;
    if (oldObject === null) return undefined;
    const old: RuleRun = {
      ...run,
      object: oldObject,
      oldObject: null,
      operation: 'CREATE',
      gvk: gvkOf(oldObject),
      subresource: '',
      user: NOBODY,
    };
    context.set(['request', 'object'], oldObject);
    context.set(['request', 'oldObject'], {});
    context.setOperation('CREATE');
    try {
      const applies = holds(() => conditions(context).holds) && isMatched(rule, old);
      return applies ? check({ ...old, gvk: run.gvk, subresource: run.subresource, user: run.user }) : undefined;
    } finally {
      context.set(['request', 'object'], object ?? {});
      context.set(['request', 'oldObject'], oldObject);
      context.setOperation('UPDATE');
    }
  };
}

function isMatched(rule: JsonObject, old: PolicyRun): boolean {
  const matches = compileMatch(rule, old.policy.namespace);
  return old.object !== null && matches(matchSubject(old, old.object)) === undefined;
}

function holds(test: () => boolean): boolean {
  try {
    return test();
  } catch (error) {
    if (error instanceof EvaluationError) return false;
    throw error;
  }
}
