import type { JsonObject } from '../../model/json.ts';
import type { Change } from '../generate/change.ts';
import type { Field, Target } from '../generate/plan.ts';
import { startsWith } from '../path.ts';
import type { Answer } from '../tester.ts';
import { badCount, type Explorer, requestFor, type Terrain, withChanges } from './explorer.ts';

/** Rounds of improvement, each mends at least one rule. */
const MAX_ROUNDS = 60;
/** Values tried for one field. */
const MAX_OPTIONS = 4;

/**
 * Changes an object until as few rules as possible report something wrong: only what is in order otherwise shows what a
 * single rule says. Gives the best object, `undefined` when the first one is no valid request.
 */
export function* repair(terrain: Terrain, target: Target, start: JsonObject): Explorer<JsonObject | undefined> {
  let object = start;
  let answer = yield requestFor(terrain, object, 'CREATE');
  if (answer === undefined) return undefined;
  const hopeless = new Set<string>();
  for (let round = 0; round < MAX_ROUNDS && badCount(answer) > 0; round++) {
    const rules: readonly string[] = [...new Set([...answer.badOld, ...answer.badNew])];
    const rule = rules.find((one) => !hopeless.has(one));
    if (rule === undefined) break;
    const better: Better | undefined = yield* mend(terrain, target, object, answer, rule);
    if (better === undefined) hopeless.add(rule);
    else {
      object = better.object;
      answer = better.answer;
    }
  }
  return object;
}

interface Better {
  readonly object: JsonObject;
  readonly answer: Answer;
}

function* mend(
  terrain: Terrain,
  target: Target,
  object: JsonObject,
  before: Answer,
  rule: string,
): Explorer<Better | undefined> {
  const indexes = terrain.plan.rules.flatMap((name, index) => (name === rule ? [index] : []));
  const fields = target.fields.filter(
    (field) => field.root === 'object' && indexes.some((index) => field.rules.has(index)),
  );
  for (const changes of attempts(fields)) {
    const changed = withChanges(target, object, changes);
    const answer: Answer | undefined = yield requestFor(terrain, changed, 'CREATE');
    if (answer !== undefined && badCount(answer) < badCount(before)) return { object: changed, answer };
  }
  return undefined;
}

/** Ways to satisfy a rule: one field, or all its fields at once with the first, second … value of each. */
function attempts(fields: readonly Field[]): readonly (readonly Change[])[] {
  const leaves = fields.filter(
    ({ path }) => !fields.some((other) => other.path.length > path.length && startsWith(other.path, path)),
  );
  const own = leaves.filter(({ path }) => !path.includes('initContainers') && !path.includes('ephemeralContainers'));
  const singles = Array.from({ length: MAX_OPTIONS }, (_, i) =>
    own.flatMap(({ path, options }): readonly (readonly Change[])[] =>
      i < options.length ? [[{ path, to: options[i], where: 'each' }]] : [],
    ),
  ).flat();
  const together = Array.from({ length: MAX_OPTIONS }, (_, i) =>
    [own, leaves].map((list) =>
      list.map(({ path, options }): Change => {
        const values = options.filter((option) => option !== undefined && option !== null);
        return { path, to: values[i % Math.max(1, values.length)], where: 'each' };
      }),
    ),
  ).flat();
  return [...singles, ...together];
}
