import { goValue } from '../../language/go-text.ts';
import { deepEqual, isArray, isObject, type Json, type JsonArray, type JsonObject, setKey } from '../../model/json.ts';
import { mutableCopy } from '../default/mutable.ts';
import { type Field, findStruct, type Struct, type ValueType } from '../schema/schema.ts';
import { orderElements } from './element-order.ts';

/** Why a strategic merge patch is refused, and with which code. */
export class StrategicPatchError extends Error {
  override readonly name = 'StrategicPatchError';
  readonly code: 400 | 422 | 500;
  constructor(code: 400 | 422 | 500, message: string) {
    super(message);
    this.code = code;
  }
}

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const DELETE_FROM = '$deleteFromPrimitiveList/';
const ELEMENT_ORDER = '$setElementOrder/';

/**
 * Applies a strategic merge patch to an object of a built-in type, to a copy. Throws `StrategicPatchError`.
 * Upstream: apimachinery `pkg/util/strategicpatch/patch.go`.
 */
export function applyStrategicPatch(type: string, original: JsonObject, patch: JsonObject): JsonObject {
  return mergeObject(findStruct(type), original, patch);
}

function mergeObject(struct: Struct | undefined, original: JsonObject, patch: JsonObject): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive !== undefined) {
    if (directive === 'replace') return mutableCopy(without(patch, DIRECTIVE)) as JsonObject;
    if (directive === 'delete') return {};
    if (directive !== 'merge') throw new StrategicPatchError(500, `unknown patch type: ${String(directive)} in map`);
  }
  const out: Record<string, Json> = {};
  const retained = patch[RETAIN_KEYS];
  if (retained !== undefined && !isArray(retained)) {
    throw new StrategicPatchError(400, 'invalid patch format of retainKeys');
  }
  for (const key of Object.keys(original)) {
    if (retained === undefined || retained.includes(key)) setKey(out, key, mutableCopy(original[key] ?? null));
  }
  for (const key of Object.keys(patch)) {
    if (key === DIRECTIVE || key === RETAIN_KEYS) continue;
    const value = patch[key] ?? null;
    if (key.startsWith(DELETE_FROM)) {
      deletePrimitives(out, key.slice(DELETE_FROM.length), value);
      continue;
    }
    if (key.startsWith(ELEMENT_ORDER)) continue;
    if (value === null) {
      delete out[key];
      continue;
    }
    const before = Object.hasOwn(out, key) ? out[key] : undefined;
    setKey(out, key, mergeValue(struct?.fields.get(key), before, value));
  }
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(ELEMENT_ORDER)) continue;
    const list = key.slice(ELEMENT_ORDER.length);
    setOrder(struct, out, list, patch[key] ?? null, original[list]);
  }
  return out;
}

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

function structOfType(type: ValueType | undefined): Struct | undefined {
  return type?.kind === 'struct' ? findStruct(type.name) : undefined;
}

function mergeValue(field: Field | undefined, before: Json | undefined, value: Json): Json {
  if (isObject(value)) {
    if (field?.retainKeys === true && before === undefined && value[RETAIN_KEYS] === undefined)
      return clean(field.type, value);
    const item = field?.type.kind === 'map' ? structOfType(field.type.item) : undefined;
    if (field?.type.kind === 'map') return mergeMap(item, isObject(before) ? before : {}, value);
    return mergeObject(structOfType(field?.type), isObject(before) ? before : {}, value);
  }
  if (!isArray(value)) return value;
  if (field?.mergeKey === undefined || !isArray(before)) return cleanList(field, value, isArray(before) ? before : []);
  if (field.mergeKey === '' || field.type.kind !== 'list' || field.type.item.kind !== 'struct') {
    const merged = [...before, ...value.filter((item) => !before.some((known) => deepEqual(known, item)))];
    return orderElements(merged, value, before, '');
  }
  return mergeList(field, before, value);
}

function mergeMap(item: Struct | undefined, original: JsonObject, patch: JsonObject): JsonObject {
  if (patch[DIRECTIVE] !== undefined) return mergeObject(undefined, original, patch);
  const out: Record<string, Json> = { ...original };
  for (const key of Object.keys(patch)) {
    const value = patch[key] ?? null;
    if (value === null) delete out[key];
    else {
      const before = Object.hasOwn(original, key) ? original[key] : undefined;
      setKey(out, key, isObject(value) ? mergeObject(item, isObject(before) ? before : {}, value) : value);
    }
  }
  return out;
}

function clean(type: ValueType | undefined, value: JsonObject): JsonObject {
  return mergeObject(structOfType(type), {}, value);
}

/** A list that is taken as it is; only merging lists know directives. */
function cleanList(field: Field | undefined, value: JsonArray, before: JsonArray): Json {
  if (field?.mergeKey !== undefined && before.length > 0) return mergeList(field, before, value);
  const type = field?.type.kind === 'list' ? field.type.item : undefined;
  return value.map((item) => (isObject(item) && item[DIRECTIVE] === undefined ? clean(type, item) : mutableCopy(item)));
}

function mergeList(field: Field, before: JsonArray, patch: JsonArray): Json {
  const key = field.mergeKey ?? '';
  const struct = field.type.kind === 'list' ? structOfType(field.type.item) : undefined;
  const items = patch.filter(isObject);
  if (items.length < patch.length) throw new StrategicPatchError(500, 'expected an object in a list with a merge key');
  const plain = items.filter((item) => item[DIRECTIVE] === undefined);
  let out: Json[] = before.map(mutableCopy);
  for (const item of items) {
    const directive = item[DIRECTIVE];
    if (directive === undefined || directive === 'replace') continue;
    if (directive === 'merge') throw new StrategicPatchError(500, 'merging lists cannot yet be specified in the patch');
    if (directive !== 'delete') throw new StrategicPatchError(500, `unknown patch type: ${String(directive)}`);
    const id = idOf(item, key);
    out = out.filter((entry) => !isObject(entry) || !deepEqual(entry[key], id));
  }
  if (items.some((item) => item[DIRECTIVE] === 'replace')) return plain.map(mutableCopy);
  const live = [...out];
  for (const item of plain) {
    const id = idOf(item, key);
    const at = out.findIndex((known) => isObject(known) && deepEqual(known[key], id));
    const known = out[at];
    if (at >= 0 && isObject(known)) out[at] = mergeObject(struct, known, item);
    else out.push(mergeObject(struct, {}, item));
  }
  return orderElements(out, plain, live, key);
}

function idOf(item: JsonObject, key: string): Json {
  const id = item[key];
  if (id !== undefined) return id;
  throw new StrategicPatchError(500, `map: ${goValue(item)} does not contain declared merge key: ${key}`);
}

function deletePrimitives(out: Record<string, Json>, key: string, value: Json): void {
  const before = out[key];
  if (!isArray(value)) throw new StrategicPatchError(400, 'invalid patch format of primitive list');
  if (isArray(before)) out[key] = before.filter((item) => !value.some((gone) => deepEqual(gone, item)));
}

function setOrder(
  struct: Struct | undefined,
  out: Record<string, Json>,
  key: string,
  order: Json,
  server: Json | undefined,
): void {
  if (!isArray(order)) throw new StrategicPatchError(400, 'invalid patch format of setElementOrder list');
  const list = out[key];
  const mergeKey = struct?.fields.get(key)?.mergeKey;
  if (!isArray(list) || mergeKey === undefined) return;
  out[key] = orderElements(list, order, isArray(server) ? server : [], mergeKey);
}
