import { isArray, isObject, type Json, type JsonArray, type JsonObject } from '../../model/json.ts';
import { isNegation, isSkip, newWalk, type PatternFailure, type PatternNode, pathOf, type Walk } from './failure.ts';
import type { CompileChild } from './key.ts';
import { listNode, scalarNode } from './list.ts';
import { notAMap, planMap, recordedKeys, recordFound, runMap } from './map.ts';
import { copyRewritable, expandMetadata, hasRewrites } from './metadata.ts';

export { isRange } from './atom.ts';
export { matchScalar } from './scalar.ts';

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
  const compiler: Compiler = { observer, fixed: new WeakMap(), rewritten: new WeakSet() };
  const walk = newWalk();
  if (!hasRewrites(pattern)) {
    const node = compileNode(pattern, [], compiler);
    return (value) => run(node, value, walk);
  }
  compileFixed(pattern, [], compiler);
  return (value) => run(compileNode(copyRewritable(pattern, compiler.rewritten), [], compiler), value, walk);
}

function run(node: PatternNode, value: Json, walk: Walk): PatternResult {
  walk.found.clear();
  const failure = node(value, walk);
  return failure === undefined ? PASS : resultOf(failure, walk);
}

function resultOf(failure: PatternFailure, walk: Walk): PatternResult {
  const message = failure.text();
  if (isSkip(failure)) return { result: 'skip', path: '', message };
  if (isNegation(failure)) return { result: 'fail', path: failure.path, message };
  for (const found of walk.found.values()) if (!found) return { result: 'error', path: '', message };
  return { result: failure.path === '' ? 'error' : 'fail', path: failure.path, message };
}

type Path = readonly (string | number)[];

interface Compiler {
  readonly observer: PatternObserver | undefined;
  /** Checks of maps and lists of the pattern that are never rewritten. */
  readonly fixed: WeakMap<object, PatternNode>;
  /** Maps and lists, in copies of the pattern, that are rewritten by what they meet or hold such a map. */
  readonly rewritten: WeakSet<object>;
}

/** Compiles ahead what lies below the rewritten parts of a pattern. */
function compileFixed(pattern: Json, at: Path, compiler: Compiler): void {
  if (typeof pattern !== 'object' || pattern === null) return;
  if (!hasRewrites(pattern)) compiler.fixed.set(pattern, compileNode(pattern, at, compiler));
  else if (isArray(pattern)) for (const [i, item] of pattern.entries()) compileFixed(item, [...at, i], compiler);
  else for (const [key, item] of Object.entries(pattern)) compileFixed(item as Json, [...at, key], compiler);
}

function compileNode(pattern: Json, at: Path, compiler: Compiler): PatternNode {
  const { observer, fixed, rewritten } = compiler;
  if (typeof pattern !== 'object' || pattern === null) return observed(scalarNode(pattern), at, observer);
  const known = fixed.get(pattern);
  if (known !== undefined) return known;
  const compileChild: CompileChild = (child, ...keys) =>
    compileNode(child, observer === undefined ? at : [...at, ...keys], compiler);
  if (!isObject(pattern)) return observed(listNode(pattern as JsonArray, compileChild), at, observer);
  const make = rewritten.has(pattern) ? rewrittenMapNode : mapNode;
  return observed(make(pattern, compileChild), at, observer);
}

function mapNode(pattern: JsonObject, compileChild: CompileChild): PatternNode {
  const plan = planMap(pattern, compileChild);
  return (value, walk) => {
    if (!isObject(value)) return notAMap(value, walk);
    recordFound(plan.recorded, value, walk);
    return runMap(plan, value, walk);
  };
}

/** A map whose pattern may be rewritten by what it meets, so that it is planned anew each time. */
function rewrittenMapNode(pattern: JsonObject, compileChild: CompileChild): PatternNode {
  return (value, walk) => {
    if (!isObject(value)) return notAMap(value, walk);
    recordFound(recordedKeys(pattern), value, walk);
    expandMetadata(pattern, value);
    return runMap(planMap(pattern, compileChild), value, walk);
  };
}

function observed(node: PatternNode, at: Path, observer: PatternObserver | undefined): PatternNode {
  if (observer === undefined) return node;
  return (value, walk) => {
    const path = pathOf(walk);
    const failure = node(value, walk);
    const result = failure === undefined ? 'pass' : isSkip(failure) ? 'skip' : 'fail';
    observer({ patternPath: at, path, value, result, message: failure?.text() ?? '' });
    return failure;
  };
}
