import type { JsonObject } from '../model/json.ts';
import { nameOf, namespaceOf } from '../model/resource.ts';
import { compileAllThenAny } from './all-then-any.ts';
import { type CompiledException, compileException } from './exceptions/index.ts';
import { matchSubject } from './match-subject.ts';
import { matchedObject, type RuleRun } from './run.ts';

const compiled = new WeakMap<JsonObject, CompiledException>();

function compiledException(exception: JsonObject): CompiledException {
  const known = compiled.get(exception);
  if (known !== undefined) return known;
  const made = compileException(exception, (conditions) => compileAllThenAny(conditions, nameOf(exception)));
  compiled.set(exception, made);
  return made;
}

/** Labels of a namespace, `undefined` where it cannot be read. */
export type LiveLabels = (namespace: string) => Readonly<Record<string, string>> | undefined;

/**
 * The exceptions that apply to a rule on the object at hand, in the order given. None when the object's namespace
 * cannot be read, which the command line asks for only where `live` is given.
 * Upstream: `MatchesException` in `pkg/engine/utils/exceptions.go`, `pkg/exceptions/selector.go`.
 */
export function matchingExceptions(run: RuleRun, rule: string, live?: LiveLabels): readonly CompiledException[] {
  if (run.env.exceptions.length === 0) return [];
  const { namespace, name } = run.policy;
  const policy = namespace === '' ? name : `${namespace}/${name}`;
  const background = run.request.mode === 'background';
  const named = run.env.exceptions
    .map(compiledException)
    .filter((exception) => exception.names(policy, rule) && (!background || exception.background));
  const object = matchedObject(run);
  if (named.length === 0 || object === null) return [];
  const ofObject = namespaceOf(object);
  const labels = run.request.mode === 'cli' ? live : run.env.namespaceLabels;
  const ofNamespace = ofObject === '' ? undefined : labels?.(ofObject);
  if (labels !== undefined && ofObject !== '' && ofNamespace === undefined) return [];
  const subject = matchSubject(live === undefined ? run : { ...run, namespaceLabels: () => ofNamespace ?? {} }, object);
  return named.filter((exception) => {
    const matched = exception.matches(subject) && exception.allows(run.context);
    run.decide?.({ kind: 'exception', rule, exception: exception.key, matched });
    return matched;
  });
}

/** The answer of a rule that exceptions skip. */
export interface SkippedByExceptions {
  readonly status: 'skip';
  readonly message: string;
  /** Keys of the exceptions. */
  readonly exceptions: readonly string[];
}

/**
 * What a rule answers when exceptions apply to it, `undefined` when none does. Upstream puts no blank before the first
 * exception. Upstream: e.g. `Process` in `pkg/engine/handlers/validation/validate_resource.go`.
 */
export function skippedByExceptions(run: RuleRun, rule: string): SkippedByExceptions | undefined {
  const exceptions = matchingExceptions(run, rule).map(({ key }) => key);
  if (exceptions.length === 0) return undefined;
  return { status: 'skip', message: `rule is skipped due to policy exceptions${exceptions.join(', ')}`, exceptions };
}
