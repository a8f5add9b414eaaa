import { asArray, asObject, asString, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import type { RuleResponse } from '../../model/response.ts';
import { compileEntries } from '../context/index.ts';
import { keepRuleValues, registerEntries } from '../load-context.ts';
import { compileMatch } from '../match/index.ts';
import { matchSubject } from '../match-subject.ts';
import { compileProperties } from '../properties.ts';
import { skippedByExceptions } from '../rule-exceptions.ts';
import { matchedObject, type PolicyRun, type RuleRun } from '../run.ts';
import { answering, isFailed } from '../validate/answers.ts';
import { compileConditions } from '../validate/conditions.ts';
import { notMet } from '../validate/foreach.ts';
import { compileMutation } from './body.ts';
import { answerOf } from './outcome.ts';
import { compileTargets, type MutationAnswer } from './targets.ts';

/**
 * A mutate rule ready for evaluation: its answers, one for each target if it has any. Changes the live object of the run;
 * after an error that is `null`.
 */
export type MutateRule = (run: PolicyRun, given: GivenObject) => readonly RuleResponse[];

/** The object that was given, with the values that the command line merged into it before the first patch. */
export interface GivenObject {
  object: JsonObject | null;
  patched: boolean;
}

/** Does the rule change something? Upstream: `Rule.HasMutate`. */
export function hasMutate(rule: JsonObject): boolean {
  return Object.keys(asObject(rule['mutate']) ?? {}).length > 0;
}

/** Does the rule change other objects than that of the request? Upstream: `Rule.HasMutateExisting`. */
export function hasMutateExisting(rule: JsonObject): boolean {
  return asArray(asObject(rule['mutate'])?.['targets']) !== undefined;
}

const NO_CLIENT =
  'failed to instantiate handler: Handler factory requires a client but a nil client was passed, likely due to a bug or unsupported operation.';

/**
 * Compiles a mutate rule: match on the object as it is by then, context, preconditions, properties, exceptions, and the
 * patch. Rules with targets say nothing in admission.
 * Upstream: `mutate` and `invokeRuleHandler` in `pkg/engine`, `handlers/mutation/mutate_resource.go`.
 */
export function compileMutateRule(rule: JsonObject, policy: Policy): MutateRule {
  const name = asString(rule['name']) ?? '';
  const match = compileMatch(rule, policy.namespace);
  const work = compileWork(rule, name);
  const others = hasMutateExisting(rule);
  return (policyRun, given) => {
    const { live, request, context } = policyRun;
    const run: RuleRun = { ...policyRun, ...live, decide: request.observe };
    const object = matchedObject(run);
    const subject = object === null ? undefined : matchSubject(run, object);
    const matched = subject !== undefined && match.matches(subject);
    run.decide?.({
      kind: 'match',
      rule: name,
      matched,
      reason: subject === undefined ? 'resource is empty' : match.reason(subject),
      filters: subject === undefined ? [] : match.outcomes(subject),
    });
    if (!matched || (others && request.mode === 'admission' && request.inBackground !== true)) return [];
    if (others && run.env.findTargets === undefined)
      return [{ name, type: 'Mutation', status: 'error', message: NO_CLIENT }];
    context.checkpoint();
    keepRuleValues(name, run);
    if (!given.patched) given.object = live.object;
    const before = live.object;
    const answers = work({ ...run, object: live.object, oldObject: live.oldObject }, policyRun);
    context.restore();
    live.sharesOldObject = false;
    if (live.object !== before) given.patched = true;
    if (live.object !== null) context.set(['request', 'object'], live.object);
    return answers;
  };
}

/** `first` is the run as it was before any rule: exceptions look at that object. */
function compileWork(rule: JsonObject, name: string) {
  const entries = compileEntries(rule['context']);
  const conditions = compileConditions(rule['preconditions'], { rule: name, at: ['preconditions'] });
  const properties = compileProperties(rule['reportProperties']);
  const mutate = compileAnswers(rule, name);
  const respond = (answer: MutationAnswer, given: RuleResponse['properties']): RuleResponse => {
    const all = { ...given, ...answer.properties };
    return { name, type: 'Mutation', ...answer, ...(Object.keys(all).length > 0 ? { properties: all } : {}) };
  };
  return (run: RuleRun, first: PolicyRun): readonly RuleResponse[] => {
    const loaded = answering('failed to load context', () => registerEntries(entries, name, run));
    if (isFailed(loaded)) return [respond(loaded.failed, properties.asWritten)];
    const allowed = answering('failed to evaluate preconditions', () => conditions(run.context, run.decide));
    if (isFailed(allowed)) return [respond(allowed.failed, properties.asWritten)];
    if (!allowed.holds) return [respond({ status: 'skip', message: notMet(allowed.message) }, properties.asWritten)];
    const given = properties.render(run.context);
    return mutate(run, first).map((answer) => respond(answer, given));
  };
}

function compileAnswers(rule: JsonObject, name: string) {
  const mutation = compileMutation(rule);
  const targets = hasMutateExisting(rule) ? compileTargets(rule, mutation) : undefined;
  return (run: RuleRun, first: PolicyRun): readonly MutationAnswer[] => {
    const excepted = skippedByExceptions({ ...run, object: first.object, oldObject: first.oldObject }, name);
    if (excepted !== undefined) return [excepted];
    if (targets !== undefined) return targets(run);
    const outcome = mutation(run, run.object);
    const { object: before } = run;
    const after = outcome.status === 'error' ? null : outcome.object;
    run.live.object = after;
    const changed = outcome.status === 'pass' && before !== null && after !== null;
    return [{ ...answerOf(outcome), ...(changed ? { change: { before, after } } : {}) }];
  };
}
