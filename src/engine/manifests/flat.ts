import { goValue } from '../../language/go-text.ts';
import { compileRe2 } from '../../language/regex.ts';
import { EvaluationError } from '../../model/failure.ts';
import { isArray, type Json } from '../../model/json.ts';

/** The scalars of an object by their paths, e.g. `spec.ports.0.port`. Nulls, empty maps and empty lists have none. */
export type FlatObject = ReadonlyMap<string, Scalar>;

/** A scalar of an object; every number is a float. */
export type Scalar = string | number | boolean;

/**
 * Flattens an object, without the parts that a mask names.
 * Upstream: `Ravel` and `Mask` in `pkg/util/mapnode/node.go` of sigstore/k8s-manifest-sigstore.
 */
export function flatten(value: Json, masked: (path: string) => boolean = () => false): FlatObject {
  const flat = new Map<string, Scalar>();
  collect(value, '', masked, flat);
  return flat;
}

function collect(value: Json, path: string, masked: (path: string) => boolean, flat: Map<string, Scalar>): void {
  if (value === null) return;
  if (typeof value !== 'object') {
    flat.set(path, typeof value === 'bigint' ? Number(value) : value);
    return;
  }
  // A list that shrinks under a mask counts its elements anew.
  let next = 0;
  for (const key of Object.keys(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    if (masked(at)) continue;
    const item = isArray(value) ? value[Number(key)] : value[key];
    const kept = isArray(value) ? `${path === '' ? '' : `${path}.`}${next++}` : at;
    if (kept === at) collect(item ?? null, at, masked, flat);
    else collectMoved(item ?? null, at, kept, masked, flat);
  }
}

function collectMoved(
  value: Json,
  from: string,
  to: string,
  masked: (path: string) => boolean,
  flat: Map<string, Scalar>,
): void {
  const own = new Map<string, Scalar>();
  collect(value, from, masked, own);
  for (const [path, scalar] of own) flat.set(`${to}${path.slice(from.length)}`, scalar);
}

/** Go's `%v` of a scalar. */
export function scalarText(value: Scalar): string {
  return goValue(value);
}

/**
 * A test of paths: equal to the pattern, or, for one with `*`, matched by it anywhere as a regular expression in which
 * only `*` was replaced. A pattern that is no regular expression matches nothing else.
 * Upstream: `patternMatchString` in `pkg/util/mapnode/diff.go`.
 */
export function pathTest(pattern: string): (path: string) => boolean {
  if (pattern === '*' || pattern === '') return () => true;
  if (!pattern.includes('*')) return (path) => path === pattern;
  // Compiled when first needed: most objects have no difference to look at.
  let expression: RegExp | null | undefined;
  return (path) => {
    if (path === pattern) return true;
    if (expression === undefined) expression = regexOf(pattern.replaceAll('*', '.*')) ?? null;
    return expression?.test(path) === true;
  };
}

/** The regular expression of a source; `undefined` when it is none. */
export function regexOf(source: string): RegExp | undefined {
  try {
    return compileRe2(source);
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}
