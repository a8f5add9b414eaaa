import { EvaluationError } from '../../../model/failure.ts';
import { formatFloatG } from '../../go-text.ts';
import type { Value } from '../value.ts';
import { isList } from '../value.ts';
import { define, type QueryFunction } from './define.ts';
import { functionError } from './errors.ts';
import { add, divide, modulo, multiply, type Operand, readOperand, subtract } from './operand.ts';

/** Kyverno's arithmetic. Upstream: kyverno pkg/engine/jmespath/arithmetic.go and functions.go. */
export const arithmeticFunctions: readonly QueryFunction[] = [
  binary('add', 'does arithmetic addition of two specified values of numbers, quantities, and durations', add),
  define(
    'sum',
    ['array'],
    'any',
    'does arithmetic addition of specified array of values of numbers, quantities, and durations',
    ([list]) => {
      if (!isList(list)) throw functionError('sum', 'Types mismatch');
      const [first, ...others] = list;
      if (first === undefined) throw functionError('sum', 'at least one element in the array is required');
      return others.reduce<Value>(
        (total, item) => add('sum', readOperand('sum', total), readOperand('sum', item)),
        first,
      );
    },
  ),
  binary(
    'subtract',
    'does arithmetic subtraction of two specified values of numbers, quantities, and durations',
    subtract,
  ),
  binary(
    'multiply',
    'does arithmetic multiplication of two specified values of numbers, quantities, and durations',
    multiply,
  ),
  binary('divide', 'divisor must be non zero', divide),
  binary('modulo', 'divisor must be non-zero, arguments must be integers', modulo),
  define('round', ['number', 'number'], 'number', 'does roundoff to upto the given decimal places', ([n, digits]) =>
    round(n, digits),
  ),
];

function binary(
  name: string,
  note: string,
  apply: (name: string, left: Operand, right: Operand) => Value,
): QueryFunction {
  return define(name, ['any', 'any'], 'any', note, ([left, right]) =>
    apply(name, readOperand(name, left), readOperand(name, right)),
  );
}

/** Half away from zero, after scaling in floats. */
function round(value: number, digits: number): number {
  if (!Number.isInteger(digits) || digits >= 2 ** 63 || digits < -(2 ** 63)) {
    throw functionError('round', 'Non-integer argument(s) passed for round off');
  }
  if (digits < 0) {
    // Upstream formats this text with two numbers missing.
    throw functionError('round', '%!d(MISSING) argument is out of bounds (%!d(MISSING))');
  }
  const shift = powerOfTen(digits);
  const scaled = value * shift;
  const rounded = Math.sign(scaled) * Math.round(Math.abs(scaled));
  return rounded / shift;
}

/** Go's `math.Pow(10, n)`, which from 1e23 on may miss the nearest float. */
function powerOfTen(n: number): number {
  if (n > 308) return Number.POSITIVE_INFINITY;
  let [result, resultExponent, base, baseExponent] = [1, 0, 0.625, 4];
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      result *= base;
      resultExponent += baseExponent;
    }
    base *= base;
    baseExponent *= 2;
    if (base < 0.5) {
      base += base;
      baseExponent--;
    }
  }
  // The exponent of 1e308 itself is too big for a float, not so that of half of it.
  return result * 2 ** (resultExponent - 1) * 2;
}

/**
 * A float that must be a whole number, as an index of a list.
 * Throws `EvaluationError` with upstream's text. Upstream: kyverno pkg/engine/jmespath/utils.go, intNumber.
 */
export function wholeNumber(value: number): number {
  if (!Number.isInteger(value)) {
    throw new EvaluationError(`expected an integer number but got: ${formatFloatG(value)}`);
  }
  if (value >= 2 ** 63 || value < -(2 ** 63)) {
    throw new EvaluationError(`number is outside the range of integer numbers: ${formatFloatG(value)}`);
  }
  return value;
}
