import { EvaluationError } from '../../model/failure.ts';
import { asArray, asObject, asString, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import type { RuleResponse, RuleStatus, RuleType } from '../../model/response.ts';
import { computeRules } from '../autogen/index.ts';
import { compileEntries } from '../context/index.ts';
import { registerEntries } from '../load-context.ts';
import { compileMatch, type RuleMatch } from '../match/index.ts';
import { matchSubject } from '../match-subject.ts';
import { compileProperties } from '../properties.ts';
import { type LiveLabels, matchingExceptions } from '../rule-exceptions.ts';
import type { PolicyRun, RuleRun } from '../run.ts';
import { compileConditions } from '../validate/conditions.ts';

/** Asks whether a rule that works in the background applies to a request; `undefined` when it does not match. */
export type BackgroundCheck = (run: PolicyRun) => RuleResponse | undefined;

/** A rule that works in the background. */
export interface BackgroundRule {
  readonly name: string;
  readonly type: RuleType;
  readonly check: BackgroundCheck;
}

/** Does the rule make other objects? Upstream: `Rule.HasGenerate`. */
export function hasGenerate(rule: JsonObject): boolean {
  return Object.keys(asObject(rule['generate']) ?? {}).length > 0;
}

function hasTargets(rule: JsonObject): boolean {
  return asArray(asObject(rule['mutate'])?.['targets']) !== undefined;
}

/**
 * The policy's generate and mutate-existing rules, copies for pod controllers included, in order.
 * Upstream: `filterRules` in `pkg/engine/background.go`.
 */
export function compileBackgroundRules(policy: Policy): readonly BackgroundRule[] {
  return computeRules(policy, '').flatMap((rule) => {
    if (!hasGenerate(rule) && !hasTargets(rule)) return [];
    const type: RuleType = hasGenerate(rule) ? 'Generation' : 'Mutation';
    return [{ name: asString(rule['name']) ?? '', type, check: compileCheck(rule, type, policy) }];
  });
}

/**
 * `pass`: the rule is to be applied; `fail`: only the stored object calls for it, what it generated is to be deleted;
 * `skip`: preconditions or an exception. Upstream: `filterRule`.
 */
function compileCheck(rule: JsonObject, type: RuleType, policy: Policy): BackgroundCheck {
  const name = asString(rule['name']) ?? '';
  const match = compileMatch(rule, policy.namespace);
  const entries = compileEntries(rule['context']);
  const conditions = compileConditions(rule['preconditions'], { rule: name, at: ['preconditions'] });
  const properties = compileProperties(rule['reportProperties']).asWritten;
  const respond = (status: RuleStatus, message: string, more: Partial<RuleResponse> = {}): RuleResponse => ({
    name,
    type,
    status,
    message,
    ...more,
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
  });
  return (policyRun) => {
    const run: RuleRun = { ...policyRun, decide: policyRun.request.observe };
    const exceptions = matchingExceptions(run, name, liveLabels(run)).map(({ key }) => key);
    if (exceptions.length > 0) {
      return respond('skip', `rule is skipped due to policy exception ${exceptions.join(', ')}`, { exceptions });
    }
    const matches = (object: JsonObject | null) => object !== null && match.matches(matchSubject(run, object));
    const matched = matches(run.object);
    tellMatch(run, name, match, matched);
    if (!matched) return type === 'Generation' && matches(run.oldObject) ? respond('fail', '') : undefined;
    const { context } = run;
    context.checkpoint();
    try {
      if (!loaded(() => registerEntries(entries, name, run))) return undefined;
      let what = 'failed to evaluate conditions';
      try {
        if (conditions(context, run.decide).holds) return respond('pass', '');
        if (run.oldObject === null) return respond('skip', '');
        what = 'failed to evaluate conditions for old resource';
        context.set(['request', 'object'], run.oldObject);
        const before = conditions(context);
        return before.holds ? respond('fail', before.message) : respond('skip', '');
      } catch (error) {
        if (!(error instanceof EvaluationError)) throw error;
        return respond('error', `${what}: ${error.message}`);
      }
    } finally {
      context.restore();
    }
  };
}

/** The command line looks for the namespace among the objects it was given. */
function liveLabels({ request }: RuleRun): LiveLabels | undefined {
  return request.mode === 'cli' ? (request.liveNamespaceLabels ?? (() => undefined)) : undefined;
}

function loaded(load: () => void): boolean {
  try {
    load();
    return true;
  } catch (error) {
    if (error instanceof EvaluationError) return false;
    throw error;
  }
}

function tellMatch(run: RuleRun, rule: string, match: RuleMatch, matched: boolean): void {
  if (run.decide === undefined) return;
  const subject = run.object === null ? undefined : matchSubject(run, run.object);
  const reason = subject === undefined ? 'resource is empty' : match.reason(subject);
  const filters = subject === undefined ? [] : match.outcomes(subject);
  run.decide({ kind: 'match', rule, matched, reason, filters });
}
