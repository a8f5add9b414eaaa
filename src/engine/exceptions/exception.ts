import { wildcardMatch } from '../../language/wildcard.ts';
import { EvaluationError } from '../../model/failure.ts';
import { asArray, asObject, asString, type Json, type JsonObject, withNumbers } from '../../model/json.ts';
import { nameOf, namespaceOf } from '../../model/resource.ts';
import { allHold, compileFilter, type MatchSubject } from '../match/index.ts';
import type { Scope } from '../variables/index.ts';

/** A PolicyException, compiled. */
export interface CompiledException {
  /** `namespace/name`, or the name alone. */
  readonly key: string;
  /** False: not for background scans. */
  readonly background: boolean;
  /** Is it about this rule? `policy` is `name` or `namespace/name`. */
  readonly names: (policy: string, rule: string) => boolean;
  readonly matches: (subject: MatchSubject) => boolean;
  /** False also when a variable cannot be resolved. */
  readonly allows: (scope: Scope) => boolean;
  readonly podSecurity: readonly JsonObject[];
}

/** Evaluates the conditions of an exception. Throws `EvaluationError`. */
export type CompileExceptionConditions = (conditions: JsonObject) => (scope: Scope) => boolean;

/**
 * Compiles a PolicyException.
 * Upstream: `pkg/engine/utils/exceptions.go`, `api/kyverno/v2/policy_exception_types.go`.
 */
export function compileException(
  exception: JsonObject,
  compileConditions: CompileExceptionConditions,
): CompiledException {
  const spec = asObject(exception['spec']) ?? {};
  const namespace = namespaceOf(exception);
  const conditions = asObject(spec['conditions']);
  return {
    key: namespace === '' ? nameOf(exception) : `${namespace}/${nameOf(exception)}`,
    background: spec['background'] !== false,
    names: compileNames(spec['exceptions']),
    matches: compileStatement(asObject(spec['match']) ?? {}, false),
    allows:
      conditions === undefined
        ? () => true
        : forgiving(compileConditions(withNumbers(conditions, 'float') as JsonObject)),
    podSecurity: (asArray(spec['podSecurity']) ?? []).map((entry) => asObject(entry) ?? {}),
  };
}

function forgiving(test: (scope: Scope) => boolean): (scope: Scope) => boolean {
  return (scope) => {
    try {
      return test(scope);
    } catch (error) {
      if (error instanceof EvaluationError) return false;
      throw error;
    }
  };
}

function compileNames(exceptions: Json | undefined): CompiledException['names'] {
  const entries = (asArray(exceptions) ?? []).map((entry) => ({
    policy: asString(asObject(entry)?.['policyName']) ?? '',
    rules: (asArray(asObject(entry)?.['ruleNames']) ?? []).filter((rule) => typeof rule === 'string'),
  }));
  return (policy, rule) =>
    entries.some((entry) => entry.policy === policy && entry.rules.some((pattern) => wildcardMatch(pattern, rule)));
}

/**
 * Compiles a match block of exceptions and cleanup policies: as a rule's match, but without operations; a
 * namespaceSelector does not speak about Namespaces; users always count. `otherwise` is what a block without filters
 * says. Upstream: `checkMatchesResources` in `pkg/engine/utils/exceptions.go`, `CheckMatchesResources` in
 * `pkg/utils/match/match.go`.
 */
export function compileStatement(match: JsonObject, otherwise: boolean): CompiledException['matches'] {
  const list = (how: string) => (asArray(match[how]) ?? []).map((filter) => compileOne(asObject(filter) ?? {}));
  const [any, all] = [list('any'), list('all')];
  if (any.length > 0) return (subject) => any.some((test) => test(subject));
  return all.length > 0 ? (subject) => all.every((test) => test(subject)) : () => otherwise;
}

function compileOne(filter: JsonObject): CompiledException['matches'] {
  const { operations: _, namespaceSelector, ...plain } = asObject(filter['resources']) ?? {};
  const whole = compileFilter(filter);
  if (!whole.describesResource && !whole.describesUser) return () => false;
  const withoutSelector = compileFilter({ ...filter, resources: plain });
  const withSelector =
    namespaceSelector === undefined
      ? withoutSelector
      : compileFilter({ ...filter, resources: { ...plain, namespaceSelector } });
  return (subject) => {
    const kind = subject.object['kind'];
    const { resource, user } = kind === 'Namespace' || !kind ? withoutSelector : withSelector;
    return allHold(resource, subject) && allHold(user, subject);
  };
}
