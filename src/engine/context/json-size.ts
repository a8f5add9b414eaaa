import { goJson } from '../../language/go-text.ts';
import { isArray, isObject, type Json } from '../../model/json.ts';

/** Bytes of a value as compact JSON text, without building the text of lists and objects. */
export function jsonSize(value: Json): number {
  if (value === null || value === true) return 4;
  if (value === false) return 5;
  if (typeof value === 'string') return stringSize(value);
  if (isArray(value)) return value.reduce((sum: number, item) => sum + jsonSize(item) + 1, value.length === 0 ? 2 : 1);
  if (!isObject(value)) return goJson(value).length;
  const keys = Object.keys(value);
  return keys.reduce((sum, key) => sum + stringSize(key) + jsonSize(value[key] ?? null) + 2, keys.length === 0 ? 2 : 1);
}

function stringSize(text: string): number {
  return /^[ !#-%'-;=?-[\]-~]*$/.test(text) ? text.length + 2 : Buffer.byteLength(goJson(text));
}
