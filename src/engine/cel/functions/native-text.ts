import { opaqueText } from '../opaque-text.ts';
import {
  CelDuration,
  CelError,
  CelOpaque,
  CelOptional,
  CelTimestamp,
  CelTypeValue,
  CelUint,
  type CelValue,
  typeNameOf,
} from '../values.ts';

/** A value as Go's `string`, or cel-go's error. Upstream: `ConvertToNative` of its values. */
export function nativeText(value: CelValue): string | CelError {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || value instanceof CelUint) {
    return new CelError(`unsupported type conversion from '${typeNameOf(value)}' to string`);
  }
  if (value instanceof CelTypeValue) return new CelError("type conversion not supported for 'type'");
  if (value instanceof CelOptional) {
    return value.value === undefined ? new CelError('optional.none() dereference') : nativeText(value.value);
  }
  const text = value instanceof CelOpaque ? opaqueText(value) : undefined;
  return text ?? new CelError(`type conversion error from ${goName(value)} to 'string'`);
}

/** Each of cel-go's types names itself in its own way here. */
function goName(value: CelValue): string {
  if (typeof value === 'number') return 'Double';
  if (value instanceof Uint8Array) return 'Bytes';
  if (value instanceof CelDuration) return "'Duration'";
  if (value instanceof CelTimestamp) return "'Timestamp'";
  const name = typeNameOf(value);
  return name === 'bool' || name === 'list' || name === 'map'
    ? name
    : `'${name.replace(/^kubernetes\.NamedFormat$/, 'Format')}'`;
}
