import type { Json } from '../../model/json.ts';
import { compileNode } from './compile.ts';
import { guarded, NotFoundError } from './errors.ts';
import { signature } from './functions/define.ts';
import { kyvernoFunctions, queryFunctions } from './functions/registry.ts';
import { parseQuery } from './parser.ts';
import { type Evaluate, type QueryEnvironment, toJson } from './value.ts';

export { highlightLocation, NotFoundError, QuerySyntaxError } from './errors.ts';
export { formatAst } from './format-ast.ts';
export type { QueryEnvironment } from './value.ts';

/** A query that is ready to be evaluated, any number of times. */
export interface Query {
  /** The text it was compiled from. */
  readonly text: string;
  readonly evaluate: Evaluate;
}

/**
 * Compiles a query of Kyverno's JMESPath dialect.
 * Throws `QuerySyntaxError` (`SyntaxError: Incomplete expression`), or an `EvaluationError` with the bare text of the
 * JSON reader for a bad literal. Compiling costs more than evaluating: cache the result.
 * Upstream: github.com/kyverno/go-jmespath, kyverno pkg/engine/jmespath.
 */
export function compileQuery(text: string): Query {
  return { text, evaluate: guarded(() => compileNode(parseQuery(text))) };
}

/**
 * The value of a query on data. A list that `items()` gave is `isObjectList`.
 * Throws `NotFoundError` when it ends at a key that a map does not have, else `EvaluationError`.
 */
export function searchQuery(query: Query, data: Json, env: QueryEnvironment): Json {
  const result = searchOrMissing(query, data, env);
  if (typeof result === 'symbol') throw new NotFoundError(result.description ?? '');
  return result;
}

/**
 * As `searchQuery`, but a missing key is given back as a symbol whose description is the key: for callers that meet
 * missing keys often and want no exception for them.
 */
export function searchOrMissing(query: Query, data: Json, env: QueryEnvironment): Json | symbol {
  const result = guarded(() => query.evaluate(data, env));
  return typeof result === 'symbol' ? result : toJson(result);
}

/** What `kyverno jp function` says about a function. */
export interface FunctionDescription {
  readonly name: string;
  /** E.g. `lookup(object|array, string|number) any`. */
  readonly signature: string;
  readonly note: string;
}

/** Kyverno's own functions, in the order in which `kyverno jp function` lists them. */
export const jmespathFunctions: readonly FunctionDescription[] = kyvernoFunctions
  .map((entry) => ({ name: entry.name, signature: signature(entry), note: entry.note }))
  .sort((a, b) => (sortText(a) < sortText(b) ? -1 : 1));

/** The functions of the JMESPath standard, by name; `kyverno jp function` does not list them. */
export const standardFunctions: readonly FunctionDescription[] = queryFunctions
  .filter((entry) => !kyvernoFunctions.includes(entry))
  .map((entry) => ({ name: entry.name, signature: signature(entry), note: entry.note }))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

function sortText({ signature: text, note }: FunctionDescription): string {
  return note === '' ? text : `${text} (${note})`;
}
