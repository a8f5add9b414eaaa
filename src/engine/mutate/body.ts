import { asArray, asObject, asString, type JsonObject } from '../../model/json.ts';
import { compileFilledPatch } from './filled-patch.ts';
import { compileForeach } from './foreach.ts';
import type { Mutation } from './outcome.ts';

/**
 * Compiles what a mutate rule does to one object. A patched target is seen as `target` from then on.
 * Upstream: `Mutate` in `pkg/engine/mutate/mutation.go`, `mutateForEach` in `pkg/engine/handlers/mutation/common.go`.
 */
export function compileMutation(rule: JsonObject): Mutation {
  const mutate = asObject(rule['mutate']) ?? {};
  const entries = asArray(mutate['foreach']);
  if (entries !== undefined) return compileForeach(entries, asString(rule['name']) ?? '', ['mutate'], 0);
  const patch = compileFilledPatch(rule, 'mutate');
  if (asArray(mutate['targets']) === undefined) return patch;
  return (run, object) => {
    const outcome = patch(run, object);
    if (outcome.status === 'pass') run.context.set(['target'], outcome.object);
    return outcome;
  };
}
