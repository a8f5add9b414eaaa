import type { Clock, Environment, RandomSource } from '../../model/environment.ts';
import { isArray, isObject, type Json, type JsonArray, type JsonObject } from '../../model/json.ts';

/** What functions may read from outside: time, chance and the registry that image names default to. */
export interface QueryEnvironment {
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Kyverno's defaults (`docker.io`, mutation on) when absent. */
  readonly registry?: Environment['registry'];
}

/** A compiled expression. It throws `EvaluationError`, never for a missing key. */
export type Evaluate = (value: Value, env: QueryEnvironment) => Result;

/** JSON, or an expression reference (`&expr`), which is the compiled expression itself. */
export type Value = Json | Evaluate;

/**
 * The outcome of an expression. A symbol says that a map has no such key; its description is the key.
 * Missing keys are frequent, so they must not cost an exception.
 */
export type Result = Value | symbol;

/**
 * The list that `items()` gives. Upstream it has another Go type than every other list, which shows in
 * `type()`, `==` and in functions that take lists.
 * Upstream: kyverno pkg/engine/jmespath/functions.go, jpItems (`[]map[string]any`).
 */
export class ObjectList extends Array<JsonObject> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** True for the list that `items()` gives. */
export function isObjectList(value: Result): value is ObjectList {
  return value instanceof ObjectList;
}

/** True for an ordinary list, not for that of `items()`. */
export function isList(value: Value): value is JsonArray {
  return Array.isArray(value) && !(value instanceof ObjectList);
}

/** True for any list. */
export function isAnyList(value: Value): value is JsonArray {
  return Array.isArray(value);
}

/** True for an object. */
export function isMap(value: Value): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Null in place of a missing key. */
export function orNull(result: Result): Value {
  return typeof result === 'symbol' ? null : result;
}

/**
 * Null, false and everything empty; 0 is true.
 * Upstream: github.com/kyverno/go-jmespath util.go, isFalse.
 */
export function isFalse(value: Value): boolean {
  if (value === null || value === false || value === '') return true;
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.length === 0;
  for (const key in value) if (Object.hasOwn(value, key)) return false;
  return true;
}

/** Deep equality with Go's types (`reflect.DeepEqual`): ints, floats and the two kinds of list are never equal. */
export function goEqual(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (typeof a === 'function' || typeof b === 'function') return false;
  if (isArray(a)) {
    if (!isArray(b) || a.length !== b.length || isObjectList(a) !== isObjectList(b)) return false;
    return a.every((item, i) => goEqual(item, b[i]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && goEqual(a[key], b[key]));
}

/** JSON in place of a value: an expression reference reads as an empty object, as Go's encoder sees it. */
export function toJson(value: Value): Json {
  return typeof value === 'function' ? {} : value;
}
