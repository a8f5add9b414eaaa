import { asString, getPath, isObject, type JsonObject } from '../../model/json.ts';

/** Labels or annotations. */
export type StringMap = Readonly<Record<string, string>>;

const NONE: StringMap = {};

/**
 * `metadata.labels` or `metadata.annotations`; null values are empty strings, and a single value of another type makes
 * the whole map invisible.
 * Upstream: `GetLabels` of `k8s.io/apimachinery` unstructured.
 */
export function stringMapOf(object: JsonObject, field: 'labels' | 'annotations'): StringMap {
  const map = getPath(object, 'metadata', field);
  if (!isObject(map)) return NONE;
  const result: Record<string, string> = {};
  for (const key of Object.keys(map)) {
    const value = map[key];
    if (typeof value !== 'string' && value !== null) return NONE;
    result[key] = value ?? '';
  }
  return result;
}

/** The name that rules are matched against: `metadata.name`, else `generateName`. */
export function matchableName(object: JsonObject): string {
  return asString(getPath(object, 'metadata', 'name')) || (asString(getPath(object, 'metadata', 'generateName')) ?? '');
}
