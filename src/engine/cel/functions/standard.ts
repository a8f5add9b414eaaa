import { compileRe2Matcher, type Re2Matcher } from '../../../language/regex.ts';
import { EvaluationError } from '../../../model/failure.ts';
import { add, divide, lacks, modulo, multiply, negate, subtract, timestampOfSeconds } from '../arithmetic.ts';
import { parseDurationValue, parseTimestampValue, toBool, toDouble, toInt, toText, toUint } from '../convert.ts';
import { compareValues, findInMap, isEqual, isZero, NO_OVERLOAD, sizeOf } from '../operations.ts';
import {
  CelError,
  CelLazyMap,
  CelOptional,
  CelSpecial,
  CelTypeValue,
  type CelValue,
  entriesOf,
  isList,
  NONE,
  typeNameOf,
} from '../values.ts';
import { intAt, listAt, textAt } from './arguments.ts';
import type { FunctionBody, FunctionTable } from './function.ts';

const binary =
  (operation: (a: CelValue, b: CelValue) => CelValue): FunctionBody =>
  ([a = null, b = null]) =>
    operation(a, b);

const unary =
  (operation: (a: CelValue) => CelValue): FunctionBody =>
  ([a = null]) =>
    operation(a);

/**
 * Functions whose values decide for themselves what they can do, by name.
 * Upstream: `common/stdlib/standard.go` of cel-go, those with a singleton binding.
 */
export const STANDARD_SINGLETONS: FunctionTable = {
  '_+_': binary(add),
  '_-_': binary(subtract),
  '_*_': binary(multiply),
  '_/_': binary(divide),
  '_%_': binary(modulo),
  '-_': unary(negate),
  '!_': unary((value) => (typeof value === 'boolean' ? !value : NO_OVERLOAD)),
  '_<_': ordering('_<_', (order) => order < 0),
  '_<=_': ordering('_<=_', (order) => order <= 0),
  '_>_': ordering('_>_', (order) => order > 0),
  '_>=_': ordering('_>=_', (order) => order >= 0),
  '@in': binary((element, container) => {
    if (isList(container)) return container.some((one) => isEqual(element, one));
    if (container instanceof CelLazyMap) return typeof element === 'string' && container.find(element) !== undefined;
    return entriesOf(container) === undefined ? NO_OVERLOAD : findInMap(container, element) !== undefined;
  }),
  size: unary((value) => {
    const size = sizeOf(value);
    return size === undefined ? lacks(value, 'size') : BigInt(size);
  }),
  type: unary((value) => new CelTypeValue(typeNameOf(value))),
  dyn: unary((value) => value),
  matches: binary((text, pattern) => {
    if (typeof text !== 'string') return lacks(text, 'matches');
    return typeof pattern === 'string' ? matches(text, pattern) : NO_OVERLOAD;
  }),
  // These take whatever they are given and complain themselves.
  contains: textTest((text, part) => text.includes(part)),
  startsWith: textTest((text, part) => text.startsWith(part)),
  endsWith: textTest((text, part) => text.endsWith(part)),
  // The value of an optional, or a plain value as it is. Upstream: `pkg/cel/compiler/env.go` of Kyverno.
  __orValueCompat__: binary((value, other) => {
    if (!(value instanceof CelOptional)) return value;
    return value.value === undefined ? other : value.value;
  }),
};

/** Conversions and optional values, by overload. */
export const STANDARD_FUNCTIONS: FunctionTable = {
  bool_to_bool: unary(toBool),
  string_to_bool: unary(toBool),
  bytes_to_bytes: unary((value) => value),
  string_to_bytes: (args) => new TextEncoder().encode(textAt(args, 0)),
  double_to_double: unary(toDouble),
  int64_to_double: unary(toDouble),
  string_to_double: unary(toDouble),
  uint64_to_double: unary(toDouble),
  duration_to_duration: unary((value) => value),
  string_to_duration: (args) => parseDurationValue(textAt(args, 0)),
  int64_to_int64: unary(toInt),
  double_to_int64: unary(toInt),
  duration_to_int64: unary(toInt),
  string_to_int64: unary(toInt),
  timestamp_to_int64: unary(toInt),
  uint64_to_int64: unary(toInt),
  string_to_string: unary(toText),
  bool_to_string: unary(toText),
  bytes_to_string: unary(toText),
  double_to_string: unary(toText),
  duration_to_string: unary(toText),
  int64_to_string: unary(toText),
  timestamp_to_string: unary(toText),
  uint64_to_string: unary(toText),
  timestamp_to_timestamp: unary((value) => value),
  int64_to_timestamp: (args) => timestampOfSeconds(intAt(args, 0)),
  string_to_timestamp: (args) => parseTimestampValue(textAt(args, 0)),
  uint64_to_uint64: unary(toUint),
  double_to_uint64: unary(toUint),
  int64_to_uint64: unary(toUint),
  string_to_uint64: unary(toUint),
  optional_of: unary((value) => new CelOptional(value)),
  optional_ofNonZeroValue: unary((value) => (isZero(value) ? NONE : new CelOptional(value))),
  optional_none: () => NONE,
  optional_value: unary((value) => {
    const found = value instanceof CelOptional ? value.value : undefined;
    return found === undefined ? new CelError('optional.none() dereference') : found;
  }),
  optional_hasValue: unary((value) => value instanceof CelOptional && value.value !== undefined),
  optional_unwrap: unwrap,
  optional_unwrapOpt: unwrap,
  list_first: (args) => optionalOf(listAt(args, 0)[0]),
  list_last: (args) => optionalOf(listAt(args, 0).at(-1)),
};

function optionalOf(value: CelValue | undefined): CelOptional {
  return value === undefined ? NONE : new CelOptional(value);
}

function unwrap(args: readonly CelValue[]): CelValue {
  const values: CelValue[] = [];
  for (const one of listAt(args, 0)) {
    if (!(one instanceof CelOptional)) return new CelError('value is not optional');
    if (one.value !== undefined) values.push(one.value);
  }
  return values;
}

function ordering(fn: string, holds: (order: number) => boolean): FunctionBody {
  return ([a = null, b = null]) => {
    if (!isComparable(a)) return lacks(a, fn);
    if (Number.isNaN(a) || Number.isNaN(b)) return false;
    const order = compareValues(a, b);
    return order instanceof CelError ? order : holds(order);
  };
}

function isComparable(value: CelValue): boolean {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value !== null;
  return value instanceof CelSpecial && /^(uint|google\.protobuf\.(Duration|Timestamp))$/.test(value.typeName);
}

function textTest(test: (text: string, part: string) => boolean): FunctionBody {
  return ([text, part]) => {
    if (typeof text !== 'string' || typeof part !== 'string') return NO_OVERLOAD;
    return test(text, part);
  };
}

const MOST_PATTERNS = 500;
const patterns = new Map<string, Re2Matcher>();

/** A compiled regular expression; throws `EvaluationError` with Go's text. */
export function patternOf(source: string): Re2Matcher {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  const compiled = compileRe2Matcher(source);
  if (patterns.size >= MOST_PATTERNS) patterns.clear();
  patterns.set(source, compiled);
  return compiled;
}

function matches(text: string, pattern: string): CelValue {
  try {
    return patternOf(pattern).test(text);
  } catch (error) {
    if (error instanceof EvaluationError) return new CelError(error.message);
    throw error;
  }
}
