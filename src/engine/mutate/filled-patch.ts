import { EvaluationError } from '../../model/failure.ts';
import { asObject, type Json, type JsonObject, withNumbers } from '../../model/json.ts';
import { compileTemplate, type Scope } from '../variables/index.ts';
import { failingAs } from './failing.ts';
import { failing, type Mutation } from './outcome.ts';
import { applyPatches, type Patches } from './patch.ts';

/**
 * Compiles the patches in a document of which all variables are replaced first, also those that are not in a patch.
 * `path` leads to what holds the patches; their numbers are floats.
 * Upstream: `Mutate`, `ForEach` in `pkg/engine/mutate/mutation.go`.
 */
export function compileFilledPatch(document: JsonObject, ...path: readonly string[]): Mutation {
  const template = compileTemplate(withNumbers(document, 'float'));
  const read = (filled: Json): Patches =>
    readPatches(path.reduce<Json>((at, key) => asObject(at)?.[key] ?? {}, filled));
  const fillIn = (scope: Scope) => failingAs('variable substitution failed', () => read(template.render(scope)));
  const { constant } = template;
  return ({ context }, object) =>
    failing('', () => {
      const patches = constant === undefined ? fillIn(context) : read(constant.value);
      const { changed, object: patched } = applyPatches(object, patches);
      return changed
        ? { status: 'pass', object: patched, message: 'resource patched' }
        : { status: 'skip', object, message: 'no patches applied' };
    });
}

function readPatches(holder: Json): Patches {
  const { patchStrategicMerge = null, patchesJson6902 } = asObject(holder) ?? {};
  const json6902 = patchesJson6902 ?? '';
  if (typeof json6902 === 'string') return { strategicMerge: patchStrategicMerge, json6902 };
  const problem = 'json: cannot unmarshal value into Go struct field Mutation.mutate.patchesJson6902 of type string';
  throw new EvaluationError(problem);
}
