import { asArray, asObject, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { isGiven, mutationOf, objectsIn, validationOf } from './rule.ts';

/** False when a pattern or patch asks for labels or annotations that are no texts. Upstream: `isLabelAndAnnotationsString`. */
export function hasTextLabels(rule: JsonObject): boolean {
  const validate = validationOf(rule);
  if (validate !== undefined) {
    const first = firstMap(validate['foreach'], (loop) => loop['pattern'], validate['pattern']);
    if (first !== undefined) return checkPattern(first);
    const anyPattern = isGiven(validate['foreach']) ? undefined : validate['anyPattern'];
    if (!(asArray(anyPattern) ?? []).filter(isObject).every(checkPattern)) return false;
  }
  const mutate = mutationOf(rule);
  if (mutate === undefined) return true;
  const merge = 'patchStrategicMerge';
  const first = firstMap(mutate['foreach'], (loop) => loop[merge], mutate[merge]);
  return first === undefined || checkPattern(first);
}

/** With a foreach only its first map counts, else the block's own. */
function firstMap(
  loops: Json | undefined,
  read: (loop: JsonObject) => Json | undefined,
  own: Json | undefined,
): JsonObject | undefined {
  return isGiven(loops) ? objectsIn(loops).map(read).find(isObject) : asObject(own);
}

/** Whichever of `metadata` and `spec` comes first decides alone. */
function checkPattern(pattern: JsonObject): boolean {
  for (const [key, value] of Object.entries(pattern)) {
    if (key === 'metadata' && isObject(value)) return checkMetadata(value);
    if (key === 'spec') return checkMetadata(asObject(asObject(asObject(value)?.['template'])?.['metadata']) ?? {});
  }
  return true;
}

function checkMetadata(metadata: JsonObject): boolean {
  return ['labels', 'annotations'].every((field) =>
    Object.values(asObject(metadata[field]) ?? {}).every((value) => typeof value === 'string'),
  );
}
