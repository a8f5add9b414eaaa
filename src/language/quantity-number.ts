import { EvaluationError } from '../model/failure.ts';
import { parseQuantityParts } from './quantity-shape.ts';

/**
 * Kubernetes quantities (`100m`, `1.5Gi`, `2e3`) as exact decimals.
 * Upstream: `k8s.io/apimachinery/pkg/api/resource`.
 */

/** How a quantity is written: with decimal suffixes, binary suffixes or exponents. */
export type QuantityFormat = 'decimal' | 'binary' | 'exponent';

/** The exact number `digits * 10^exponent`. Upstream keeps the same split, and float results depend on it. */
export interface Quantity {
  readonly digits: bigint;
  readonly exponent: number;
  readonly format: QuantityFormat;
  /** The text it was read from, where upstream prints that instead of a canonical one. */
  readonly text?: string;
}

/** The number, or the text of Go's error. */
export type ParsedQuantity =
  | { readonly quantity: Quantity; readonly error?: undefined }
  | { readonly error: string; readonly quantity?: undefined };

const FORMAT_ERROR = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const NUMERIC_ERROR = 'unable to parse numeric part of quantity';
const SUFFIX_ERROR = "unable to parse quantity's suffix";

const INT64_MAX = 2n ** 63n - 1n;
const NANO = -9;
/** Upstream expands powers of ten without bound; beyond this many zeros we keep the exponent instead. */
const EXPANSION_LIMIT = 4096;
const POWER_LIMIT = 100_000;

const SUFFIXES: ReadonlyMap<string, readonly [base: 2 | 10, exponent: number]> = new Map([
  ['', [10, 0]],
  ['n', [10, -9]],
  ['u', [10, -6]],
  ['m', [10, -3]],
  ['k', [10, 3]],
  ['M', [10, 6]],
  ['G', [10, 9]],
  ['T', [10, 12]],
  ['P', [10, 15]],
  ['E', [10, 18]],
  ['Ki', [2, 10]],
  ['Mi', [2, 20]],
  ['Gi', [2, 30]],
  ['Ti', [2, 40]],
  ['Pi', [2, 50]],
  ['Ei', [2, 60]],
]);

/** The quantity a text stands for, or `undefined` when it is none. Values below 1n are rounded away from zero. */
export function parseQuantity(text: string): Quantity | undefined {
  return couldBeQuantity(text) ? parseQuantityOrError(text).quantity : undefined;
}

/** A cheap test on the first and last character that rules out most other texts. */
function couldBeQuantity(text: string): boolean {
  if (text.length === 0) return false;
  const last = text.charCodeAt(text.length - 1);
  if (last >= 48 && last <= 57) {
    const first = text.charCodeAt(0);
    // Digits, sign, point, or a bare exponent such as e3.
    return (first >= 48 && first <= 57) || (first >= 43 && first <= 46) || first === 101 || first === 69;
  }
  return '.+-inumkMGTPE'.includes(text[text.length - 1] ?? ' ');
}

/** As `parseQuantity`, with Go's error text. */
export function parseQuantityOrError(text: string): ParsedQuantity {
  const parts = parseQuantityParts(text);
  if (parts === undefined) return { error: FORMAT_ERROR };
  const suffix = interpretSuffix(parts.suffix);
  if (suffix === undefined) return { error: SUFFIX_ERROR };
  const quantity = fastQuantity(text, parts, suffix) ?? exactQuantity(parts, suffix);
  return quantity === undefined ? { error: NUMERIC_ERROR } : { quantity };
}

interface Suffix {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}
type Parts = NonNullable<ReturnType<typeof parseQuantityParts>>;

function interpretSuffix(text: string): Suffix | undefined {
  const known = SUFFIXES.get(text);
  if (known !== undefined) return { base: known[0], exponent: known[1], format: known[0] === 2 ? 'binary' : 'decimal' };
  if (!/^[eE][-+]?\d+$/.test(text)) return undefined;
  const exponent = BigInt(text.slice(text[1] === '+' ? 2 : 1));
  if (exponent > INT64_MAX || exponent < -INT64_MAX - 1n) return undefined;
  return { base: 10, exponent: Number(BigInt.asIntN(32, exponent)), format: 'exponent' };
}

/** Upstream's int64 path: it alone keeps the text, and it alone reads a missing number as zero. */
function fastQuantity(text: string, parts: Parts, suffix: Suffix): Quantity | undefined {
  const { whole, fraction } = parts;
  let precision = 18 - whole.length - fraction.length;
  let exponent = suffix.exponent - fraction.length;
  let factor = 1n;
  if (suffix.base === 2) {
    if (fraction !== '') return undefined;
    precision = 14 - whole.length - Math.trunc((suffix.exponent * 3) / 10);
    factor = 1n << BigInt(suffix.exponent);
    exponent = 0;
  }
  if (precision < 0 || exponent < NANO) return undefined;
  const shifted = whole + fraction;
  const value = BigInt(shifted);
  const size = value * factor;
  if (size > INT64_MAX) return undefined;
  const digits = parts.negative ? -size : size;
  const canonical =
    suffix.base === 2 ? (value & 7n) !== 0n : exponent % 3 === 0 && !shifted.endsWith('000') && shifted[0] !== '0';
  const { format } = suffix;
  return canonical || text === '0' ? { digits, exponent, format, text } : { digits, exponent, format };
}

function exactQuantity(parts: Parts, suffix: Suffix): Quantity | undefined {
  if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(parts.value)) return undefined;
  const fraction = parts.fraction;
  let digits = BigInt(parts.whole + fraction);
  let exponent = -fraction.length;
  let { format } = suffix;
  if (suffix.base === 2) digits <<= BigInt(suffix.exponent);
  else exponent += suffix.exponent;
  if (digits !== 0n) [digits, exponent] = roundToNano(digits, exponent);
  if (format === 'binary') {
    if (compareScaled(digits, exponent, INT64_MAX, 0) > 0) [digits, exponent] = [INT64_MAX, 0];
    if (digits > 0n && compareScaled(digits, exponent, 1n, 0) < 0) format = 'decimal';
  }
  return { digits: parts.negative ? -digits : digits, exponent, format };
}

/** Brings a positive decimal to nine decimals, rounding up. */
function roundToNano(digits: bigint, exponent: number): readonly [bigint, number] {
  if (exponent >= NANO) {
    const shift = exponent - NANO;
    return shift > EXPANSION_LIMIT ? [digits, exponent] : [digits * 10n ** BigInt(shift), NANO];
  }
  const drop = NANO - exponent;
  if (drop > digits.toString().length) return [1n, NANO];
  const divisor = 10n ** BigInt(drop);
  return [(digits + divisor - 1n) / divisor, NANO];
}

/**
 * Ten to a power. Throws `EvaluationError` for powers no memory could hold, where upstream hangs or dies.
 */
export function tenTo(power: number): bigint {
  if (power > POWER_LIMIT) throw new EvaluationError(`quantity with an exponent of ${power} is too large`);
  return 10n ** BigInt(power);
}

/** Numeric order of two quantities, exact. */
export function compareQuantity(a: Quantity, b: Quantity): -1 | 0 | 1 {
  return compareScaled(a.digits, a.exponent, b.digits, b.exponent);
}

function compareScaled(a: bigint, aExponent: number, b: bigint, bExponent: number): -1 | 0 | 1 {
  if (aExponent === bExponent || a === 0n || b === 0n) return order(a, b);
  if (a < 0n !== b < 0n) return a < 0n ? -1 : 1;
  const sign = a < 0n ? -1 : 1;
  const aLength = (a < 0n ? -a : a).toString().length + aExponent;
  const bLength = (b < 0n ? -b : b).toString().length + bExponent;
  // Lengths of the whole parts decide first, so that aligning below stays within the digits at hand.
  if (aLength !== bLength) return aLength < bLength === sign > 0 ? -1 : 1;
  return aExponent > bExponent
    ? order(a * 10n ** BigInt(aExponent - bExponent), b)
    : order(a, b * 10n ** BigInt(bExponent - aExponent));
}

function order(a: bigint, b: bigint): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
