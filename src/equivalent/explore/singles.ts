import type { JsonObject } from '../../model/json.ts';
import type { DraftOperation } from '../draft.ts';
import type { Change, Where } from '../generate/change.ts';
import type { Field, Target } from '../generate/plan.ts';
import { EACH } from '../path.ts';
import { type Explorer, requestFor, type Terrain, withChanges } from './explorer.ts';

/** One change at a time, the values of rank `from` to `to` of every field: first the first value of each, and so on. */
export function* singleChanges(
  terrain: Terrain,
  target: Target,
  base: JsonObject,
  ranks: { readonly from: number; readonly to: number },
  operation: DraftOperation = 'CREATE',
): Explorer {
  const fields = target.fields.filter(({ root }) => root === 'object');
  for (let rank = ranks.from; rank < ranks.to; rank++) {
    for (const field of fields) {
      for (const change of changesOf(field, rank)) {
        yield requestFor(terrain, withChanges(target, base, [change]), operation);
      }
    }
  }
}

/** The changes of a field to one of its values: in each element of a list, and in one more element. */
export function changesOf({ path, options }: Field, rank: number): readonly Change[] {
  if (rank >= options.length) return [];
  const lists = path.filter((step) => step === EACH).length;
  const to = options[rank];
  if (to === null && path.at(-1) === EACH) return [];
  const places: readonly Where[] =
    lists === 0 ? ['each'] : lists === 1 ? ['each', 'added', 'first'] : ['each', 'added', 'inner', 'first'];
  // An element without anything is the list one shorter, which is tried by itself.
  return places
    .filter((where) => where === 'each' || to !== undefined || path.at(-1) !== EACH)
    .map((where) => ({ path, to, where }));
}
