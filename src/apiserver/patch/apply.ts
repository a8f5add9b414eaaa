import { deepEqual, isArray, isObject, type Json, type JsonArray, type JsonObject, setKey } from '../../model/json.ts';
import { mutableCopy } from '../default/mutable.ts';
import { type Field, findStruct, type Struct, type ValueType } from '../schema/schema.ts';

/**
 * Merges a server-side apply configuration into a live object of a built-in type (`undefined`: custom resource), as
 * if nobody had applied before: fields are set, none is taken away. Associative lists merge by their keys.
 * Upstream: `sigs.k8s.io/structured-merge-diff`.
 */
export function applyConfiguration(type: string | undefined, live: JsonObject, applied: JsonObject): JsonObject {
  return mergeStruct(type === undefined ? undefined : findStruct(type), live, applied);
}

function mergeStruct(struct: Struct | undefined, live: JsonObject, applied: JsonObject): JsonObject {
  const out: Record<string, Json> = mutableCopy(live) as Record<string, Json>;
  for (const key of Object.keys(applied)) {
    const value = applied[key] ?? null;
    const before = Object.hasOwn(live, key) ? live[key] : undefined;
    setKey(out, key, mergeField(struct?.fields.get(key), before, value));
  }
  return out;
}

function mergeField(field: Field | undefined, before: Json | undefined, value: Json): Json {
  const type: ValueType | undefined = field?.type;
  if (isObject(value) && isObject(before) && field?.atomicMap !== true && type?.kind !== 'any') {
    const struct = type?.kind === 'struct' ? findStruct(type.name) : undefined;
    return mergeStruct(struct, before, value);
  }
  if (isArray(value) && isArray(before) && field?.listKeys !== undefined) {
    return mergeAssociative(field, before, value);
  }
  return mutableCopy(value);
}

function mergeAssociative(field: Field, before: JsonArray, value: JsonArray): Json {
  const keys = field.listKeys ?? [];
  const struct =
    field.type.kind === 'list' && field.type.item.kind === 'struct' ? findStruct(field.type.item.name) : undefined;
  const same = (a: Json, b: Json): boolean =>
    keys.length === 0 || !isObject(a) || !isObject(b)
      ? deepEqual(a, b)
      : keys.every((key) => deepEqual(a[key] ?? defaultKey(key), b[key] ?? defaultKey(key)));
  const out = before.map((item) => {
    const update = value.find((entry) => same(entry, item));
    return isObject(item) && isObject(update) ? mergeStruct(struct, item, update) : mutableCopy(item);
  });
  return [...out, ...value.filter((entry) => !before.some((item) => same(entry, item))).map(mutableCopy)];
}

/** Keys that have a default may be left out of a configuration. */
function defaultKey(key: string): Json | undefined {
  return key === 'protocol' ? 'TCP' : undefined;
}
