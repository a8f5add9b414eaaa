import { isArray, isObject, type Json, type JsonObject, setKey } from '../model/json.ts';

const MANAGED_BY = 'app.kubernetes.io/managed-by';

/**
 * True when an object is what a test expects of it: every field of either side is on the other, lists in order, numbers
 * by value. Empty maps, empty lists, nulls and the labels of generated objects do not count.
 * Upstream: `cmd/cli/kubectl-kyverno/test/compare.go`, `resource/tidy.go`.
 */
export function sameManifest(actual: JsonObject, expected: JsonObject): boolean {
  return equalByValue(tidy(withoutBookkeeping(actual)) ?? {}, tidy(withoutBookkeeping(expected)) ?? {});
}

function withoutBookkeeping(object: JsonObject): JsonObject {
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  const labels: Record<string, Json> = {};
  for (const [key, value] of Object.entries(isObject(metadata['labels']) ? metadata['labels'] : {})) {
    if (!key.startsWith('generate.kyverno.io/')) setKey(labels, key, value);
  }
  if (labels[MANAGED_BY] === undefined || labels[MANAGED_BY] === '') labels[MANAGED_BY] = 'kyverno';
  return { ...object, metadata: { ...metadata, labels } };
}

/** Without nulls, empty maps and empty lists, at any depth; `undefined` when nothing is left. */
export function tidy(value: Json): Json | undefined {
  if (value === null) return undefined;
  if (isArray(value)) {
    const items = value.map(tidy).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (!isObject(value)) return value;
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(value)) {
    const item = tidy(value[key] as Json);
    if (item !== undefined) setKey(copy, key, item);
  }
  return Object.keys(copy).length === 0 ? undefined : copy;
}

/** Deep equality in which an integer equals a float of the same value. */
export function equalByValue(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a === 'bigint' || typeof b === 'bigint') {
    return (
      (typeof a === 'bigint' || typeof a === 'number') &&
      (typeof b === 'bigint' || typeof b === 'number') &&
      Number(a) === Number(b)
    );
  }
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((item, index) => equalByValue(item, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equalByValue(a[key], b[key]))
  );
}
