import { compareBytes } from '../../language/go-text.ts';
import { asArray, asObject, isObject, type Json, type JsonObject } from '../../model/json.ts';

/**
 * Reading decoded objects as Go's structs read: an absent field is the zero value of its type. `key` is the field's
 * name in JSON; an object that is itself absent has only absent fields.
 */

/** A string field, `""` when absent. */
export function str(object: JsonObject | undefined, key: string): string {
  const value = object?.[key];
  return typeof value === 'string' ? value : '';
}

/** A string pointer, `undefined` when absent. */
export function optStr(object: JsonObject | undefined, key: string): string | undefined {
  const value = object?.[key];
  return typeof value === 'string' ? value : undefined;
}

/** A number field, `0n` when absent. */
export function int(object: JsonObject | undefined, key: string): bigint {
  return optInt(object, key) ?? 0n;
}

/** A pointer to a number, `undefined` when absent. */
export function optInt(object: JsonObject | undefined, key: string): bigint | undefined {
  const value = object?.[key];
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined;
}

/** A boolean field, `false` when absent. */
export function bool(object: JsonObject | undefined, key: string): boolean {
  return object?.[key] === true;
}

/** A pointer to a boolean, `undefined` when absent. */
export function optBool(object: JsonObject | undefined, key: string): boolean | undefined {
  const value = object?.[key];
  return typeof value === 'boolean' ? value : undefined;
}

/** A struct or a pointer to one, `undefined` when absent. */
export function obj(object: JsonObject | undefined, key: string): JsonObject | undefined {
  return asObject(object?.[key]);
}

/** A list of structs, empty when absent. */
export function objs(object: JsonObject | undefined, key: string): readonly JsonObject[] {
  return (asArray(object?.[key]) ?? NONE).map((item) => asObject(item) ?? {});
}

const NONE: readonly Json[] = [];

/** A list of strings, empty when absent. */
export function strs(object: JsonObject | undefined, key: string): readonly string[] {
  return (asArray(object?.[key]) ?? NONE).filter((item) => typeof item === 'string');
}

/** A list of numbers, empty when absent. */
export function ints(object: JsonObject | undefined, key: string): readonly bigint[] {
  return (asArray(object?.[key]) ?? NONE).flatMap((item) =>
    typeof item === 'bigint' ? [item] : typeof item === 'number' ? [BigInt(Math.trunc(item))] : [],
  );
}

/** Whether the field is there and not null: a pointer that is not nil. */
export function has(object: JsonObject | undefined, key: string): boolean {
  const value = object?.[key];
  return value !== undefined && value !== null;
}

/** How many items or entries a list or map has, 0 when absent. */
export function size(object: JsonObject | undefined, key: string): number {
  const value = object?.[key];
  return asArray(value)?.length ?? (isObject(value) ? Object.keys(value).length : 0);
}

/** The entries of a map of strings, by key. (Go walks maps in no fixed order.) */
export function entries(object: JsonObject | undefined, key: string): readonly (readonly [string, string])[] {
  return mapEntries(obj(object, key));
}

/** As `entries`, for the map itself. */
export function mapEntries(map: JsonObject | undefined): readonly (readonly [string, string])[] {
  if (map === undefined) return [];
  return keysOf(map).map((name) => [name, str(map, name)] as const);
}

/** The map's keys in byte order. */
export function keysOf(map: JsonObject | undefined): readonly string[] {
  return map === undefined ? [] : Object.keys(map).sort(compareBytes);
}

/** The number of bytes of a text in UTF-8: Go's `len`. */
export function byteLength(text: string): number {
  return text.length === 0 ? 0 : Buffer.byteLength(text);
}
