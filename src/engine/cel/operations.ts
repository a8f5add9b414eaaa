import { compareBytes as compareTexts } from '../../language/go-text.ts';
import { runeCount } from './text.ts';
import {
  CelDuration,
  CelError,
  CelMap,
  CelOpaque,
  CelOptional,
  CelSpecial,
  CelTimestamp,
  CelTypeValue,
  CelUint,
  type CelValue,
  entriesOf,
  entryKey,
  isList,
  isObjectValue,
} from './values.ts';

/** An operand has not the type that the operation needs. */
export const NO_OVERLOAD = new CelError('no such overload');

/**
 * Equality over all types: numbers are compared by value, values of different types are not equal.
 * Upstream: `Equal` of cel-go's values.
 */
export function isEqual(a: CelValue, b: CelValue): boolean {
  if (a === b) return !(typeof a === 'number' && Number.isNaN(a));
  switch (typeof a) {
    case 'string':
    case 'boolean':
      return false;
    case 'bigint':
    case 'number':
      return compareNumbers(a, b) === 0;
    default:
  }
  if (a === null || b === null) return false;
  if (a instanceof CelUint) return compareNumbers(a, b) === 0;
  if (isList(a)) return isList(b) && a.length === b.length && a.every((one, i) => isEqual(one, b[i] as CelValue));
  if (a instanceof Uint8Array) return b instanceof Uint8Array && compareBytes(a, b) === 0;
  if (a instanceof CelSpecial && !(a instanceof CelMap)) return isEqualSpecial(a, b);
  const entries = entriesOf(a);
  const others = entriesOf(b);
  if (entries === undefined || others === undefined || entries.length !== others.length) return false;
  return entries.every(([key, value]) => {
    const other = findInMap(b, key);
    return other !== undefined && isEqual(value, other);
  });
}

function isEqualSpecial(a: CelSpecial, b: CelValue): boolean {
  if (a instanceof CelDuration) return b instanceof CelDuration && a.ns === b.ns;
  if (a instanceof CelTimestamp) return b instanceof CelTimestamp && a.ns === b.ns;
  if (a instanceof CelTypeValue) return b instanceof CelTypeValue && a.name === b.name;
  if (a instanceof CelOptional) {
    if (!(b instanceof CelOptional)) return false;
    if (a.value === undefined || b.value === undefined) return a.value === b.value;
    return isEqual(a.value, b.value);
  }
  return a instanceof CelOpaque && b instanceof CelOpaque && a.typeName === b.typeName && a.equals?.(b.data) === true;
}

/** The value of a key; `undefined` when there is none. */
export function findInMap(map: CelValue, key: CelValue): CelValue | undefined {
  if (map instanceof CelMap) return map.entries.get(entryKey(key, map.entries))?.[1];
  if (typeof key !== 'string' || !isObjectValue(map)) return undefined;
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** -1, 0 or 1; `undefined` when the values cannot be ordered, NaN when one of them is. */
function compareNumbers(a: CelValue, b: CelValue): number | undefined {
  const one = a instanceof CelUint ? a.value : a;
  const other = b instanceof CelUint ? b.value : b;
  if (typeof one === 'bigint' && typeof other === 'bigint') return one < other ? -1 : one > other ? 1 : 0;
  const isNumber = (value: CelValue) => typeof value === 'bigint' || typeof value === 'number';
  if (!isNumber(one) || !isNumber(other)) return undefined;
  const left = Number(one);
  const right = Number(other);
  if (Number.isNaN(left) || Number.isNaN(right)) return Number.NaN;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Orders two values of one type, or numbers of any. Upstream: `traits.Comparer` of cel-go. */
export function compareValues(a: CelValue, b: CelValue): number | CelError {
  if (typeof a === 'string') return typeof b === 'string' ? Math.sign(compareTexts(a, b)) : NO_OVERLOAD;
  if (typeof a === 'boolean') return typeof b === 'boolean' ? Number(a) - Number(b) : NO_OVERLOAD;
  if (a instanceof CelDuration) return b instanceof CelDuration ? compareBigints(a.ns, b.ns) : NO_OVERLOAD;
  if (a instanceof CelTimestamp) return b instanceof CelTimestamp ? compareBigints(a.ns, b.ns) : NO_OVERLOAD;
  if (a instanceof Uint8Array) return b instanceof Uint8Array ? compareBytes(a, b) : NO_OVERLOAD;
  const order = compareNumbers(a, b);
  if (order === undefined) return NO_OVERLOAD;
  return Number.isNaN(order) ? new CelError('NaN values cannot be ordered') : order;
}

function compareBigints(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return Math.sign(a.length - b.length);
}

/** Number of characters, bytes, elements or entries; `undefined` for what has no size. */
export function sizeOf(value: CelValue): number | undefined {
  if (typeof value === 'string') return runeCount(value);
  if (isList(value) || value instanceof Uint8Array) return value.length;
  if (value instanceof CelMap) return value.entries.size;
  return isObjectValue(value) ? Object.keys(value).length : undefined;
}

/** True for what is empty, zero or false. Upstream: `traits.Zeroer` of cel-go. */
export function isZero(value: CelValue): boolean {
  if (value === null || value === false || value === '' || value === 0n || value === 0) return true;
  if (value instanceof CelUint) return value.value === 0n;
  if (value instanceof CelDuration) return value.ns === 0n;
  // Go's zero time is the first second of year 1.
  if (value instanceof CelTimestamp) return value.ns === -62135596800000000000n;
  return sizeOf(value) === 0;
}
