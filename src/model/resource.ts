import { asObject, asString, getPath, isObject, type JsonObject } from './json.ts';

/** Group, version and kind; the group of core kinds is `""`. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Group, version and plural resource name, e.g. `apps`, `v1`, `deployments`. */
export interface GroupVersionResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** Splits an `apiVersion` such as `apps/v1` or `v1`. */
export function parseApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** The group, version and kind an object says it has; empty strings where it says nothing. */
export function gvkOf(object: JsonObject): GroupVersionKind {
  return { ...parseApiVersion(asString(object['apiVersion']) ?? ''), kind: asString(object['kind']) ?? '' };
}

/** `metadata.name`, or `""`. */
export function nameOf(object: JsonObject): string {
  return asString(getPath(object, 'metadata', 'name')) ?? '';
}

/** `metadata.namespace`, or `""`. */
export function namespaceOf(object: JsonObject): string {
  return asString(getPath(object, 'metadata', 'namespace')) ?? '';
}

/** The string entries of `metadata.labels`. */
export function labelsOf(object: JsonObject): Readonly<Record<string, string>> {
  return stringMap(object, 'labels');
}

/** The string entries of `metadata.annotations`. */
export function annotationsOf(object: JsonObject): Readonly<Record<string, string>> {
  return stringMap(object, 'annotations');
}

function stringMap(object: JsonObject, field: string): Readonly<Record<string, string>> {
  const map = asObject(getPath(object, 'metadata', field)) ?? {};
  return Object.fromEntries(
    Object.entries(map).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

const NONE: Readonly<Record<string, string>> = {};

/**
 * `metadata.labels` or `metadata.annotations` of an object that nobody decoded: null values are empty strings, and a
 * single value of another type makes the whole map invisible.
 * Upstream: `GetLabels` of `k8s.io/apimachinery` unstructured.
 */
export function stringMapOf(object: JsonObject, field: 'labels' | 'annotations'): Readonly<Record<string, string>> {
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
