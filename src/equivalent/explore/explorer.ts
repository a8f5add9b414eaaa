import type { JsonObject } from '../../model/json.ts';
import { asArray, getPath } from '../../model/json.ts';
import type { Draft, DraftOperation } from '../draft.ts';
import { edited } from '../edit.ts';
import { applyChange, type Change } from '../generate/change.ts';
import type { Plan, Target } from '../generate/plan.ts';
import type { Latitude } from '../generate/values.ts';
import type { Answer } from '../tester.ts';

/** Proposes requests; is told what both sets said to each, `undefined` when it was no request to judge. */
export type Explorer<T = void> = Generator<Draft, T, Answer | undefined>;

/** What explorers work with. */
export interface Terrain {
  readonly plan: Plan;
  /** Numbers in [0, 1), the same for the same seed. */
  readonly random: () => number;
  readonly latitude: Latitude;
  /** Objects to start from, the ones that most rules pass first. */
  readonly bases: Map<Target, readonly JsonObject[]>;
}

/** A request about an object of a target; ephemeral containers come in the only way the API server lets them. */
export function requestFor(terrain: Terrain, object: JsonObject, operation: DraftOperation, old?: JsonObject): Draft {
  const isPod = object['kind'] === 'Pod';
  const ephemeral = isPod ? asArray(getPath(object, 'spec', 'ephemeralContainers')) : undefined;
  if (terrain.latitude === 'typed' && operation === 'CREATE' && ephemeral !== undefined && ephemeral.length > 0) {
    const before = edited(object, ['spec', 'ephemeralContainers'], undefined);
    return { operation: 'UPDATE', object, old: before, subresource: 'ephemeralcontainers' };
  }
  return operation === 'UPDATE' ? { operation, object, old: old ?? object } : { operation, object };
}

/** An object with changes made one after the other. */
export function withChanges(target: Target, object: JsonObject, changes: readonly Change[]): JsonObject {
  return changes.reduce((made, change) => applyChange(target.resource, made, change), object);
}

/** How many rules of both sides report something wrong. */
export function badCount(answer: Answer | undefined): number {
  return answer === undefined ? Number.POSITIVE_INFINITY : answer.badOld.length + answer.badNew.length;
}
