import {
  addQuantity,
  compareQuantity,
  parseQuantityOrError,
  type Quantity,
  quantityFloat,
  subtractQuantity,
} from '../../../language/quantity.ts';
import { CelError, CelOpaque, type CelValue } from '../values.ts';
import { dataAt, intAt, textAt } from './arguments.ts';
import type { FunctionTable } from './function.ts';

const INT_MAX = 2n ** 63n - 1n;

/** Quantities, by overload. Upstream: `quantity.go` in `k8s.io/apiserver/pkg/cel/library`. */
export const QUANTITY_FUNCTIONS: FunctionTable = {
  string_to_quantity: (args) => {
    const { quantity, error } = parseQuantityOrError(textAt(args, 0));
    return quantity === undefined ? new CelError(error) : quantityValue(quantity);
  },
  is_quantity_string: (args) => parseQuantityOrError(textAt(args, 0)).quantity !== undefined,
  quantity_sign: (args) => {
    const { digits } = dataAt<Quantity>(args, 0);
    return digits > 0n ? 1n : digits < 0n ? -1n : 0n;
  },
  quantity_is_greater_than: (args) => compareQuantity(dataAt(args, 0), dataAt(args, 1)) > 0,
  quantity_is_less_than: (args) => compareQuantity(dataAt(args, 0), dataAt(args, 1)) < 0,
  quantity_compare_to: (args) => BigInt(compareQuantity(dataAt(args, 0), dataAt(args, 1))),
  quantity_get_float: (args) => quantityFloat(dataAt(args, 0)),
  quantity_is_integer: (args) => int64Of(dataAt(args, 0)) !== undefined,
  quantity_get_int: (args) => int64Of(dataAt(args, 0)) ?? new CelError('cannot convert value to integer'),
  quantity_add: (args) => quantityValue(addQuantity(dataAt(args, 0), dataAt(args, 1))),
  quantity_add_int: (args) => quantityValue(addQuantity(dataAt(args, 0), wholeQuantity(intAt(args, 1)))),
  quantity_sub: (args) => quantityValue(subtractQuantity(dataAt(args, 0), dataAt(args, 1))),
  quantity_sub_int: (args) => quantityValue(subtractQuantity(dataAt(args, 0), wholeQuantity(intAt(args, 1)))),
};

function quantityValue(quantity: Quantity): CelValue {
  return new CelOpaque('kubernetes.Quantity', quantity, (other) => compareQuantity(quantity, other) === 0);
}

function wholeQuantity(digits: bigint): Quantity {
  return { digits, exponent: 0, format: 'exponent' };
}

/** The value as an int64; `undefined` for fractions and what is too large. Upstream: `Quantity.AsInt64`. */
function int64Of({ digits, exponent }: Quantity): bigint | undefined {
  const factor = 10n ** BigInt(Math.min(Math.abs(exponent), 100));
  if (exponent < 0) return digits % factor === 0n ? digits / factor : undefined;
  const value = digits * factor;
  return value > INT_MAX || value < -INT_MAX - 1n ? undefined : value;
}
