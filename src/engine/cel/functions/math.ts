import { intOf } from '../arithmetic.ts';
import { compareValues } from '../operations.ts';
import { CelError, CelUint, type CelValue } from '../values.ts';
import { doubleAt, intAt, listAt } from './arguments.ts';
import type { FunctionBody, FunctionTable } from './function.ts';

const WIDTH = 64n;

/** Mathematics, by overload. Upstream: `ext/math.go` of cel-go, `math` in `github.com/kyverno/sdk`. */
export const MATH_FUNCTIONS: FunctionTable = {
  ...extremes('math.@max', 'math_@max', -1),
  ...extremes('math.@min', 'math_@min', 1),
  math_abs_double: (args) => Math.abs(doubleAt(args, 0)),
  math_abs_int: (args) => {
    const value = intAt(args, 0);
    return value < 0n ? intOf(-value) : value;
  },
  math_abs_uint: ([value = null]) => value,
  math_ceil_double: (args) => Math.ceil(doubleAt(args, 0)),
  math_floor_double: (args) => Math.floor(doubleAt(args, 0)),
  math_trunc_double: (args) => Math.trunc(doubleAt(args, 0)),
  math_round_double: (args) => roundHalfAway(doubleAt(args, 0)),
  math_round_float_int: (args) => {
    const shift = 10 ** Number(intAt(args, 1));
    return roundHalfAway(doubleAt(args, 0) * shift) / shift;
  },
  math_isFinite_double: (args) => Number.isFinite(doubleAt(args, 0)),
  math_isInf_double: (args) => Math.abs(doubleAt(args, 0)) === Number.POSITIVE_INFINITY,
  math_isNaN_double: (args) => Number.isNaN(doubleAt(args, 0)),
  math_sign_double: (args) => Math.sign(doubleAt(args, 0)),
  math_sign_int: (args) => {
    const value = intAt(args, 0);
    return value > 0n ? 1n : value < 0n ? -1n : 0n;
  },
  math_sign_uint: (args) => new CelUint(uintAt(args, 0) === 0n ? 0n : 1n),
  math_sqrt_double: (args) => Math.sqrt(doubleAt(args, 0)),
  math_sqrt_int: (args) => Math.sqrt(Number(intAt(args, 0))),
  math_sqrt_uint: (args) => Math.sqrt(Number(uintAt(args, 0))),
  ...bits('math_bitAnd', (a, b) => a & b),
  ...bits('math_bitOr', (a, b) => a | b),
  ...bits('math_bitXor', (a, b) => a ^ b),
  math_bitNot_int_int: (args) => ~intAt(args, 0),
  math_bitNot_uint_uint: (args) => new CelUint(BigInt.asUintN(64, ~uintAt(args, 0))),
  math_bitShiftLeft_int_int: shift('Left', (args, by) => (by >= WIDTH ? 0n : BigInt.asIntN(64, intAt(args, 0) << by))),
  math_bitShiftLeft_uint_int: shift(
    'Left',
    (args, by) => new CelUint(by >= WIDTH ? 0n : BigInt.asUintN(64, uintAt(args, 0) << by)),
  ),
  math_bitShiftRight_int_int: shift('Right', (args, by) =>
    by >= WIDTH ? 0n : BigInt.asIntN(64, BigInt.asUintN(64, intAt(args, 0)) >> by),
  ),
  math_bitShiftRight_uint_int: shift('Right', (args, by) => new CelUint(by >= WIDTH ? 0n : uintAt(args, 0) >> by)),
};

function uintAt(args: readonly CelValue[], index: number): bigint {
  const value = args[index];
  return value instanceof CelUint ? value.value : intAt(args, index);
}

/** Go's math.Round. */
function roundHalfAway(value: number): number {
  const size = Math.abs(value);
  const whole = Math.trunc(size);
  return Math.sign(value) * (size - whole >= 0.5 ? whole + 1 : whole);
}

function bits(prefix: string, operation: (a: bigint, b: bigint) => bigint): FunctionTable {
  return {
    [`${prefix}_int_int`]: (args) => operation(intAt(args, 0), intAt(args, 1)),
    [`${prefix}_uint_uint`]: (args) => new CelUint(operation(uintAt(args, 0), uintAt(args, 1))),
  };
}

function shift(side: string, operation: (args: readonly CelValue[], by: bigint) => CelValue): FunctionBody {
  return (args) => {
    const by = intAt(args, 1);
    return by < 0n ? new CelError(`math.bitShift${side}() negative offset: ${by}`) : operation(args, by);
  };
}

/** The largest or smallest of numbers, given one by one or as a list. */
function extremes(fn: string, prefix: string, replaces: number): FunctionTable {
  const better = (best: CelValue, one: CelValue): CelValue => {
    const order = best instanceof CelError ? best : compareValues(best, one);
    if (order instanceof CelError) return order.message.includes(fn) ? order : new CelError(`${order.message}: ${fn}`);
    return order === replaces ? one : best;
  };
  const ofList: FunctionBody = (args) => {
    const [first, ...others] = listAt(args, 0);
    if (first === undefined) return new CelError(`${fn}(list) argument must not be empty`);
    return others.reduce(better, first);
  };
  const numbers = ['double', 'int', 'uint'];
  return Object.fromEntries(
    numbers.flatMap((one): [string, FunctionBody][] => [
      [`${prefix}_${one}`, ([value = null]) => value],
      [`${prefix}_list_${one}`, ofList],
      ...numbers.map((other): [string, FunctionBody] => [
        `${prefix}_${one}_${other}`,
        ([a = null, b = null]) => better(a, b),
      ]),
    ]),
  );
}
