import type { JsonObject } from '../../model/json.ts';
import type { Change } from '../generate/change.ts';
import type { Field, Target } from '../generate/plan.ts';
import { startsWith } from '../path.ts';
import { type Explorer, requestFor, type Terrain, withChanges } from './explorer.ts';
import { changesOf } from './singles.ts';

/** Values of a field that take part in pairs. */
const MAX_RANK = 3;

/** Two fields of one rule changed together, each pair of fields with its first values. */
export function* pairsOfRules(terrain: Terrain, target: Target, base: JsonObject): Explorer {
  for (let rank = 0; rank < MAX_RANK * MAX_RANK; rank++) {
    for (const index of terrain.plan.rules.keys()) {
      const fields = target.fields.filter(({ root, rules }) => root === 'object' && rules.has(index));
      for (const [i, first] of fields.entries()) {
        for (const second of fields.slice(i + 1)) {
          if (startsWith(second.path, first.path) || startsWith(first.path, second.path)) continue;
          const [a] = changesOf(first, rank % MAX_RANK);
          const [b] = changesOf(second, Math.floor(rank / MAX_RANK));
          if (a === undefined || b === undefined) continue;
          yield requestFor(terrain, withChanges(target, base, [a, b]), 'CREATE');
        }
      }
    }
  }
}

/** The stored and the new object with the same field at different values, for rules that look at both. */
export function* oldAndNew(terrain: Terrain, target: Target, base: JsonObject): Explorer {
  for (const field of target.fields.filter(({ root }) => root === 'old')) {
    const same = target.fields.find(({ root, path }) => root === 'object' && samePath(path, field.path)) ?? field;
    for (let i = 0; i < MAX_RANK + 1; i++) {
      for (let j = 0; j < MAX_RANK + 1; j++) {
        const [before] = changesOf(field, i);
        const [after] = changesOf(same, j);
        if (before === undefined || after === undefined) continue;
        const old = withChanges(target, base, [before]);
        yield requestFor(terrain, withChanges(target, base, [after]), 'UPDATE', old);
      }
    }
  }
}

function samePath(a: Field['path'], b: Field['path']): boolean {
  return a.length === b.length && startsWith(a, b);
}

/** Several changes at once, drawn by chance, without end. */
export function* randomChanges(terrain: Terrain): Explorer {
  const { plan, random } = terrain;
  const targets = plan.targets.filter(({ fields }) => fields.length > 0);
  while (targets.length > 0) {
    // Kinds at the front, pods among them, come more often.
    const target = pick(targets, random() * random());
    if (target === undefined) return;
    const bases = [...(terrain.bases.get(target) ?? []), ...target.seeds];
    const base = pick(bases, random() * random());
    if (base === undefined) continue;
    const changes = drawChanges(terrain, target);
    const object = withChanges(target, base, changes);
    const turn = random();
    if (turn < 0.75) yield requestFor(terrain, object, 'CREATE');
    else if (turn < 0.9) {
      const old = random() < 0.5 ? base : withChanges(target, base, drawChanges(terrain, target));
      yield requestFor(terrain, object, 'UPDATE', old);
    } else if (turn < 0.95) yield requestFor(terrain, object, 'DELETE');
    else {
      const user = pick(plan.users, random());
      yield { ...requestFor(terrain, object, 'CREATE'), ...(user === undefined ? {} : { user }) };
    }
  }
}

function drawChanges({ plan, random }: Terrain, target: Target): readonly Change[] {
  const rule = Math.floor(random() * plan.rules.length);
  const own = target.fields.filter(({ rules }) => rules.has(rule));
  const fields = own.length > 0 && random() < 0.7 ? own : target.fields;
  const count = 1 + Math.floor(random() * 3);
  return Array.from({ length: count }, () => {
    const field = pick(fields, random());
    if (field === undefined) return undefined;
    const rank = Math.floor(random() * random() * field.options.length);
    return pick(changesOf(field, rank), random() * random());
  }).filter((change) => change !== undefined);
}

function pick<T>(list: readonly T[], chance: number): T | undefined {
  return list[Math.floor(chance * list.length)];
}
