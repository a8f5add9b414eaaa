import { goTypeName, goValue } from '../../language/go-text.ts';
import { wildcardMatch } from '../../language/wildcard.ts';
import { EvaluationError } from '../../model/failure.ts';
import { isArray, type Json } from '../../model/json.ts';
import { listFromText } from './list-text.ts';
import { matchesEitherWay } from './membership.ts';

/**
 * Operators `In` and `NotIn` of old. Throws `EvaluationError` for a key list with anything but texts, where the real
 * engine crashes. Upstream: `operator/in.go`, `operator/notin.go`.
 */
export function isIn(key: Json, value: Json, negated: boolean): boolean {
  if (isArray(key)) return listIsIn(key.map(textOf), value, negated);
  if (key === null || typeof key === 'object') return false;
  const found = textIsIn(goValue(key), value);
  return found !== undefined && found !== negated;
}

function textOf(item: Json): string {
  if (typeof item === 'string') return item;
  const type = item === null ? 'nil' : goTypeName(item);
  throw new EvaluationError(`interface conversion: interface {} is ${type}, not string`);
}

/** `undefined`: the value is of a wrong type. */
function textIsIn(key: string, value: Json): boolean | undefined {
  if (isArray(value)) return value.some((item) => matchesEitherWay(key, goValue(item)));
  if (typeof value !== 'string') return undefined;
  if (wildcardMatch(value, key)) return true;
  const list = listFromText(value);
  return typeof list === 'string' ? undefined : list.includes(key);
}

function listIsIn(keys: readonly string[], value: Json, negated: boolean): boolean {
  if (isArray(value)) {
    return value.every((item) => typeof item === 'string') && keys.every((key) => value.includes(key)) !== negated;
  }
  if (typeof value !== 'string') return false;
  // The real engine answers true for both operators here.
  if (keys.length === 1 && keys[0] === value) return true;
  const list = listFromText(value);
  return typeof list !== 'string' && keys.every((key) => list.includes(key)) !== negated;
}
