import type { Json } from '../../model/json.ts';
import { durationText, timestampText } from './convert.ts';
import {
  CelDuration,
  CelError,
  CelOptional,
  CelSpecial,
  CelTimestamp,
  CelUint,
  type CelValue,
  entriesOf,
  isList,
} from './values.ts';

/** A value as JSON; values that JSON does not have become texts, or an error. Upstream: `ConvertToNative` of cel-go. */
export function toJsonValue(value: CelValue): Json | CelError {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) {
    const parts = value.map(toJsonValue);
    return parts.find((part) => part instanceof CelError) ?? (parts as Json[]);
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  const entries = entriesOf(value);
  if (entries !== undefined) {
    const pairs = entries.map(([key, one]) => [keyText(key), toJsonValue(one)] as const);
    const bad = pairs.flat().find((part) => part instanceof CelError);
    return bad instanceof CelError ? bad : Object.fromEntries(pairs as (readonly [string, Json])[]);
  }
  if (value instanceof CelError) return value;
  if (value instanceof CelUint) return value.value;
  if (value instanceof CelDuration) return durationText(value.ns);
  if (value instanceof CelTimestamp) return timestampText(value);
  if (value instanceof CelOptional) {
    return value.value === undefined ? new CelError('optional.none() dereference') : toJsonValue(value.value);
  }
  const name = value instanceof CelSpecial ? value.typeName : 'value';
  return new CelError(`unsupported conversion of ${name} to JSON`);
}

function keyText(key: CelValue): string {
  return key instanceof CelUint ? String(key.value) : String(key);
}
