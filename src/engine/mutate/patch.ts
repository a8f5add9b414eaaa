import { goJson } from '../../language/go-text.ts';
import { readYaml } from '../../language/jmespath/yaml.ts';
import { EvaluationError } from '../../model/failure.ts';
import { asString, isObject, type Json, type JsonObject, parseJson } from '../../model/json.ts';
import { failingAs } from './failing.ts';
import { decodeJsonPatch } from './json-operations.ts';
import { applyJsonPatch } from './json-patch.ts';
import { applyStrategicMerge } from './strategic-merge.ts';

/** The patches of a rule or foreach entry after their variables were replaced. */
export interface Patches {
  readonly strategicMerge: Json;
  readonly json6902: string;
}

/** What became of an object; `changed` is false when its JSON text is the same as before. */
export interface Patched {
  readonly changed: boolean;
  /** `null` for the missing object of a DELETE. */
  readonly object: JsonObject | null;
}

/**
 * Applies the one patch that is given, strategic merge before JSON patch. Throws `EvaluationError` with the whole message
 * of the rule.
 * Upstream: `Mutate` and `NewPatcher` in `pkg/engine/mutate/mutation.go`.
 */
export function applyPatches(object: JsonObject | null, { strategicMerge, json6902 }: Patches): Patched {
  if (strategicMerge === null && json6902 === '') throw new EvaluationError('empty mutate rule');
  const before = goJson(object);
  const after = failingAs('failed to patch resource', () =>
    strategicMerge === null ? jsonPatched(before, json6902) : goJson(applyStrategicMerge(object, strategicMerge)),
  );
  if (after === before) return { changed: false, object };
  return { changed: true, object: failingAs('failed to unmarshal patched resource', () => decodeObject(after)) };
}

function jsonPatched(text: string, patch: string): string {
  const json = patch.startsWith('[')
    ? patch
    : failingAs('failed to convert patchesJSON6902 to JSON', () => goJson(readYaml(patch)));
  const operations = failingAs('failed to decode patches', () => decodeJsonPatch(json));
  return applyJsonPatch(text, operations);
}

function decodeObject(text: string): JsonObject {
  const value = parseJson(text, 'int');
  if (value !== null && !isObject(value))
    throw new EvaluationError('json: cannot unmarshal array into Go value of type map[string]interface {}');
  if (value === null || (asString(value['kind']) ?? '') === '')
    throw new EvaluationError(`Object 'Kind' is missing in '${text}'`);
  return value;
}
