import { EvaluationError } from '../../../model/failure.ts';
import { durationText, parseDuration } from '../../duration.ts';
import {
  addQuantity,
  divideQuantity,
  moduloQuantity,
  multiplyQuantity,
  parseQuantity,
  type Quantity,
  quantityFloat,
  quantityText,
  scalarQuantity,
  subtractQuantity,
} from '../../quantity.ts';
import type { Value } from '../value.ts';
import { functionError } from './errors.ts';

/** A number, a Kubernetes quantity, or a duration in nanoseconds. */
export type Operand =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'quantity'; readonly value: Quantity }
  | { readonly kind: 'duration'; readonly value: bigint };

/** Reads an operand: a text that is a quantity is no duration. Throws `invalid operand` for everything else. */
export function readOperand(name: string, value: Value): Operand {
  if (typeof value === 'number') return { kind: 'scalar', value };
  if (typeof value === 'string') {
    const quantity = parseQuantity(value);
    if (quantity !== undefined) return { kind: 'quantity', value: quantity };
    const duration = parseDuration(value);
    if (duration !== undefined) return { kind: 'duration', value: duration };
  }
  throw functionError(name, 'invalid operand');
}

const SECOND = 1_000_000_000n;

/** Sum of two operands of one kind. Throws `Types mismatch`. */
export function add(name: string, left: Operand, right: Operand): Value {
  if (left.kind === 'scalar' && right.kind === 'scalar') return left.value + right.value;
  if (left.kind === 'quantity' && right.kind === 'quantity') return quantityText(addQuantity(left.value, right.value));
  if (left.kind === 'duration' && right.kind === 'duration') return wrapped(left.value + right.value);
  throw mismatch(name);
}

/** Difference of two operands of one kind. Throws `Types mismatch`. */
export function subtract(name: string, left: Operand, right: Operand): Value {
  if (left.kind === 'scalar' && right.kind === 'scalar') return left.value - right.value;
  if (left.kind === 'quantity' && right.kind === 'quantity') {
    return quantityText(subtractQuantity(left.value, right.value));
  }
  if (left.kind === 'duration' && right.kind === 'duration') return wrapped(left.value - right.value);
  throw mismatch(name);
}

/** Product of a number and anything. Throws `Types mismatch`. */
export function multiply(name: string, left: Operand, right: Operand): Value {
  if (left.kind !== 'scalar' && right.kind === 'scalar') return multiply(name, right, left);
  if (left.kind !== 'scalar') throw mismatch(name);
  switch (right.kind) {
    case 'scalar':
      return left.value * right.value;
    case 'quantity':
      return quantityText(multiplyQuantity(right.value, scalar(left.value)));
    case 'duration':
      return fromSeconds(seconds(right.value) * left.value);
  }
}

/** Quotient: of two operands of one kind a number, by a number the kind of the left. */
export function divide(name: string, left: Operand, right: Operand): Value {
  if (right.kind === 'scalar') {
    if (right.value === 0) throw zeroDivisor(name);
    switch (left.kind) {
      case 'scalar':
        return left.value / right.value;
      case 'quantity':
        return quantityText(divideQuantity(left.value, scalar(right.value)));
      case 'duration':
        return fromSeconds(seconds(left.value) / right.value);
    }
  }
  if (left.kind === 'quantity' && right.kind === 'quantity') {
    const divisor = quantityFloat(right.value);
    if (divisor === 0) throw zeroDivisor(name);
    return quantityFloat(left.value) / divisor;
  }
  if (left.kind === 'duration' && right.kind === 'duration') {
    const divisor = seconds(right.value);
    if (divisor === 0) throw zeroDivisor(name);
    return seconds(left.value) / divisor;
  }
  throw mismatch(name);
}

/** Remainder with the sign of the dividend. */
export function modulo(name: string, left: Operand, right: Operand): Value {
  if (left.kind === 'scalar' && right.kind === 'scalar') {
    const [a, b] = [int64(left.value), int64(right.value)];
    if (a === undefined || b === undefined) throw fractions(name);
    if (b === 0n) throw zeroDivisor(name);
    return Number(a % b);
  }
  if (left.kind === 'quantity' && right.kind === 'quantity') {
    const remainder = moduloQuantity(left.value, right.value);
    if (remainder === 'fraction') throw fractions(name);
    if (remainder === 'zero') throw zeroDivisor(name);
    return quantityText(remainder);
  }
  if (left.kind === 'duration' && right.kind === 'duration') {
    if (right.value === 0n) throw zeroDivisor(name);
    return durationText(left.value % right.value);
  }
  throw mismatch(name);
}

function mismatch(name: string): EvaluationError {
  return functionError(name, 'Types mismatch');
}

function zeroDivisor(name: string): EvaluationError {
  return functionError(name, 'Zero divisor passed');
}

function fractions(name: string): EvaluationError {
  return functionError(name, 'Non-integer argument(s) passed for modulo');
}

function scalar(value: number): Quantity {
  const { quantity, error } = scalarQuantity(value);
  if (quantity === undefined) throw new EvaluationError(error);
  return quantity;
}

function wrapped(ns: bigint): string {
  return durationText(BigInt.asIntN(64, ns));
}

/** Go's `Duration.Seconds`. */
function seconds(ns: bigint): number {
  return Number(ns / SECOND) + Number(ns % SECOND) / 1e9;
}

function fromSeconds(value: number): string {
  const ns = Math.trunc(value * 1e9);
  // What amd64 makes of a float that fits no int64.
  return durationText(ns >= -(2 ** 63) && ns < 2 ** 63 ? BigInt(ns) : -(2n ** 63n));
}

function int64(value: number): bigint | undefined {
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63 ? BigInt(value) : undefined;
}
