import { asArray, type JsonObject, withNumbers } from '../model/json.ts';
import { compileConditions } from './validate/conditions.ts';
import type { Scope } from './variables/index.ts';

/**
 * Compiles conditions as exceptions and cleanup policies have them: all of `all` must hold, then one of `any` if there
 * are some. What is not needed is not evaluated. The test throws `EvaluationError` when a variable cannot be resolved.
 * Upstream: `CheckAnyAllConditions` in `pkg/utils/conditions`.
 */
export function compileAllThenAny(block: JsonObject, owner: string): (scope: Scope) => boolean {
  const { all, any } = withNumbers(block, 'float') as JsonObject;
  const place = { rule: '', at: [owner, 'conditions'] };
  const every = compileConditions({ all: all ?? [] }, place);
  const hasAny = (asArray(any) ?? []).length > 0;
  const some = compileConditions(hasAny ? { any: any ?? [] } : {}, place);
  return (scope) => every(scope).holds && some(scope).holds;
}
