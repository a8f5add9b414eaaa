import { goQuote } from '../../language/go-text.ts';
import { asObject, isArray, isObject, type Json, type JsonObject, setKey } from '../../model/json.ts';
import { type Decoded, decodeObject } from '../decode/decode.ts';
import { mutableCopy } from '../default/mutable.ts';
import type { CustomVersion } from './resource.ts';

/**
 * Decodes an object of a custom resource: metadata as for built-in kinds, fields that the schema does not know are
 * dropped, defaults are set. Upstream: apiextensions-apiserver `structural/pruning` and `structural/defaulting`.
 */
export function decodeCustom(version: CustomVersion, object: JsonObject): Decoded {
  const metadata = decodeObject('V1ObjectMeta', asObject(object['metadata']) ?? {});
  if (!metadata.ok) return metadata;
  const strict = metadata.strict.map((text) => text.replace('unknown field "', 'unknown field "metadata.'));
  const rest: Record<string, Json> = {};
  for (const key of Object.keys(object)) {
    if (key !== 'metadata') setKey(rest, key, mutableCopy(object[key] ?? null));
  }
  const schema = version.schema;
  const pruned =
    schema === undefined || version.preserveUnknownFields ? rest : prune(schema, rest, '', strict, ROOT_KEYS);
  if (schema !== undefined) applySchemaDefaults(schema, pruned);
  return { ok: true, object: { ...(pruned as JsonObject), metadata: metadata.object }, strict, empties: false };
}

const ROOT_KEYS = ['apiVersion', 'kind'] as const;
const EMBEDDED_KEYS = ['apiVersion', 'kind', 'metadata'] as const;

function prune(schema: JsonObject, value: Json, path: string, strict: string[], always: readonly string[]): Json {
  if (isArray(value)) {
    const items = asObject(schema['items']);
    return items === undefined
      ? value
      : value.map((item, i) => prune(items, item, `${path}[${i}]`, strict, embedded(items)));
  }
  if (!isObject(value)) return value;
  const properties = asObject(schema['properties']) ?? {};
  const additional = schema['additionalProperties'];
  const keepsAll = schema['x-kubernetes-preserve-unknown-fields'] === true || additional === true;
  const out: Record<string, Json> = {};
  for (const key of Object.keys(value)) {
    const child = Object.hasOwn(properties, key) ? asObject(properties[key]) : asObject(additional);
    const childPath = path === '' ? key : `${path}.${key}`;
    const item = value[key] ?? null;
    if (child !== undefined) setKey(out, key, prune(child, item, childPath, strict, embedded(child)));
    else if (keepsAll || always.includes(key)) setKey(out, key, item);
    else strict.push(`unknown field ${goQuote(childPath)}`);
  }
  return out;
}

function embedded(schema: JsonObject): readonly string[] {
  return schema['x-kubernetes-embedded-resource'] === true ? EMBEDDED_KEYS : [];
}

function applySchemaDefaults(schema: JsonObject, value: Json): void {
  if (isArray(value)) {
    const items = asObject(schema['items']);
    if (items !== undefined) for (const item of value) applySchemaDefaults(items, item);
    return;
  }
  if (!isObject(value)) return;
  const target = value as Record<string, Json>;
  const properties = asObject(schema['properties']) ?? {};
  for (const key of Object.keys(properties)) {
    const child = asObject(properties[key]) ?? {};
    const isNull = Object.hasOwn(target, key) && target[key] === null && child['nullable'] !== true;
    const missing = isNull || !Object.hasOwn(target, key);
    if (isNull && !Object.hasOwn(child, 'default')) delete target[key];
    if (missing && Object.hasOwn(child, 'default')) setKey(target, key, mutableCopy(child['default'] ?? null));
    const below = Object.hasOwn(target, key) ? target[key] : undefined;
    if (below !== undefined && below !== null) applySchemaDefaults(child, below);
  }
  const additional = asObject(schema['additionalProperties']);
  if (additional === undefined) return;
  for (const key of Object.keys(target)) {
    if (!Object.hasOwn(properties, key)) applySchemaDefaults(additional, target[key] ?? null);
  }
}

/** What storing an object of a custom resource and reading it again does to it: the stored version's schema counts. */
export function readBackCustom(version: CustomVersion, object: JsonObject): JsonObject {
  const { storageSchema } = version;
  if (storageSchema === undefined) return object;
  const decoded = decodeCustom({ ...version, schema: storageSchema }, object);
  return decoded.ok ? decoded.object : object;
}
