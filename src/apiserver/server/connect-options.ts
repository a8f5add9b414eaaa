import { isArray, type Json, type JsonObject } from '../../model/json.ts';
import { findStruct, type ValueType } from '../schema/schema.ts';

/**
 * The options of a CONNECT as an object: what came as text, as in a query (`command=sh&stdin=true`), gets the type of
 * its field. Upstream: `Convert_Slice_string_To_bool` and the like in apimachinery `pkg/runtime/conversion.go`.
 */
export function typedOptions(type: string | undefined, options: JsonObject): JsonObject {
  const fields = type === undefined ? undefined : findStruct(type)?.fields;
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [key, typed(fields?.get(key)?.type, value)]));
}

function typed(type: ValueType | undefined, value: Json): Json {
  if (type?.kind === 'list') {
    const items = isArray(value) ? value : [value];
    return items.map((item) => typed(type.item, item));
  }
  if (typeof value !== 'string') return value;
  if (type?.kind === 'bool') return !['false', '0'].includes(value.toLowerCase());
  return (type?.kind === 'int32' || type?.kind === 'int64') && /^-?\d+$/.test(value) ? BigInt(value) : value;
}
