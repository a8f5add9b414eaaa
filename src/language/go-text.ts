import { EvaluationError } from '../model/failure.ts';
import { isArray, type Json } from '../model/json.ts';

/**
 * Texts of values as Go prints them. A `bigint` is an int64, a `number` is a float64.
 * Upstream: Go's `fmt` (%v, %T, %q), `strconv.FormatFloat` and `encoding/json`.
 */

/** Go's `%v`: `<nil>`, `1e+06`, `map[a:1 b:[x y]]`; strings stand unquoted. */
export function goValue(value: Json): string {
  if (typeof value === 'string') return value;
  if (value === null) return '<nil>';
  if (typeof value === 'number') return formatFloatG(value);
  if (typeof value !== 'object') return String(value);
  if (isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  const fields = Object.keys(value).sort(compareBytes);
  return `map[${fields.map((key) => `${key}:${goValue(value[key] ?? null)}`).join(' ')}]`;
}

/** Go's `%T` of a decoded JSON value: `map[string]interface {}`, `[]interface {}`, `int64`, `<nil>` … */
export function goTypeName(value: Json): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'number':
      return 'float64';
    case 'bigint':
      return 'int64';
    default:
      if (value === null) return '<nil>';
      return isArray(value) ? '[]interface {}' : 'map[string]interface {}';
  }
}

/**
 * JSON text as Go's `encoding/json` writes it: keys in byte order, `<`, `>`, `&`, U+2028 and U+2029 escaped, floats
 * below 1e-6 or from 1e21 in exponent form. Throws `EvaluationError` for NaN and infinities.
 */
export function goJson(value: Json): string {
  if (typeof value === 'string') return goJsonString(value);
  if (typeof value === 'number') return goJsonFloat(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (isArray(value)) return `[${value.map(goJson).join(',')}]`;
  const fields = Object.keys(value).sort(compareBytes);
  return `{${fields.map((key) => `${goJsonString(key)}:${goJson(value[key] ?? null)}`).join(',')}}`;
}

function goJsonString(text: string): string {
  // A lone surrogate can only come from a JSON escape, which Go reads as U+FFFD.
  return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029]/g, unicodeEscape);
}

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function goJsonFloat(value: number): string {
  if (!Number.isFinite(value)) throw new EvaluationError(`json: unsupported value: ${formatFloatG(value)}`);
  if (Object.is(value, -0)) return '-0';
  // JavaScript switches to exponents at the same upper place, but lower down one digit earlier.
  const size = Math.abs(value);
  return size >= 1e21 || size < 1e-6 ? String(value) : plainDigits(value);
}

/** Go's `%q`: a double-quoted Go string literal, printable characters kept. */
export function goQuote(text: string): string {
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  let out = '"';
  for (const char of text) out += quotedChar(char);
  return `${out}"`;
}

/** Characters that a Go literal in double quotes writes in a short form. Upstream: Go strconv/quote.go. */
export const GO_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);

function quotedChar(char: string): string {
  const short = GO_ESCAPES.get(char);
  if (short !== undefined) return short;
  if (!char.isWellFormed()) return '\ufffd';
  if (/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(char)) return char;
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

/** Shortest digits, exponent form below 1e-4 and from 1e6 on: `123456`, `1e+06`, `1.5`, `1e-05` (Go's `%v`). */
export function formatFloatG(value: number): string {
  if (!Number.isFinite(value)) return specialFloat(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) {
    return exponentForm(value, 'e');
  }
  return Object.is(value, -0) ? '-0' : plainDigits(value);
}

/** Shortest digits, always with an exponent: `8.08E+03`, `1E+00` (Go's `FormatFloat(v, 'E', -1, 64)`). */
export function formatFloatE(value: number): string {
  return Number.isFinite(value) ? exponentForm(value, 'E') : specialFloat(value);
}

/** Exactly six decimals, rounded half to even on the exact value: `1.000000` (Go's `%f`). */
export function formatFloatF6(value: number): string {
  if (!Number.isFinite(value)) return specialFloat(value);
  if (Object.is(value, -0)) return '-0.000000';
  if (Math.abs(value) >= 1e21) return `${BigInt(value)}.000000`;
  const eighths = value * 128;
  // A seventh decimal of exactly 5 occurs only in odd multiples of 1/128; there JavaScript rounds up.
  if (Number.isInteger(eighths) && eighths % 2 !== 0 && Math.abs(eighths) < 2 ** 53) {
    const twice = BigInt(Math.abs(eighths)) * 15625n;
    const floor = twice / 2n;
    const even = floor % 2n === 0n ? floor : floor + 1n;
    return `${value < 0 ? '-' : ''}${even / 1_000_000n}.${(even % 1_000_000n).toString().padStart(6, '0')}`;
  }
  return value.toFixed(6);
}

function specialFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

function exponentForm(value: number, letter: 'e' | 'E'): string {
  const text = value.toExponential();
  const at = text.indexOf('e');
  const sign = Object.is(value, -0) ? '-' : '';
  return `${sign}${text.slice(0, at)}${letter}${text[at + 1] ?? '+'}${text.slice(at + 2).padStart(2, '0')}`;
}

/** Shortest digits without an exponent. */
function plainDigits(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  const [mantissa = '', exponent = '0'] = text.split('e');
  const digits = mantissa.replace(/[-.]/g, '');
  const zeros = '0'.repeat(Math.max(0, -Number(exponent) - 1));
  return `${value < 0 ? '-' : ''}0.${zeros}${digits}`;
}

/** Order of strings by their UTF-8 bytes, as Go compares them: negative, zero or positive. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

/** Puts surrogates, which stand for code points above U+FFFF, after all other units. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
