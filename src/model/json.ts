/**
 * JSON values as Kyverno sees them. Go keeps two kinds of number apart and so do we:
 * a `bigint` is Go's int64, a `number` is Go's float64. Which one a literal becomes depends on
 * the reader, not on the literal (see `NumberMode`).
 */
export type Json = null | boolean | number | bigint | string | JsonArray | JsonObject;
/** A JSON list. */
export type JsonArray = readonly Json[];
/** A JSON object. Iterate keys with `Object.keys`; a missing key reads as `undefined`. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/**
 * How whole-number literals are read: `int` gives `bigint` for literals without fraction or exponent that fit
 * int64 (the API machinery's decoder), `float` gives `number` always (Go's encoding/json, the Kyverno CLI).
 */
export type NumberMode = 'int' | 'float';

/** True for JSON objects (not null, not lists). */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for JSON lists. */
export function isArray(value: Json | undefined): value is JsonArray {
  return Array.isArray(value);
}

/** The value as an object, or `undefined` when it is anything else. */
export function asObject(value: Json | undefined): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

/** The value as a list, or `undefined` when it is anything else. */
export function asArray(value: Json | undefined): JsonArray | undefined {
  return isArray(value) ? value : undefined;
}

/** The value as a string, or `undefined` when it is anything else. */
export function asString(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Follows keys into nested objects; `undefined` as soon as one is missing or not an object. */
export function getPath(value: Json | undefined, ...keys: readonly string[]): Json | undefined {
  let at: Json | undefined = value;
  for (const key of keys) {
    if (!isObject(at)) return undefined;
    at = Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return at;
}

/** Deep equality with Go's types: an int64 never equals a float64, lists are ordered, key order is irrelevant. */
export function deepEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((item, i) => deepEqual(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && deepEqual(a[key], b[key]))
  );
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/**
 * Parses JSON text. Throws `SyntaxError` on bad text.
 * Upstream: `sigs.k8s.io/json` for mode `int`, `encoding/json` for mode `float`.
 */
export function parseJson(text: string, mode: NumberMode): Json {
  if (mode === 'float') return JSON.parse(text) as Json;
  return JSON.parse(text, (_key, value: Json, context?: { readonly source?: string }) => {
    if (typeof value !== 'number') return value;
    const source = context?.source ?? String(value);
    if (!/^-?\d+$/.test(source)) return value;
    const whole = BigInt(source);
    return whole >= INT64_MIN && whole <= INT64_MAX ? whole : value;
  }) as Json;
}

/** A deep copy in which every number follows `mode`: whole floats become ints, or ints become floats. */
export function withNumbers(value: Json, mode: NumberMode): Json {
  if (typeof value === 'bigint') return mode === 'float' ? Number(value) : value;
  if (typeof value === 'number') {
    return mode === 'int' && Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? BigInt(value) : value;
  }
  if (isArray(value)) return value.map((item) => withNumbers(item, mode));
  if (!isObject(value)) return value;
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(value)) setKey(copy, key, withNumbers(value[key] as Json, mode));
  return copy;
}

/** Sets an own key, also one with a special meaning to JavaScript such as `__proto__`. */
export function setKey(target: Record<string, Json>, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else target[key] = value;
}
