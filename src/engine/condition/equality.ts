import { parseGoFloat, parseGoInt, toInt64 } from '../../language/go-text-numbers.ts';
import { compareQuantity, parseQuantity } from '../../language/quantity.ts';
import { wildcardMatch } from '../../language/wildcard.ts';
import { deepEqual, isArray, isObject, type Json } from '../../model/json.ts';
import { durationPair, floatSeconds } from './seconds.ts';

/** Operator `Equals`. A null key equals nothing. Upstream: `operator/equal.go`. */
export function equals(key: Json, value: Json): boolean {
  switch (typeof key) {
    case 'boolean':
      return key === value;
    case 'bigint':
      return equalsInt(key, value);
    case 'number':
      return equalsFloat(key, value);
    case 'string':
      return equalsText(key, value);
    default:
      if (isArray(key)) return isArray(value) && deepEqual(key, value);
      return key !== null && isObject(value) && deepEqual(key, value);
  }
}

/** Operator `NotEquals`: the opposite, save for a null key and an empty value. Upstream: `operator/notequal.go`. */
export function notEquals(key: Json, value: Json): boolean {
  if (key === null) return false;
  // Against an empty text upstream falls back to wildcards; a quantity never equals it either way.
  return !equals(key, value);
}

function equalsInt(key: bigint, value: Json): boolean {
  if (typeof value === 'bigint') return value === key;
  if (typeof value === 'number') return value === Math.trunc(value) && toInt64(value) === key;
  return typeof value === 'string' && parseGoInt(value) === key;
}

function equalsFloat(key: number, value: Json): boolean {
  if (typeof value === 'number') return value === key;
  if (typeof value === 'bigint') return key === Math.trunc(key) && toInt64(key) === value;
  return typeof value === 'string' && parseGoFloat(value) === key;
}

/** Durations first, then quantities, then the value as a wildcard over the key. */
function equalsText(key: string, value: Json): boolean {
  const durations = durationPair(key, value);
  if (durations !== undefined) return floatSeconds(durations.key) === floatSeconds(durations.value);
  if (typeof value !== 'string') return false;
  const keyQuantity = parseQuantity(key);
  if (keyQuantity === undefined) return wildcardMatch(value, key);
  const valueQuantity = parseQuantity(value);
  return valueQuantity !== undefined && compareQuantity(keyQuantity, valueQuantity) === 0;
}
