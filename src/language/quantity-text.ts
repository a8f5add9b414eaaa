import { type Quantity, tenTo } from './quantity-number.ts';

const DECIMAL_SUFFIXES: ReadonlyMap<number, string> = new Map([
  [-9, 'n'],
  [-6, 'u'],
  [-3, 'm'],
  [0, ''],
  [3, 'k'],
  [6, 'M'],
  [9, 'G'],
  [12, 'T'],
  [15, 'P'],
  [18, 'E'],
]);
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/**
 * A quantity as Go prints it: the text it was read from where upstream kept that, else the canonical form. Exponents
 * that have no suffix lose it, as upstream. Upstream: `Quantity.String`.
 */
export function quantityText(quantity: Quantity): string {
  if (quantity.text !== undefined) return quantity.text;
  if (quantity.digits === 0n) return '0';
  if (quantity.format === 'binary') {
    const whole = wholeNumber(quantity);
    if (whole !== undefined && (whole >= 1024n || whole <= -1024n)) return binaryText(whole);
  }
  const [digits, exponent] = normalized(quantity.digits, quantity.exponent);
  if (quantity.format === 'exponent') return exponent === 0 ? `${digits}` : `${digits}e${exponent}`;
  return `${digits}${DECIMAL_SUFFIXES.get(exponent) ?? ''}`;
}

/** The quantity as a whole number, or `undefined` when it has a fraction. */
function wholeNumber(quantity: Quantity): bigint | undefined {
  const [digits, exponent] = withoutZeros(quantity.digits, quantity.exponent);
  return exponent < 0 ? undefined : digits * tenTo(exponent);
}

function binaryText(whole: bigint): string {
  let value = whole;
  let times = 0;
  while (value % 1024n === 0n) {
    value /= 1024n;
    times++;
  }
  return `${value}${BINARY_SUFFIXES[times] ?? ''}`;
}

/** Trailing zeros moved into an exponent that is a multiple of three. */
function normalized(digits: bigint, exponent: number): readonly [bigint, number] {
  const [bare, power] = withoutZeros(digits, exponent);
  const extra = ((power % 3) + 3) % 3;
  return [bare * tenTo(extra), power - extra];
}

function withoutZeros(digits: bigint, exponent: number): readonly [bigint, number] {
  let bare = digits;
  let power = exponent;
  while (bare !== 0n && bare % 10n === 0n) {
    bare /= 10n;
    power++;
  }
  return [bare, power];
}
