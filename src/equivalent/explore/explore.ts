import type { JsonObject } from '../../model/json.ts';
import type { Target } from '../generate/plan.ts';
import { podTemplateOf } from '../generate/type-at.ts';
import { aroundBreaker, type Breaker, inController } from './around.ts';
import { badCount, type Explorer, requestFor, type Terrain } from './explorer.ts';
import { oldAndNew, pairsOfRules } from './pairs.ts';
import { repair } from './repair.ts';
import { singleChanges } from './singles.ts';

/** Breakers of one rule that are asked in other ways. */
const BREAKERS_PER_RULE = 2;
const FIRST_RANKS = 4;
const SECOND_RANKS = 14;
const LAST_RANK = 200;

/**
 * All requests, the most telling first: what the user gave, the smallest objects, objects in order, those with one field
 * changed, the same asked in other ways, two fields of a rule. Afterwards `randomChanges` goes on.
 */
export function* explore(terrain: Terrain): Explorer {
  const { targets } = terrain.plan;
  for (const target of targets) yield* plainRequests(terrain, target);
  const controllers = targets.filter((target) => isController(target));
  const main = targets.filter((target) => !isController(target));
  for (const target of main) yield* findBases(terrain, target);
  const [pod] = main.filter(({ resource }) => resource.gvk.kind === 'Pod');
  for (const target of controllers) {
    const bases = pod === undefined ? [] : (terrain.bases.get(pod) ?? []);
    const moved = bases.map((base) => inController(target, base)).filter((object) => object !== undefined);
    if (moved.length > 0) terrain.bases.set(target, moved);
    else yield* findBases(terrain, target);
  }
  const breakers: Breaker[] = [];
  for (const target of main) yield* noting(breakers, terrain, target, { from: 0, to: FIRST_RANKS });
  for (const breaker of breakers) yield* aroundBreaker(terrain, breaker);
  for (const target of targets)
    for (const base of basesOf(terrain, target).slice(0, 1)) yield* oldAndNew(terrain, target, base);
  const known = breakers.length;
  for (const target of main) yield* noting(breakers, terrain, target, { from: FIRST_RANKS, to: SECOND_RANKS });
  for (const breaker of breakers.slice(known)) yield* aroundBreaker(terrain, breaker);
  for (const target of [...controllers.slice(0, 2), ...main]) {
    for (const base of basesOf(terrain, target).slice(0, 1)) yield* pairsOfRules(terrain, target, base);
    const [seed] = target.seeds;
    if (seed !== undefined) yield* singleChanges(terrain, target, seed, { from: 0, to: FIRST_RANKS });
  }
  for (const target of controllers) {
    for (const base of basesOf(terrain, target).slice(0, 1)) {
      yield* singleChanges(terrain, target, base, { from: 0, to: FIRST_RANKS });
    }
  }
  for (const target of main) {
    for (const base of basesOf(terrain, target)) {
      yield* singleChanges(terrain, target, base, { from: SECOND_RANKS, to: LAST_RANK });
      yield* singleChanges(terrain, target, base, { from: 0, to: FIRST_RANKS }, 'DELETE');
    }
  }
}

function isController({ resource }: Target): boolean {
  return (podTemplateOf(resource.gvk.kind)?.length ?? 0) > 0;
}

function basesOf({ bases }: Terrain, target: Target): readonly JsonObject[] {
  return bases.get(target) ?? target.seeds.slice(0, 1);
}

function* plainRequests(terrain: Terrain, target: Target): Explorer {
  for (const object of target.seeds) {
    yield requestFor(terrain, object, 'CREATE');
    yield requestFor(terrain, object, 'UPDATE');
    yield requestFor(terrain, object, 'DELETE');
    for (const user of terrain.plan.users) yield { ...requestFor(terrain, object, 'CREATE'), user };
  }
}

function* findBases(terrain: Terrain, target: Target): Explorer {
  const found: JsonObject[] = [];
  for (const seed of target.seeds.slice(0, 3)) {
    const base = yield* repair(terrain, target, seed);
    if (base !== undefined) found.push(base);
  }
  if (found.length > 0) terrain.bases.set(target, found);
}

/** Single changes of a target's bases; those that break a rule are kept. */
function* noting(
  breakers: Breaker[],
  terrain: Terrain,
  target: Target,
  ranks: { readonly from: number; readonly to: number },
): Explorer {
  const [base] = basesOf(terrain, target);
  if (base === undefined) return;
  const counts = new Map<string, number>();
  const changes = singleChanges(terrain, target, base, ranks);
  let next = changes.next();
  while (!next.done) {
    const answer = yield next.value;
    if (answer !== undefined && answer.draft.operation === 'CREATE' && badCount(answer) > 0) {
      const fresh = [...answer.badOld, ...answer.badNew].some((rule) => (counts.get(rule) ?? 0) < BREAKERS_PER_RULE);
      if (fresh) {
        for (const rule of [...answer.badOld, ...answer.badNew]) counts.set(rule, (counts.get(rule) ?? 0) + 1);
        breakers.push({ target, base, object: answer.draft.object });
      }
    }
    next = changes.next(answer);
  }
}
