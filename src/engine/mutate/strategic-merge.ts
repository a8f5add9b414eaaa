import { EvaluationError } from '../../model/failure.ts';
import type { Json } from '../../model/json.ts';
import { processAnchors } from './anchors.ts';
import { failingAs } from './failing.ts';
import { mergeNodes } from './merge.ts';
import { isMissing, toJson, toNode } from './node.ts';

/**
 * Applies a strategic merge patch, its variables already replaced, to an object; a patch of which a condition fails
 * changes nothing. Throws `EvaluationError` with the text that follows `failed to patch resource: `.
 * Upstream: `ProcessStrategicMergePatch` in `pkg/engine/mutate/patch/strategicMergePatch.go`.
 */
export function applyStrategicMerge(object: Json, patch: Json): Json {
  const node = toNode(patch);
  const failed = failingAs('failed to preProcess rule', () => processAnchors(node, toNode(object)));
  const merged = mergeNodes({ dest: toNode(object), patch: failed === undefined ? node : toNode({}) }, undefined);
  if (merged === undefined) throw new EvaluationError('filter cannot create or delete objects');
  return isMissing(merged) ? {} : toJson(merged);
}
