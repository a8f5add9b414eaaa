import { parseDuration } from '../../language/duration.ts';
import { parseGoFloat } from '../../language/go-text-numbers.ts';
import { compareQuantity, parseQuantity } from '../../language/quantity.ts';
import { compareSemver, parseSemver } from '../../language/semver.ts';
import type { Json } from '../../model/json.ts';
import { durationPair, floatSeconds, wholeSeconds } from './seconds.ts';

/** Decides about two numbers, e.g. `a > b`; NaN makes every order false. */
export type Order = (a: number, b: number) => boolean;

/** `GreaterThan` and its kin: durations, quantities, floats, versions. Upstream: `operator/numeric.go`. */
export function ordered(key: Json, value: Json, holds: Order): boolean {
  if (typeof key === 'string') return orderedText(key, value, holds);
  return typeof key === 'number' || typeof key === 'bigint' ? orderedNumber(key, value, holds) : false;
}

function orderedText(key: string, value: Json, holds: Order): boolean {
  const durations = durationPair(key, value);
  if (durations !== undefined) return holds(floatSeconds(durations.key), floatSeconds(durations.value));
  const text = typeof value === 'string' ? value : undefined;
  const keyQuantity = text === undefined ? undefined : parseQuantity(key);
  const valueQuantity = keyQuantity === undefined ? undefined : parseQuantity(text ?? '');
  if (keyQuantity !== undefined && valueQuantity !== undefined) {
    return holds(compareQuantity(keyQuantity, valueQuantity), 0);
  }
  const number = parseGoFloat(key);
  if (number !== undefined) return orderedNumber(number, value, holds);
  const keyVersion = text === undefined ? undefined : parseSemver(key);
  const valueVersion = keyVersion === undefined ? undefined : parseSemver(text ?? '');
  return keyVersion !== undefined && valueVersion !== undefined && holds(compareSemver(keyVersion, valueVersion), 0);
}

function orderedNumber(key: number | bigint, value: Json, holds: Order): boolean {
  if (typeof value === 'number' || typeof value === 'bigint') return holds(Number(key), Number(value));
  if (typeof value !== 'string') return false;
  const durations = durationPair(key, value);
  if (durations !== undefined) return holds(floatSeconds(durations.key), floatSeconds(durations.value));
  const number = parseGoFloat(value);
  return number !== undefined && holds(Number(key), number);
}

/** `DurationGreaterThan` and its kin: duration texts and whole seconds. Upstream: `operator/duration.go`. */
export function orderedDurations(key: Json, value: Json, holds: Order): boolean {
  const keyNs = nanoseconds(key);
  const valueNs = keyNs === undefined ? undefined : nanoseconds(value);
  if (keyNs === undefined || valueNs === undefined) return false;
  return holds(keyNs < valueNs ? -1 : keyNs > valueNs ? 1 : 0, 0);
}

function nanoseconds(side: Json): bigint | undefined {
  return typeof side === 'string' ? parseDuration(side) : wholeSeconds(side);
}
