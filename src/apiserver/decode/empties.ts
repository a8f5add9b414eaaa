import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Mutable } from '../default/mutable.ts';
import { type Field, structOf, type ValueType } from '../schema/schema.ts';

/** An empty list or map that a client gave and that is not written, e.g. at `['metadata', 'labels']`. */
export interface Empty {
  readonly path: readonly (string | number)[];
  readonly isList: boolean;
}

/**
 * Takes the empty lists and maps that Go would leave out of the JSON of a built-in type, in place, and says where they
 * were: the Go value still has them when it is validated, also after it was shown to webhooks.
 * Upstream: `omitempty` of `encoding/json`.
 */
export function takeEmpties(type: string, object: JsonObject): readonly Empty[] {
  const found: Empty[] = [];
  walkStruct(type, object as Mutable, [], found);
  return found;
}

function walkStruct(type: string, target: Mutable, path: Empty['path'], found: Empty[]): void {
  const { fields } = structOf(type);
  for (const key of Object.keys(target)) {
    const field = fields.get(key);
    const value = target[key];
    if (field === undefined || typeof value !== 'object' || value === null) continue;
    if (isOmitted(field, value)) {
      found.push({ path: [...path, key], isList: isArray(value) });
      delete target[key];
    } else walkValue(field.type, value, [...path, key], found);
  }
}

function isOmitted({ type, always, pointer }: Field, value: Json & object): boolean {
  return (type.kind === 'list' || type.kind === 'map') && !always && !pointer && Object.keys(value).length === 0;
}

function walkValue(type: ValueType, value: Json, path: Empty['path'], found: Empty[]): void {
  if (type.kind === 'struct') {
    if (isObject(value)) walkStruct(type.name, value as Mutable, path, found);
  } else if (type.kind === 'list' && isArray(value)) {
    for (const [i, item] of value.entries()) walkValue(type.item, item, [...path, i], found);
  } else if (type.kind === 'map' && isObject(value)) {
    for (const [key, item] of Object.entries(value)) walkValue(type.item, item, [...path, key], found);
  }
}

/** The object with the empty lists and maps back where nothing else stands by now. Copies what it changes. */
export function withEmpties(object: JsonObject, empties: readonly Empty[]): JsonObject {
  return empties.reduce((at, { path, isList }) => put(at, path, isList ? [] : {}) as JsonObject, object);
}

function put(at: Json | undefined, [key, ...rest]: Empty['path'], empty: Json): Json | undefined {
  if (key === undefined) return at ?? empty;
  if (typeof at !== 'object' || at === null) return at;
  const below = isArray(at) ? at[Number(key)] : at[key];
  const made = put(below, rest, empty);
  if (made === below || made === undefined) return at;
  return isArray(at) ? at.map((item, i) => (i === key ? made : item)) : { ...at, [key]: made };
}
