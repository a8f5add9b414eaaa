import { type Json, type JsonArray, type JsonObject, setKey } from '../../src/model/json.ts';

/** A value that is wrong in one way. */
export interface Change {
  /** Where and how, e.g. `pattern/spec/=(hostNetwork): anchor dropped`. */
  readonly name: string;
  /** The wrong value; `undefined`: it is gone. */
  readonly value: Json | undefined;
}

/** The object with one key set to each of the changed values, or without it. */
export function* withinKey(object: JsonObject, key: string, changes: Iterable<Change>): Iterable<Change> {
  for (const { name, value } of changes) yield { name, value: withKey(object, key, value) };
}

/** The list with one item replaced by each of the changed values, or without it. */
export function* withinItem(list: JsonArray, index: number, changes: Iterable<Change>): Iterable<Change> {
  for (const { name, value } of changes) {
    yield { name, value: list.flatMap((item, i) => (i !== index ? [item] : value === undefined ? [] : [value])) };
  }
}

/** A copy with one key set, or removed; the other keys keep their order. */
export function withKey(object: JsonObject, key: string, value: Json | undefined): JsonObject {
  return withRenamed(object, key, key, value);
}

/** A copy with one key under another name, in its place. */
export function withRenamed(object: JsonObject, key: string, name: string, value: Json | undefined): JsonObject {
  const copy: Record<string, Json> = {};
  for (const [old, item] of Object.entries(object)) {
    if (old !== key) setKey(copy, old, item);
    else if (value !== undefined) setKey(copy, name, value);
  }
  if (!Object.hasOwn(object, key) && value !== undefined) setKey(copy, name, value);
  return copy;
}
