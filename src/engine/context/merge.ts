import { isObject, type Json, type JsonObject, setKey } from '../../model/json.ts';

/**
 * `source` merged into `target`: objects recursively, anything else replaces. Neither is changed.
 * Upstream: `mergeMaps` in `pkg/engine/context/utils.go`.
 */
export function merge(target: Json | undefined, source: Json): Json {
  if (!isObject(source) || !isObject(target)) return source;
  const result: Record<string, Json> = { ...target };
  for (const key of Object.keys(source)) {
    setKey(result, key, merge(Object.hasOwn(target, key) ? target[key] : undefined, source[key] ?? null));
  }
  return result;
}

/** `value` merged in at a path; what is not an object on the way is replaced by one. */
export function mergeAt(target: JsonObject, path: readonly string[], value: Json): JsonObject {
  return changeAt(target, path, (old) => merge(old, value));
}

/** `value` put at a path in place of what is there. */
export function replaceAt(target: JsonObject, path: readonly string[], value: Json): JsonObject {
  return changeAt(target, path, () => value);
}

function changeAt(
  target: Json | undefined,
  [key, ...rest]: readonly string[],
  change: (old: Json | undefined) => Json,
): JsonObject {
  const result: Record<string, Json> = isObject(target) ? { ...target } : {};
  if (key === undefined) return result;
  const old = Object.hasOwn(result, key) ? result[key] : undefined;
  setKey(result, key, rest.length === 0 ? change(old) : changeAt(old, rest, change));
  return result;
}
