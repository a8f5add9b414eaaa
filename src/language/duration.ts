/**
 * Go durations: an optional sign, then numbers with units (`1h30m`, `1.5s`), or a lone `0`. All values are int64
 * nanoseconds. Upstream: `time.ParseDuration` and `Duration.String` of Go's standard library.
 */

const LIMIT = 2n ** 63n;
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);
const PART = /(\d*)(\.?)(\d*)([^.\d]*)/y;

/** Nanoseconds, or the text of Go's error. */
export type ParsedDuration =
  | { readonly ns: bigint; readonly error?: undefined }
  | { readonly error: string; readonly ns?: undefined };

/** Nanoseconds of a Go duration text, or `undefined` when it is none (`10`, `1d`, out of int64). */
export function parseDuration(text: string): bigint | undefined {
  const length = text.length;
  if (length === 0) return undefined;
  const last = text.charCodeAt(length - 1);
  // Only s, m, h end a duration, or the lone zero.
  if (last === 115 || last === 109 || last === 104) return parseDurationOrError(text).ns;
  return last === 48 && (text === '0' || text === '-0' || text === '+0') ? 0n : undefined;
}

/** As `parseDuration`, with Go's error text, e.g. `time: unknown unit "d" in duration "1d"`. */
export function parseDurationOrError(text: string): ParsedDuration {
  const negative = text.startsWith('-');
  let rest = negative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return { ns: 0n };
  const invalid = { error: `time: invalid duration ${quote(text)}` };
  if (rest === '') return invalid;
  let total = 0n;
  while (rest !== '') {
    PART.lastIndex = 0;
    const [whole = '', digits = '', , fraction = '', unitName = ''] = PART.exec(rest) ?? [];
    if (digits === '' && fraction === '') return invalid;
    let part = BigInt(digits);
    if (part > LIMIT) return invalid;
    if (unitName === '') return { error: `time: missing unit in duration ${quote(text)}` };
    const unit = UNITS.get(unitName);
    if (unit === undefined) return { error: `time: unknown unit ${quote(unitName)} in duration ${quote(text)}` };
    if (part > LIMIT / unit) return invalid;
    part = part * unit + fractionOf(fraction, unit);
    if (part > LIMIT) return invalid;
    total = BigInt.asUintN(64, total + part);
    if (total > LIMIT) return invalid;
    rest = rest.slice(whole.length);
  }
  if (negative) return { ns: BigInt.asIntN(64, -total) };
  return total === LIMIT ? invalid : { ns: total };
}

/** Go keeps as many digits of the fraction as fit and then computes in floats. */
function fractionOf(digits: string, unit: bigint): bigint {
  if (digits === '') return 0n;
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    if (value > (LIMIT - 1n) / 10n) break;
    const next = value * 10n + BigInt(digit);
    if (next > LIMIT) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}

/** Go's text of a duration in nanoseconds: `0s`, `1.5ms`, `100µs`, `1h0m0s`. */
export function durationText(ns: bigint): string {
  if (ns === 0n) return '0s';
  const sign = ns < 0n ? '-' : '';
  const size = ns < 0n ? -ns : ns;
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimals(size, 3)}\u00b5s`;
  if (size < 1_000_000_000n) return `${sign}${decimals(size, 6)}ms`;
  const minutes = size / 60_000_000_000n;
  const seconds = `${decimals(size % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return `${sign}${hours === 0n ? '' : `${hours}h`}${minutes % 60n}m${seconds}`;
}

function decimals(value: bigint, places: number): string {
  const divisor = 10n ** BigInt(places);
  const fraction = (value % divisor).toString().padStart(places, '0').replace(/0+$/, '');
  return fraction === '' ? `${value / divisor}` : `${value / divisor}.${fraction}`;
}

/** The quoting of Go's time package: bytes outside printable ASCII become `\xHH`. */
function quote(text: string): string {
  let out = '"';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (char === '"' || char === '\\') out += `\\${char}`;
    else if (code >= 0x20 && code < 0x80) out += char;
    else for (const byte of new TextEncoder().encode(char)) out += `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `${out}"`;
}
