import { goValue } from '../../language/go-text.ts';
import { wildcardMatch } from '../../language/wildcard.ts';
import { isArray, type Json } from '../../model/json.ts';
import { isRange, matchScalar } from '../pattern/index.ts';
import { listFromText } from './list-text.ts';

/** Which of the four operators: some or all keys, and inside or outside. */
export type Membership = 'AnyIn' | 'AllIn' | 'AnyNotIn' | 'AllNotIn';

/**
 * Operators `AnyIn`, `AllIn`, `AnyNotIn`, `AllNotIn`. A value of a wrong type makes all four false.
 * Upstream: `operator/anyin.go`, `allin.go`, `anynotin.go`, `allnotin.go`.
 */
export function isMember(key: Json, value: Json, membership: Membership): boolean {
  if (isArray(key)) return listIsMember(key.map(goValue), value, membership);
  if (key === null || typeof key === 'object') return false;
  const inside = textIsMember(goValue(key), value);
  if (inside === undefined) return false;
  return membership === 'AnyIn' || membership === 'AllIn' ? inside : !inside;
}

/** True when either text, read as a wildcard, matches the other. */
export function matchesEitherWay(a: string, b: string): boolean {
  return wildcardMatch(b, a) || wildcardMatch(a, b);
}

/** Is one text among the values? `undefined`: the value is of a wrong type. */
function textIsMember(key: string, value: Json): boolean | undefined {
  if (isArray(value)) return value.some((item) => matchesEitherWay(key, goValue(item)));
  if (typeof value !== 'string') return undefined;
  if (wildcardMatch(value, key)) return true;
  if (isRange(value)) return matchScalar(value, key);
  const list = listFromText(value);
  if (list === 'not JSON') return value === key;
  return list === 'not texts' ? undefined : list.includes(key);
}

function listIsMember(keys: readonly string[], value: Json, membership: Membership): boolean {
  if (isArray(value)) return compareLists(keys, value.map(goValue), membership);
  if (typeof value === 'string') return listInText(keys, value, membership);
  const single = typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
  return single && (membership === 'AnyIn' || membership === 'AnyNotIn')
    ? compareLists(keys, [goValue(value)], membership)
    : false;
}

function listInText(keys: readonly string[], value: string, membership: Membership): boolean {
  if (keys.length === 1 && keys[0] === value) return membership === 'AnyIn' || membership === 'AllIn';
  if (isRange(value)) return compareRange(keys, value, membership);
  const list = listFromText(value);
  if (list === 'not texts') return false;
  return compareLists(keys, list === 'not JSON' ? [value] : list, membership);
}

function compareRange(keys: readonly string[], range: string, membership: Membership): boolean {
  const inside = (key: string): boolean => matchScalar(range, key);
  switch (membership) {
    case 'AnyIn':
      return keys.some(inside);
    case 'AllIn':
      return keys.every(inside);
    case 'AllNotIn':
      return !keys.some(inside);
    case 'AnyNotIn': {
      // Turned into the "outside" form at the first minus, even when that is a sign.
      const outside = range.replace('-', '!-');
      return keys.some((key) => matchScalar(outside, key));
    }
  }
}

function compareLists(keys: readonly string[], values: readonly string[], membership: Membership): boolean {
  const known = (key: string): boolean => values.some((value) => matchesEitherWay(key, value));
  switch (membership) {
    case 'AnyIn':
      return keys.some(known);
    case 'AllIn':
      return keys.every(known);
    case 'AnyNotIn':
      return !keys.every(known);
    case 'AllNotIn':
      return !keys.some(known);
  }
}
