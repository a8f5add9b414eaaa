import { formatFloatG } from './go-text.ts';
import { type ParsedQuantity, parseQuantityOrError, type Quantity, tenTo } from './quantity-number.ts';

/**
 * Arithmetic on quantities as the JMESPath functions `add`, `subtract`, `multiply`, `divide` and `modulo` do it.
 * Results have no `text`, so they print in canonical form, in the format of the left operand. All but the float throw
 * `EvaluationError` when aligning exponents would need more than 100,000 digits.
 * Upstream: `pkg/engine/jmespath/arithmetic.go` over `resource.Quantity` and `gopkg.in/inf.v0`.
 */

/** Exact sum; the format is the right one's when the left is zero. */
export function addQuantity(a: Quantity, b: Quantity): Quantity {
  const exponent = Math.min(a.exponent, b.exponent);
  const digits = atExponent(a, exponent) + atExponent(b, exponent);
  return { digits, exponent, format: a.digits === 0n ? b.format : a.format };
}

/** Exact difference; the format is the right one's when the left is zero. */
export function subtractQuantity(a: Quantity, b: Quantity): Quantity {
  return addQuantity(a, { ...b, digits: -b.digits });
}

/** A float operand as upstream reads it, by way of its text; an error for NaN and infinities. */
export function scalarQuantity(value: number): ParsedQuantity {
  return parseQuantityOrError(formatFloatG(value));
}

/** Exact product of a quantity and a scalar that `scalarQuantity` read. */
export function multiplyQuantity(a: Quantity, scalar: Quantity): Quantity {
  return { digits: a.digits * scalar.digits, exponent: a.exponent + scalar.exponent, format: a.format };
}

/**
 * Quotient of a quantity and a scalar (not zero), cut off at the larger number of decimals of the two: 10 / 3 is 3.
 * Throws `RangeError` when the scalar is zero.
 */
export function divideQuantity(a: Quantity, scalar: Quantity): Quantity {
  const exponent = Math.min(a.exponent, scalar.exponent);
  const shift = a.exponent - scalar.exponent - exponent;
  const [dividend, divisor] =
    shift >= 0 ? [a.digits * tenTo(shift), scalar.digits] : [a.digits, scalar.digits * tenTo(-shift)];
  return { digits: dividend / divisor, exponent, format: a.format };
}

/** Remainder with the sign of the dividend. `zero`: the divisor is zero; `fraction`: an operand is not whole. */
export function moduloQuantity(a: Quantity, b: Quantity): Quantity | 'zero' | 'fraction' {
  const left = wholeInt64(quantityFloat(a));
  const right = wholeInt64(quantityFloat(b));
  if (left === undefined || right === undefined) return 'fraction';
  return right === 0n ? 'zero' : { digits: left % right, exponent: 0, format: a.format };
}

/** The approximate float that upstream divides with (it may miss the nearest float). Upstream: AsApproximateFloat64. */
export function quantityFloat(quantity: Quantity): number {
  const base = Number(quantity.digits);
  return quantity.exponent === 0 ? base : base * powerOfTen(quantity.exponent);
}

/** The value rounded away from zero to a whole number. Upstream: `Quantity.Value`, without its int64 limit. */
export function quantityWhole(quantity: Quantity): bigint {
  const { digits, exponent } = quantity;
  if (exponent >= 0) return digits * tenTo(exponent);
  const divisor = tenTo(-exponent);
  const floor = digits / divisor;
  if (digits % divisor === 0n) return floor;
  return digits < 0n ? floor - 1n : floor + 1n;
}

function atExponent(quantity: Quantity, exponent: number): bigint {
  return quantity.digits === 0n ? 0n : quantity.digits * tenTo(quantity.exponent - exponent);
}

/** Go's `math.Pow10`, which multiplies or divides two table entries. */
function powerOfTen(n: number): number {
  if (n < -323) return 0;
  if (n > 308) return Number.POSITIVE_INFINITY;
  const size = Math.abs(n);
  const high = Number(`1e${size - (size % 32)}`);
  const low = Number(`1e${size % 32}`);
  return n >= 0 ? high * low : Number(`1e-${size - (size % 32)}`) / low;
}

function wholeInt64(value: number): bigint | undefined {
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63 ? BigInt(value) : undefined;
}
