import { asObject, isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { isGiven, text } from './rule.ts';

/** Kyverno's words for a rule without a kind that looks beyond `metadata`. */
export const METADATA_ONLY =
  'policy can only deal with the metadata field of the resource if the rule does not match any kind';

/** True when patterns and patches of a rule name nothing but `metadata`. Upstream: `ruleOnlyDealsWithResourceMetaData`. */
export function dealsWithMetadataOnly(rule: JsonObject): boolean {
  const mutate = asObject(rule['mutate']);
  if (!onlyMetadata(mutate?.['patchStrategicMerge'])) return false;
  if (!jsonPaths(text(mutate, 'patchesJson6902')).every((path) => path.startsWith('/metadata'))) return false;
  const validate = asObject(rule['validate']);
  if (!onlyMetadata(validate?.['pattern'])) return false;
  const anyPattern = validate?.['anyPattern'];
  if (!isGiven(anyPattern)) return true;
  return isArray(anyPattern) && anyPattern.every(onlyMetadata);
}

function onlyMetadata(value: Json | undefined): boolean {
  return !isObject(value) || Object.keys(value).every((key) => key === 'metadata');
}

/** Upstream reads the patch as JSON here: one in YAML has no paths. */
function jsonPaths(patch: string): readonly string[] {
  try {
    const operations = JSON.parse(patch) as Json;
    return isArray(operations) ? operations.filter(isObject).map((operation) => text(operation, 'path')) : [];
  } catch {
    return [];
  }
}
