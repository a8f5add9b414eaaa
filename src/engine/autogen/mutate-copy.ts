import { asArray, asObject, type Json, type JsonObject, setKey } from '../../model/json.ts';

/**
 * The `mutate` block of a copy; `undefined` when the block is of a kind that gets none.
 * Upstream: `generateRule` in `pkg/autogen/v1/rule.go`.
 */
export function mutateCopy(mutate: JsonObject, key: 'template' | 'jobTemplate'): JsonObject | undefined {
  const wrap = (patch: Json): JsonObject => ({ spec: { [key]: patch } });
  const patch = mutate['patchStrategicMerge'];
  if (patch !== undefined && patch !== null) return { patchStrategicMerge: wrap(patch) };
  const foreach = asArray(mutate['foreach']) ?? [];
  if (foreach.length === 0) return undefined;
  return {
    foreach: foreach.map((entry) => {
      const source = asObject(entry) ?? {};
      const copy: Record<string, Json> = { patchStrategicMerge: wrap(source['patchStrategicMerge'] ?? null) };
      for (const field of ['list', 'context', 'preconditions']) {
        const value = source[field];
        if (value !== undefined) setKey(copy, field, value);
      }
      return copy;
    }),
  };
}
