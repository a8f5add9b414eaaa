import { compareBytes } from '../language/go-text.ts';
import { asString, isArray, isObject, type Json, type JsonObject, setKey } from '../model/json.ts';
import { gvkOf, nameOf, namespaceOf } from '../model/resource.ts';
import { isClusterScoped } from './discovery.ts';

/** Keys whose null value becomes an empty map, at any depth. */
const emptyWhenNull = new Set(['annotations', 'labels', 'matchLabels', 'nodeSelector', 'data', 'stringData']);

/**
 * A resource as the command line holds it: null maps become `{}`, and a namespaced object without a namespace gets
 * `default`. `clusterKinds` are further cluster-scoped kinds as `group/Kind`.
 * Upstream: `cmd/cli/kubectl-kyverno/resource/resource.go`.
 */
export function normalizeResource(object: JsonObject, clusterKinds: ReadonlySet<string>): JsonObject {
  const cleaned = withoutNullMaps(object) as JsonObject;
  const { group, kind } = gvkOf(cleaned);
  if (namespaceOf(cleaned) !== '' || isClusterScoped(group, kind, clusterKinds)) return cleaned;
  const { metadata = {} } = cleaned;
  // What is there but no map stays as it is.
  return isObject(metadata) ? { ...cleaned, metadata: { ...metadata, namespace: 'default' } } : cleaned;
}

function withoutNullMaps(value: Json): Json {
  if (isArray(value)) return value.map(withoutNullMaps);
  if (!isObject(value)) return value;
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(value)) {
    const item = value[key] as Json;
    setKey(copy, key, item === null && emptyWhenNull.has(key) ? {} : withoutNullMaps(item));
  }
  return copy;
}

/** `apiVersion,Kind,namespace,name`: how a test addresses a resource. */
export function resourceKey(object: JsonObject): string {
  return [
    asString(object['apiVersion']) ?? '',
    asString(object['kind']) ?? '',
    namespaceOf(object),
    nameOf(object),
  ].join(',');
}

/** Drops later resources of the same group, kind, namespace and name. */
export function uniqueResources(objects: readonly JsonObject[]): {
  readonly kept: readonly JsonObject[];
  readonly dropped: readonly JsonObject[];
} {
  const seen = new Set<string>();
  const kept: JsonObject[] = [];
  const dropped: JsonObject[] = [];
  for (const object of objects) {
    const { group, kind } = gvkOf(object);
    const id = [group, kind, namespaceOf(object), nameOf(object)].join(',');
    (seen.has(id) ? dropped : kept).push(object);
    seen.add(id);
  }
  return { kept, dropped };
}

/** By namespace and name, as a list comes from the API server. */
export function inStorageOrder(a: JsonObject, b: JsonObject): number {
  return compareBytes(namespaceOf(a), namespaceOf(b)) || compareBytes(nameOf(a), nameOf(b));
}
