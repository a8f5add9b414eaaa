/** Numbers read from text as Go's `strconv` reads them. */

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** `strconv.ParseInt(text, 10, 64)`; `undefined` for anything else, out of range included. */
export function parseGoInt(text: string): bigint | undefined {
  if (!/^[-+]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return value >= INT64_MIN && value <= INT64_MAX ? value : undefined;
}

const DECIMAL = /^[-+]?(?:[\d_]+\.?[\d_]*|\.[\d_]+)(?:[eE][-+]?\d[\d_]*)?$/;
const HEX = /^([-+]?)0[xX]([\da-fA-F_]*)\.?([\da-fA-F_]*)[pP]([-+]?\d[\d_]*)$/;

/** `strconv.ParseFloat(text, 64)`; `undefined` for anything else, out of range included. */
export function parseGoFloat(text: string): number | undefined {
  const first = text.charCodeAt(0);
  // A sign, a point, a digit, or the first letter of inf and nan.
  const plausible = (first >= 43 && first <= 57) || first === 105 || first === 73 || first === 110 || first === 78;
  if (!plausible) return undefined;
  if (/^[-+]?inf(?:inity)?$/i.test(text)) {
    return first === 45 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (/^nan$/i.test(text)) return Number.NaN;
  const hex = HEX.exec(text);
  if (hex === null && !(DECIMAL.test(text) && /\d/.test(text))) return undefined;
  if (text.includes('_') && !underscoresFit(text, hex !== null)) return undefined;
  const bare = text.replaceAll('_', '');
  const value = hex === null ? Number(bare) : hexFloat(HEX.exec(bare));
  return Number.isFinite(value) ? value : undefined;
}

/** An underscore must stand between digits; the base prefix counts as a digit. */
function underscoresFit(text: string, hex: boolean): boolean {
  const digits = text.replace(/^[-+]/, '').replace(/^0[xX]/, '0');
  return hex ? !/(^|[^\da-fA-F])_|_([^\da-fA-F]|$)/.test(digits) : !/(^|\D)_|_(\D|$)/.test(digits);
}

function hexFloat(match: RegExpExecArray | null): number {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? [];
  if (whole + fraction === '') return Number.NaN;
  const size = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -size : size;
}

/** Go's conversion of a float64 to int64 on amd64: fraction cut off, out of range gives the smallest int64. */
export function toInt64(value: number): bigint {
  return value >= -(2 ** 63) && value < 2 ** 63 ? BigInt(Math.trunc(value)) : INT64_MIN;
}

/** `strings.TrimSpace`: white space as Unicode defines it (so U+0085 but not U+FEFF). */
export function goTrimSpace(text: string): string {
  return text.replace(/^[\p{White_Space}]+|[\p{White_Space}]+$/gu, '');
}
