import { asObject, asString, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { registerEntries } from '../load-context.ts';
import { skippedByExceptions } from '../rule-exceptions.ts';
import type { RuleHandler, RuleRun } from '../run.ts';
import { answering, isFailed } from './answers.ts';
import { compileBody } from './body.ts';
import { compileConditions } from './conditions.ts';
import { compileForeach, notMet } from './foreach.ts';
import { compileMessages } from './message.ts';
import { compileOldObjectCheck, EXCUSED, excusesOldViolations, type OldObjectCheck } from './old-object.ts';

/**
 * Compiles a rule with deny, pattern, anyPattern or foreach.
 * Upstream: `pkg/engine/handlers/validation/validate_resource.go`.
 */
export function compileResourceRule(rule: JsonObject, policy: Policy): RuleHandler {
  const name = asString(rule['name']) ?? '';
  const validate = asObject(rule['validate']) ?? {};
  const messages = compileMessages(name, asString(validate['message']) ?? '');
  const check = rechecked(rule, name, compileBody(validate, { name, messages, at: ['validate'] }, 0, compileForeach));
  const excusing = excusesOldViolations(rule, policy)
    ? excusingOldViolations(check, compileOldObjectCheck(rule, policy.namespace, check))
    : check;
  return (run) => skippedByExceptions(run, name) ?? excusing(run);
}

function excusingOldViolations(check: RuleHandler, checkOld: OldObjectCheck): RuleHandler {
  return (plainRun) => {
    const run: RuleRun = { ...plainRun, filledIn: {} };
    const answer = check(run);
    const isUpdate = run.operation === 'UPDATE' || (run.object !== null && run.oldObject !== null);
    if (!isUpdate) return answer;
    if (run.operation !== 'UPDATE') return { status: 'skip', message: 'failed to validate old object' };
    const before = checkOld(run);
    return answer?.status === 'fail' && before?.status === 'fail' ? EXCUSED : answer;
  };
}

/** Values preset for the rule are put into the context once more, and the preconditions are asked again. */
function rechecked(rule: JsonObject, name: string, check: RuleHandler): RuleHandler {
  const conditions = compileConditions(rule['preconditions'], { rule: name, at: ['preconditions'] });
  return (run) => {
    if (run.request.ruleValues?.(name) === undefined) return check(run);
    const loaded = answering('failed to load context', () => registerEntries([], name, run));
    if (isFailed(loaded)) return loaded.failed;
    const allowed = answering('failed to evaluate preconditions', () => conditions(run.context));
    if (isFailed(allowed)) return allowed.failed;
    return allowed.holds ? check(run) : { status: 'skip', message: notMet(allowed.message) };
  };
}
