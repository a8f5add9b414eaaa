import { isObject, type Json, type JsonObject, setKey } from '../../model/json.ts';
import type { Shape } from './shape.ts';

/**
 * A copy of the value as the API server stores it: null fields are gone unless free-form, and fields with a default
 * have it. Unknown fields stay. Upstream: apiextensions-apiserver structural defaulting.
 */
export function withDefaults(value: JsonObject, shape: Shape): JsonObject {
  return fill(value, shape) as JsonObject;
}

function fill(value: Json, shape: Shape): Json {
  if (shape.type === 'list' && Array.isArray(value)) return value.map((item: Json) => fill(item, shape.of));
  if (!isObject(value)) return value;
  if (shape.type === 'map') return fillFields(value, () => shape.of);
  if (shape.type !== 'object') return value;
  const filled = fillFields(value, (key) => (Object.hasOwn(shape.fields, key) ? shape.fields[key]?.shape : undefined));
  for (const [key, field] of Object.entries(shape.fields)) {
    const standard = 'default' in field.shape ? field.shape.default : undefined;
    if (standard !== undefined && !Object.hasOwn(filled, key)) filled[key] = standard;
  }
  return filled;
}

function fillFields(value: JsonObject, shapeOf: (key: string) => Shape | undefined): Record<string, Json> {
  const filled: Record<string, Json> = {};
  for (const key of Object.keys(value)) {
    const child = value[key] as Json;
    const shape = shapeOf(key);
    if (shape !== undefined && child === null) continue;
    setKey(filled, key, shape === undefined ? child : fill(child, shape));
  }
  return filled;
}
