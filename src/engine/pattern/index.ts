import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { isNegation, isSkip, newWalk, type PatternFailure, type PatternNode, pathOf, type Walk } from './failure.ts';
import { listNode, scalarNode } from './list.ts';
import { notAMap, planMap, recordedKeys, recordFound, runMap } from './map.ts';
import { copyRewritable, expandMetadata, hasRewrites } from './metadata.ts';

export { isRange } from './atom.ts';
export { compileScalar, matchScalar } from './scalar.ts';

/**
 * What a value is to a pattern. `fail` has the place, with a slash at its end; `skip` and `error` (a failure that
 * the pattern's author may not have meant, see `compilePattern`) have an empty path, as upstream.
 */
export type PatternResult =
  | { readonly result: 'pass' }
  | { readonly result: 'skip' | 'fail' | 'error'; readonly path: string; readonly message: string };

/** One step of a check, for explanation and coverage. */
export interface PatternStep {
  /** Keys and indexes into the pattern, anchors as written. */
  readonly patternPath: readonly (string | number)[];
  /** Place in the value, with a slash at its end. */
  readonly path: string;
  readonly value: Json;
  readonly result: 'pass' | 'skip' | 'fail';
  /** Why not; empty for `pass`. */
  readonly message: string;
}

/** Hears of every step, innermost first. */
export type PatternObserver = (step: PatternStep) => void;

const PASS: PatternResult = { result: 'pass' };

/**
 * Compiles a validate pattern once; the function it gives checks any number of values and never throws.
 * Numbers matter: a `bigint` in the pattern is compared as Go's int64, a `number` as float64.
 * A failure counts as `error` when some `( )` or `^( )` key was never found in the value, or when a list is too
 * short for a list of lists. An observer, if any, is built in at compile time and costs nothing when absent.
 * Upstream: `MatchPattern` in `pkg/engine/validate/validate.go`.
 */
export function compilePattern(pattern: Json, observer?: PatternObserver): (value: Json) => PatternResult {
  const shared = new WeakMap<object, PatternNode>();
  if (!hasRewrites(pattern)) {
    const node = compileNode(pattern, [], shared, observer);
    const walk = newWalk();
    return (value) => {
      walk.found.clear();
      const failure = node(value, walk);
      return failure === undefined ? PASS : resultOf(failure, walk);
    };
  }
  return (value) => {
    const walk = newWalk();
    const failure = compileNode(copyRewritable(pattern), [], shared, observer)(value, walk);
    return failure === undefined ? PASS : resultOf(failure, walk);
  };
}

function resultOf(failure: PatternFailure, walk: Walk): PatternResult {
  const message = failure.text();
  if (isSkip(failure)) return { result: 'skip', path: '', message };
  if (isNegation(failure)) return { result: 'fail', path: failure.path, message };
  for (const found of walk.found.values()) if (!found) return { result: 'error', path: '', message };
  return { result: failure.path === '' ? 'error' : 'fail', path: failure.path, message };
}

/** `shared` keeps the checks of maps and lists that are never rewritten. */
function compileNode(
  pattern: Json,
  at: readonly (string | number)[],
  shared: WeakMap<object, PatternNode>,
  observer: PatternObserver | undefined,
): PatternNode {
  if (typeof pattern !== 'object' || pattern === null) return observed(scalarNode(pattern), at, observer);
  const known = shared.get(pattern);
  if (known !== undefined) return known;
  const compileChild = (child: Json, key: string | number): PatternNode =>
    compileNode(child, observer === undefined ? at : [...at, key], shared, observer);
  const rewrites = hasRewrites(pattern);
  const node = isArray(pattern)
    ? listNode(pattern, compileChild)
    : rewrites
      ? rewrittenMapNode(pattern as JsonObject, compileChild)
      : mapNode(pattern as JsonObject, compileChild);
  const result = observed(node, at, observer);
  if (!rewrites) shared.set(pattern, result);
  return result;
}

function mapNode(pattern: JsonObject, compileChild: (child: Json, key: string | number) => PatternNode): PatternNode {
  const plan = planMap(pattern, compileChild);
  return (value, walk) => {
    if (!isObject(value)) return notAMap(value, walk);
    recordFound(plan.recorded, value, walk);
    return runMap(plan, value, walk);
  };
}

/** A map whose pattern may be rewritten by what it meets, so that it is planned anew each time. */
function rewrittenMapNode(
  pattern: JsonObject,
  compileChild: (child: Json, key: string | number) => PatternNode,
): PatternNode {
  return (value, walk) => {
    if (!isObject(value)) return notAMap(value, walk);
    recordFound(recordedKeys(pattern), value, walk);
    expandMetadata(pattern, value);
    return runMap(planMap(pattern, compileChild), value, walk);
  };
}

function observed(
  node: PatternNode,
  at: readonly (string | number)[],
  observer: PatternObserver | undefined,
): PatternNode {
  if (observer === undefined) return node;
  return (value, walk) => {
    const path = pathOf(walk);
    const failure = node(value, walk);
    const result = failure === undefined ? 'pass' : isSkip(failure) ? 'skip' : 'fail';
    observer({ patternPath: at, path, value, result, message: failure?.text() ?? '' });
    return failure;
  };
}
