import { EvaluationError } from '../../../model/failure.ts';
import type { Json, JsonArray } from '../../../model/json.ts';
import { compareBytes } from '../../go-text.ts';
import { CrashError } from '../errors.ts';
import { type Evaluate, isList, orNull, type QueryEnvironment, toJson, type Value } from '../value.ts';
import { define, type QueryFunction } from './define.ts';
import { conversionPanic } from './errors.ts';

/**
 * The functions of the JMESPath standard that order lists or run an expression on each element.
 * Upstream: github.com/kyverno/go-jmespath functions.go. Upstream's `sort_by` also reorders the list it is given;
 * here the input stays as it is.
 */
export const orderFunctions: readonly QueryFunction[] = [
  define('map', ['expref', 'array'], 'array', '', ([expression, list], env) =>
    plainList(list).map((item) => toJson(orNull(expression(item, env)))),
  ),
  define('max', ['array[number]|array[string]'], 'any', '', ([list]) => best(list, 1)),
  define('max_by', ['array', 'expref'], 'any', '', ([list, key], env) => bestBy(plainList(list), key, 1, env)),
  define('min', ['array[number]|array[string]'], 'any', '', ([list]) => best(list, -1)),
  define('min_by', ['array', 'expref'], 'any', '', ([list, key], env) => bestBy(plainList(list), key, -1, env)),
  define('sort', ['array[string]|array[number]'], 'array', '', ([list]) => [...list].sort(compare)),
  define('sort_by', ['array', 'expref'], 'array', '', ([list, key], env) => sortBy(plainList(list), key, env)),
];

function plainList(list: JsonArray): JsonArray {
  if (!isList(list)) throw conversionPanic(list, '[]interface {}');
  return list;
}

/** Orders two numbers (NaN first) or two strings (by bytes). */
function compare(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return compareBytes(a, b);
  if (typeof a !== 'number' || typeof b !== 'number') return 0;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  return a < b ? -1 : Number(a > b);
}

/** Whether `a` is strictly before (`sign` -1) or behind (`sign` 1) `b`; never for NaN. */
function beats(a: Value, b: Value, sign: 1 | -1): boolean {
  if (typeof a === 'string' && typeof b === 'string') return compareBytes(a, b) * sign > 0;
  return typeof a === 'number' && typeof b === 'number' && (sign === 1 ? a > b : a < b);
}

function best(list: readonly (number | string)[], sign: 1 | -1): Value {
  const [first, ...others] = list;
  if (first === undefined) return null;
  return others.reduce((found, item) => (beats(item, found, sign) ? item : found), first);
}

function bestBy(list: JsonArray, key: Evaluate, sign: 1 | -1, env: QueryEnvironment): Value {
  const [first, ...others] = list;
  if (first === undefined) return null;
  if (others.length === 0) return first;
  let found: Json = first;
  let foundKey = orNull(key(first, env));
  const type = typeof foundKey;
  if (type !== 'number' && type !== 'string') throw new EvaluationError('invalid type, must be number of string');
  for (const item of others) {
    const itemKey = orNull(key(item, env));
    if (typeof itemKey !== type) throw new EvaluationError(`invalid type, must be ${type}`);
    if (beats(itemKey, foundKey, sign)) [found, foundKey] = [item, itemKey];
  }
  return found;
}

function sortBy(list: JsonArray, key: Evaluate, env: QueryEnvironment): Value {
  const [first] = list;
  if (first === undefined || list.length === 1) return list;
  const type = typeof orNull(key(first, env));
  if (type !== 'number' && type !== 'string') throw new EvaluationError('invalid type, must be number of string');
  const rows = list.map((item) => ({ item, key: sortKey(item, key, type, env) }));
  return rows.sort((a, b) => compare(a.key, b.key)).map(({ item }) => item);
}

function sortKey(item: Json, key: Evaluate, type: string, env: QueryEnvironment): Value {
  let found: Value = null;
  try {
    found = orNull(key(item, env));
  } catch (error) {
    if (!(error instanceof EvaluationError) || error instanceof CrashError) throw error;
  }
  if (typeof found !== type) throw new EvaluationError('error in sort_by comparison');
  return found;
}
