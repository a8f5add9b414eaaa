import { EvaluationError } from '../../../model/failure.ts';
import { type Json, setKey } from '../../../model/json.ts';
import { goJson } from '../../go-text.ts';
import { CrashError } from '../errors.ts';
import { parseGoFloat } from '../go-float.ts';
import { codePointCount } from '../text.ts';
import { isList, isMap, toJson, type Value } from '../value.ts';
import { define, defineVariadic, type QueryFunction } from './define.ts';
import { conversionPanic, goType } from './errors.ts';

/**
 * The functions of the JMESPath standard that do not order things; `sum` is Kyverno's own.
 * Upstream: github.com/kyverno/go-jmespath functions.go.
 */
export const standardFunctions: readonly QueryFunction[] = [
  define('abs', ['number'], 'number', '', ([n]) => Math.abs(n)),
  define('avg', ['array[number]'], 'number', '', ([list]) => list.reduce((total, n) => total + n, 0) / list.length),
  define('ceil', ['number'], 'number', '', ([n]) => Math.ceil(n)),
  define('contains', ['array|string', 'any'], 'bool', '', ([search, element]) => contains(search, element)),
  define('ends_with', ['string', 'string'], 'bool', '', ([text, end]) => text.endsWith(end)),
  define('floor', ['number'], 'number', '', ([n]) => Math.floor(n)),
  define('join', ['string', 'array[string]'], 'string', '', ([separator, list]) => list.join(separator)),
  define('keys', ['object'], 'array', '', ([object]) => Object.keys(object)),
  define('length', ['string|array|object'], 'number', '', ([value]) => {
    if (typeof value === 'string') return codePointCount(value);
    return Array.isArray(value) ? value.length : Object.keys(value).length;
  }),
  defineVariadic('merge', 'object', 'object', merge),
  defineVariadic('not_null', 'any', 'any', (args) => args.find((arg) => arg !== null) ?? null),
  define('reverse', ['array|string'], 'array|string', '', ([value]) => {
    if (typeof value === 'string') return Array.from(value).reverse().join('');
    if (!isList(value)) throw conversionPanic(value, '[]interface {}');
    return value.toReversed();
  }),
  define('starts_with', ['string', 'string'], 'bool', '', ([text, start]) => text.startsWith(start)),
  define('to_array', ['any'], 'array', '', ([value]) => (isList(value) ? value : [toJson(value)])),
  define('to_number', ['any'], 'number', '', ([value]) => toNumber(value)),
  define('to_string', ['any'], 'string', '', ([value]) => (typeof value === 'string' ? value : goJson(toJson(value)))),
  define('type', ['any'], 'string', '', ([value]) => typeName(value)),
  define('values', ['object'], 'array', '', ([object]) => Object.values(object)),
];

function contains(search: string | readonly Json[], element: Value): boolean {
  if (typeof search === 'string') return typeof element === 'string' && search.includes(element);
  if (!isList(search)) throw conversionPanic(search, '[]interface {}');
  return search.some((item) => {
    const both = typeof item === 'object' && item !== null && goType(item) === goType(element);
    // Also a value with itself.
    if (both) throw new CrashError(`runtime error: comparing uncomparable type ${goType(item)}`);
    return item === element;
  });
}

function merge(args: readonly Value[]): Json {
  const merged: Record<string, Json> = {};
  for (const arg of args) {
    if (!isMap(arg)) throw conversionPanic(arg, 'map[string]interface {}');
    for (const key of Object.keys(arg)) setKey(merged, key, arg[key] ?? null);
  }
  return merged;
}

function toNumber(value: Value): Value {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return parseGoFloat(value) ?? null;
  if (value === null || typeof value === 'boolean' || isList(value) || isMap(value)) return null;
  throw new EvaluationError('unknown type');
}

function typeName(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return typeof value;
  if (isList(value)) return 'array';
  if (isMap(value)) return 'object';
  throw new EvaluationError('unknown type');
}
