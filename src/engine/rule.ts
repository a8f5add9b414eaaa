import { asString, type JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { RuleResponse } from '../model/response.ts';
import { compileEntries } from './context/index.ts';
import { keepRuleValues, registerEntries } from './load-context.ts';
import { compileMatch, type MatchSubject, type RuleMatch } from './match/index.ts';
import { matchSubject } from './match-subject.ts';
import { compileProperties } from './properties.ts';
import { type RuleKind, ruleKindOf } from './rule-kinds.ts';
import { type Answer, matchedObject, type PolicyRun, type RuleRun } from './run.ts';
import { answering, isFailed } from './validate/answers.ts';
import { compileConditions } from './validate/conditions.ts';
import { notMet } from './validate/foreach.ts';

/** A rule ready for evaluation; `undefined` is "no response": it does not match or has nothing to say. */
export type CompiledRule = (run: PolicyRun) => RuleResponse | undefined;

/**
 * Compiles a rule: match, then context, preconditions, properties and at last the work of its kind. The context is
 * restored afterwards, and from then on `request.object` is the object itself, with its own numbers.
 * Upstream: `invokeRuleHandler` in `pkg/engine/engine.go`.
 */
export function compileRule(rule: JsonObject, policy: Policy): CompiledRule {
  const name = asString(rule['name']) ?? '';
  const kind = ruleKindOf(rule);
  const match = compileMatch(rule, policy.namespace);
  const work = kind === undefined ? undefined : compileWork(rule, kind, policy);
  return (policyRun) => {
    const { live } = policyRun;
    const { object: current, oldObject } = live;
    const run: RuleRun = { ...policyRun, object: current, oldObject, decide: policyRun.request.observe };
    const object = matchedObject(run);
    const subject = object === null ? undefined : matchSubject(run, object);
    const matched = subject !== undefined && match.matches(subject);
    if (run.decide !== undefined) run.decide({ kind: 'match', rule: name, matched, ...explainMatch(match, subject) });
    if (!matched || work === undefined) return undefined;
    const { context } = run;
    context.checkpoint();
    const answer = work(run);
    context.restore();
    live.sharesOldObject = false;
    if (live.object !== null) context.set(['request', 'object'], live.object);
    return answer;
  };
}

function explainMatch(match: RuleMatch, subject: MatchSubject | undefined) {
  if (subject === undefined) return { reason: 'resource is empty', filters: [] };
  return { reason: match.reason(subject), filters: match.outcomes(subject) };
}

function compileWork(rule: JsonObject, kind: RuleKind, policy: Policy): CompiledRule | undefined {
  if (kind.compile === undefined) return undefined;
  const name = asString(rule['name']) ?? '';
  const { type } = kind;
  const entries = compileEntries(rule['context']);
  const conditions = compileConditions(rule['preconditions'], { rule: name, at: ['preconditions'] });
  const properties = compileProperties(rule['reportProperties']);
  const handle = kind.compile(rule, policy);
  const respond = (answer: Answer, given: RuleResponse['properties']): RuleResponse => {
    const all = { ...given, ...answer.properties };
    return { name, type, ...answer, ...(Object.keys(all).length > 0 ? { properties: all } : {}) };
  };
  const gate = kind.gate?.(rule);
  return (given) => {
    const isOpen = gate === undefined || answering('failed to instantiate handler', () => gate(given));
    if (isFailed(isOpen)) return respond(isOpen.failed, properties.asWritten);
    if (!isOpen) return undefined;
    keepRuleValues(name, given);
    const { object, oldObject } = given.live;
    const run: PolicyRun = { ...given, object, oldObject };
    const loaded = answering('failed to load context', () => registerEntries(entries, name, run));
    if (isFailed(loaded)) return respond(loaded.failed, properties.asWritten);
    const allowed = answering('failed to evaluate preconditions', () => conditions(run.context, run.request.observe));
    if (isFailed(allowed)) return respond(allowed.failed, properties.asWritten);
    if (!allowed.holds) return respond({ status: 'skip', message: notMet(allowed.message) }, properties.asWritten);
    const rendered = properties.render(run.context);
    const answer = answering('internal error', () => handle({ ...run, decide: run.request.observe }));
    if (isFailed(answer)) return respond(answer.failed, rendered);
    return answer === undefined ? undefined : respond(answer, rendered);
  };
}
