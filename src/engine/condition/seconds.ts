import { parseDuration } from '../../language/duration.ts';
import { toInt64 } from '../../language/go-text-numbers.ts';
import type { Json } from '../../model/json.ts';

const SECOND = 1_000_000_000n;

/** Two sides of a comparison as durations, in nanoseconds. */
export interface DurationPair {
  readonly key: bigint;
  readonly value: bigint;
}

/**
 * Both sides as durations, when at least one is a duration text other than `0` and the other is one too or a number
 * of seconds. Upstream: `parseDuration` in `pkg/engine/variables/operator/operator.go`.
 */
export function durationPair(key: Json, value: Json): DurationPair | undefined {
  const keyText = durationOf(key);
  const valueText = durationOf(value);
  if (keyText === undefined && valueText === undefined) return undefined;
  const keyNs = keyText ?? wholeSeconds(key);
  const valueNs = valueText ?? wholeSeconds(value);
  return keyNs === undefined || valueNs === undefined ? undefined : { key: keyNs, value: valueNs };
}

function durationOf(side: Json): bigint | undefined {
  return typeof side === 'string' && side !== '0' ? parseDuration(side) : undefined;
}

/** A number as whole seconds, in nanoseconds; it wraps around like an int64. `undefined` for other values. */
export function wholeSeconds(side: Json): bigint | undefined {
  if (typeof side === 'number') return BigInt.asIntN(64, toInt64(side) * SECOND);
  return typeof side === 'bigint' ? BigInt.asIntN(64, side * SECOND) : undefined;
}

/** Go's `Duration.Seconds`: whole and fractional seconds added as floats. */
export function floatSeconds(ns: bigint): number {
  return Number(ns / SECOND) + Number(ns % SECOND) / 1e9;
}
