import { NO_OVERLOAD } from './operations.ts';
import {
  CelDuration,
  CelError,
  CelTimestamp,
  CelUint,
  type CelValue,
  GrowingList,
  isList,
  typeNameOf,
} from './values.ts';

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;
const UINT_MAX = 2n ** 64n - 1n;
const NANOS = 1_000_000_000n;
const TIME_MIN = -62135596800n * NANOS;
const TIME_MAX = 253402300800n * NANOS - 1n;

const INT_OVERFLOW = new CelError('integer overflow');
const UINT_OVERFLOW = new CelError('unsigned integer overflow');
const TIMESTAMP_OVERFLOW = new CelError('timestamp overflow');

/** An int64, or the error of one that does not fit. */
export function intOf(value: bigint): bigint | CelError {
  return value < INT_MIN || value > INT_MAX ? INT_OVERFLOW : value;
}

/** A uint64, or the error of one that does not fit. */
export function uintOf(value: bigint): CelUint | CelError {
  return value < 0n || value > UINT_MAX ? UINT_OVERFLOW : new CelUint(value);
}

/** A point in time within the years 1 to 9999. */
export function timestampOf(ns: bigint, offset = 0): CelTimestamp | CelError {
  return ns < TIME_MIN || ns > TIME_MAX ? TIMESTAMP_OVERFLOW : new CelTimestamp(ns, offset);
}

/** A point in time that many seconds after 1970. */
export function timestampOfSeconds(seconds: bigint): CelTimestamp | CelError {
  return timestampOf(seconds * 1_000_000_000n);
}

function durationOf(ns: bigint): CelDuration | CelError {
  const checked = intOf(ns);
  return checked instanceof CelError ? checked : new CelDuration(checked);
}

/** `+`. Upstream: `traits.Adder` of cel-go's values. */
export function add(a: CelValue, b: CelValue): CelValue {
  if (typeof a === 'string') return typeof b === 'string' ? a + b : NO_OVERLOAD;
  if (typeof a === 'bigint') return typeof b === 'bigint' ? intOf(a + b) : NO_OVERLOAD;
  if (typeof a === 'number') return typeof b === 'number' ? a + b : NO_OVERLOAD;
  if (a instanceof GrowingList) {
    if (!isList(b)) return NO_OVERLOAD;
    for (const element of b) a.push(element);
    return a;
  }
  if (isList(a)) return isList(b) ? [...a, ...b] : NO_OVERLOAD;
  if (a instanceof CelUint) return b instanceof CelUint ? uintOf(a.value + b.value) : NO_OVERLOAD;
  if (a instanceof CelDuration) {
    if (b instanceof CelDuration) return durationOf(a.ns + b.ns);
    return b instanceof CelTimestamp ? timestampOf(b.ns + a.ns, b.offset) : NO_OVERLOAD;
  }
  if (a instanceof CelTimestamp) return b instanceof CelDuration ? timestampOf(a.ns + b.ns, a.offset) : NO_OVERLOAD;
  if (a instanceof Uint8Array) return b instanceof Uint8Array ? Uint8Array.of(...a, ...b) : NO_OVERLOAD;
  return lacks(a, '_+_');
}

/** `-`. */
export function subtract(a: CelValue, b: CelValue): CelValue {
  if (typeof a === 'bigint') return typeof b === 'bigint' ? intOf(a - b) : NO_OVERLOAD;
  if (typeof a === 'number') return typeof b === 'number' ? a - b : NO_OVERLOAD;
  if (a instanceof CelUint) return b instanceof CelUint ? uintOf(a.value - b.value) : NO_OVERLOAD;
  if (a instanceof CelDuration) return b instanceof CelDuration ? durationOf(a.ns - b.ns) : NO_OVERLOAD;
  if (a instanceof CelTimestamp) {
    if (b instanceof CelTimestamp) return durationOf(a.ns - b.ns);
    return b instanceof CelDuration ? timestampOf(a.ns - b.ns, a.offset) : NO_OVERLOAD;
  }
  return lacks(a, '_-_');
}

/** `*`. */
export function multiply(a: CelValue, b: CelValue): CelValue {
  if (typeof a === 'bigint') return typeof b === 'bigint' ? intOf(a * b) : NO_OVERLOAD;
  if (typeof a === 'number') return typeof b === 'number' ? a * b : NO_OVERLOAD;
  if (a instanceof CelUint) return b instanceof CelUint ? uintOf(a.value * b.value) : NO_OVERLOAD;
  return lacks(a, '_*_');
}

/** `/`. */
export function divide(a: CelValue, b: CelValue): CelValue {
  if (typeof a === 'number') return typeof b === 'number' ? a / b : NO_OVERLOAD;
  return whole(a, b, '_/_', 'division by zero', (x, y) => x / y);
}

/** `%`. */
export function modulo(a: CelValue, b: CelValue): CelValue {
  return whole(a, b, '_%_', 'modulus by zero', (x, y) => (x === INT_MIN && y === -1n ? INT_MAX + 1n : x % y));
}

function whole(
  a: CelValue,
  b: CelValue,
  fn: string,
  byZero: string,
  operation: (x: bigint, y: bigint) => bigint,
): CelValue {
  if (typeof a === 'bigint') {
    if (typeof b !== 'bigint') return NO_OVERLOAD;
    return b === 0n ? new CelError(byZero) : intOf(operation(a, b));
  }
  if (!(a instanceof CelUint)) return lacks(a, fn);
  if (!(b instanceof CelUint)) return NO_OVERLOAD;
  return b.value === 0n ? new CelError(byZero) : uintOf(operation(a.value, b.value));
}

/** Unary `-`. */
export function negate(a: CelValue): CelValue {
  if (typeof a === 'bigint') return intOf(-a);
  if (typeof a === 'number') return -a;
  if (typeof a === 'boolean') return NO_OVERLOAD;
  return a instanceof CelDuration ? durationOf(-a.ns) : lacks(a, '-_');
}

const RECEIVERS: ReadonlySet<string> = new Set(['string', 'google.protobuf.Duration', 'google.protobuf.Timestamp']);

/** The error of a type that does not know an operation at all; some types word it differently. */
export function lacks(value: CelValue, fn: string): CelError {
  return RECEIVERS.has(typeNameOf(value)) ? NO_OVERLOAD : new CelError(`no such overload: ${fn}`);
}
