import { parseDuration } from '../../language/duration.ts';
import { formatFloatG, goQuote } from '../../language/go-text.ts';
import { parseGoFloat, parseGoInt } from '../../language/go-text-numbers.ts';
import { parseTime, RFC3339, timeFields } from '../../language/go-time.ts';
import { EvaluationError } from '../../model/failure.ts';
import { intOf, timestampOf, uintOf } from './arithmetic.ts';
import { CelDuration, CelError, CelTimestamp, CelUint, type CelValue, typeNameOf } from './values.ts';

const NANOS = 1_000_000_000n;

/** The error of a conversion that upstream does not have, or of a text that is no such value. */
export function conversionError(value: CelValue, to: string): CelError {
  const source = typeNameOf(value);
  return new CelError(`type conversion error from '${source}' to '${to}'`);
}

/** `int(x)`. */
export function toInt(value: CelValue): CelValue {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') {
    const fits = value > -(2 ** 63) && value < 2 ** 63;
    return fits ? BigInt(Math.trunc(value)) : new CelError('integer overflow');
  }
  if (typeof value === 'string') return parseGoInt(value) ?? conversionError(value, 'int');
  if (value instanceof CelUint) return intOf(value.value);
  if (value instanceof CelDuration) return value.ns;
  return value instanceof CelTimestamp ? secondsOf(value.ns) : conversionError(value, 'int');
}

/** `uint(x)`. */
export function toUint(value: CelValue): CelValue {
  if (value instanceof CelUint) return value;
  if (typeof value === 'bigint') return uintOf(value);
  if (typeof value === 'number') {
    const fits = value >= 0 && value < 2 ** 64;
    return fits ? new CelUint(BigInt(Math.trunc(value))) : new CelError('unsigned integer overflow');
  }
  if (typeof value !== 'string' || !/^\d+$/.test(value)) return conversionError(value, 'uint');
  const parsed = uintOf(BigInt(value));
  return parsed instanceof CelError ? conversionError(value, 'uint') : parsed;
}

/** `double(x)`. */
export function toDouble(value: CelValue): CelValue {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof CelUint) return Number(value.value);
  if (typeof value !== 'string') return conversionError(value, 'double');
  return parseGoFloat(value) ?? conversionError(value, 'double');
}

/** `string(x)`. */
export function toText(value: CelValue): CelValue {
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      return formatFloatG(value);
    default:
  }
  if (value === null) return 'null';
  if (value instanceof CelUint) return String(value.value);
  if (value instanceof CelDuration) return durationText(value.ns);
  if (value instanceof CelTimestamp) return timestampText(value);
  if (!(value instanceof Uint8Array)) return conversionError(value, 'string');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    return new CelError('invalid UTF-8 in bytes, cannot convert to string');
  }
}

/** `bool(x)` of a text. */
export function toBool(value: CelValue): CelValue {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(1|t|T|TRUE|true|True)$/.test(value)) return true;
  if (typeof value === 'string' && /^(0|f|F|FALSE|false|False)$/.test(value)) return false;
  return conversionError(value, 'bool');
}

/** `duration(x)` of a text, as Go writes durations. */
export function parseDurationValue(text: string): CelDuration | CelError {
  const ns = parseDuration(text);
  return ns === undefined ? conversionError(text, 'google.protobuf.Duration') : new CelDuration(ns);
}

const STRICT_RFC3339 =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** `timestamp(x)` of a text, strictly by RFC 3339. Upstream: `common/types/string.go` of cel-go. */
export function parseTimestampValue(text: string): CelTimestamp | CelError {
  if (!STRICT_RFC3339.test(text)) return new CelError(`invalid RFC 3339 timestamp ${goQuote(text)}`);
  try {
    const { ns, offset } = parseTime(RFC3339, text);
    return timestampOf(ns, offset);
  } catch (error) {
    if (error instanceof EvaluationError) return conversionError(text, 'google.protobuf.Timestamp');
    throw error;
  }
}

/** Whole seconds since 1970, towards the past. */
export function secondsOf(ns: bigint): bigint {
  const seconds = ns / NANOS;
  return ns % NANOS < 0n ? seconds - 1n : seconds;
}

/** Nanoseconds within the second. */
export function nanosOf(ns: bigint): bigint {
  return ns - secondsOf(ns) * NANOS;
}

/** Seconds as a decimal with all its digits, and `s`. */
export function durationText(ns: bigint): string {
  const size = ns < 0n ? -ns : ns;
  // Go divides by a second in floats.
  const seconds = Number(size / NANOS) + Number(size % NANOS) / 1e9;
  return `${ns < 0n ? '-' : ''}${plainNumber(seconds)}s`;
}

function plainNumber(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20, maximumSignificantDigits: 17 });
}

/** RFC 3339 with as many decimals as there are. */
export function timestampText(time: CelTimestamp): string {
  const { year, month, day, hour, minute, second } = timeFields(time);
  const pad = (value: number, width = 2) => String(value).padStart(width, '0');
  const nanos = String(nanosOf(time.ns)).padStart(9, '0').replace(/0+$/, '');
  const size = Math.abs(Math.trunc(time.offset / 60));
  const zone = `${time.offset < 0 ? '-' : '+'}${pad(Math.trunc(size / 60))}:${pad(size % 60)}`;
  const clock = `${pad(hour)}:${pad(minute)}:${pad(second)}${nanos === '' ? '' : `.${nanos}`}`;
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}T${clock}${time.offset === 0 ? 'Z' : zone}`;
}
