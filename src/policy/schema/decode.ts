import { isObject, type Json, type JsonObject, setKey } from '../../model/json.ts';
import { CONDITION, FREE_CONDITIONS } from './match-shapes.ts';
import type { ObjectShape, Shape } from './shape.ts';
import { violations } from './violations.ts';

/**
 * The first free-form value that Go cannot read as what it should be: conditions that are neither a list nor
 * `any`/`all`, a nested foreach that is no list. The schema lets them through, Kyverno's own decoding does not.
 */
export function undecodable(
  value: Json,
  shape: Shape,
  path: readonly (string | number)[] = [],
): readonly (string | number)[] | undefined {
  if (value === null) return undefined;
  if (shape.type === 'any') {
    if (shape.printed === undefined) return undefined;
    const printed = shape.printed();
    const alternatives: readonly Shape[] = printed === FREE_CONDITIONS ? [printed, LIST_OF_CONDITIONS] : [printed];
    if (!alternatives.some((one) => violations(value, one).length === 0)) return path;
    return undecodable(value, printed, path);
  }
  if (shape.type === 'list' && Array.isArray(value)) {
    return firstOf(value.entries(), (item: Json, index) => undecodable(item, shape.of, [...path, index as number]));
  }
  if (shape.type !== 'object' || !isObject(value)) return undefined;
  return firstOf(Object.entries(value), (child, key) => {
    const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    return field === undefined ? undefined : undecodable(child, field.shape, [...path, key]);
  });
}

function firstOf<K, V, T>(entries: Iterable<[K, V]>, find: (value: V, key: K) => T | undefined): T | undefined {
  for (const [key, value] of entries) {
    const found = find(value, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * A copy in which the free-form parts are as Go holds them: names of fields in any letter case, without nulls and
 * unknown fields. Upstream: encoding/json in `api/kyverno/v1/wrappers.go`.
 */
export function asDecoded(value: JsonObject, shape: Shape): JsonObject {
  return walk(value, shape, false) as JsonObject;
}

function walk(value: Json, shape: Shape, isFree: boolean): Json {
  if (shape.type === 'any') {
    if (shape.printed === undefined) return value;
    const printed = shape.printed();
    return walk(value, printed === FREE_CONDITIONS && Array.isArray(value) ? LIST_OF_CONDITIONS : printed, true);
  }
  if (shape.type === 'list' && Array.isArray(value)) {
    return value.map((item: Json) => walk(item === null && isFree ? {} : item, shape.of, isFree));
  }
  if (shape.type !== 'object' || !isObject(value)) return value;
  const decoded: Record<string, Json> = {};
  for (const key of Object.keys(value)) {
    const child = value[key] as Json;
    const name = isFree ? fieldName(key, shape) : key;
    const field = name !== undefined && Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
    if (name === undefined || (isFree && child === null)) continue;
    setKey(decoded, name, field === undefined ? child : walk(child, field.shape, isFree));
  }
  return decoded;
}

const LIST_OF_CONDITIONS: Shape = { type: 'list', of: CONDITION };

function fieldName(key: string, { fields }: ObjectShape): string | undefined {
  if (Object.hasOwn(fields, key)) return key;
  return Object.keys(fields).find((name) => name.toLowerCase() === key.toLowerCase());
}
