import { asArray, asObject, asString, isArray, type Json, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { containsKind } from '../match/index.ts';

/** The kinds that run pods, in byte order, with the spelling that generated rules use. */
export const POD_CONTROLLERS: ReadonlyMap<string, string> = new Map([
  ['CronJob', 'batch/v1/CronJob'],
  ['DaemonSet', 'apps/v1/DaemonSet'],
  ['Deployment', 'apps/v1/Deployment'],
  ['Job', 'batch/v1/Job'],
  ['ReplicaSet', 'apps/v1/ReplicaSet'],
  ['ReplicationController', 'v1/ReplicationController'],
  ['StatefulSet', 'apps/v1/StatefulSet'],
]);

const ANNOTATION = 'pod-policies.kyverno.io/autogen-controllers';

/**
 * The controllers that a policy's rules are generated for, empty when it gets no autogen at all. Names come from the
 * annotation as they are, untrimmed.
 * Upstream: `computeRules`, `CanAutoGen` in `pkg/autogen/v1/autogen.go`.
 */
export function controllersOf(policy: Policy): readonly string[] {
  if (!canAutogen(policy.rules)) return [];
  const chosen = policy.annotations[ANNOTATION];
  if (chosen === undefined) return [...POD_CONTROLLERS.keys()];
  return [...new Set(chosen.split(','))];
}

function canAutogen(rules: readonly JsonObject[]): boolean {
  let needed = false;
  for (const rule of rules) {
    if (asObject(rule['generate']) !== undefined || hasJsonPatch(rule)) return false;
    for (const description of descriptionsOf(rule)) {
      if (blocksAutogen(description)) return false;
      needed ||= kindsOf(description).some((kind) => kind === 'Pod' || POD_CONTROLLERS.has(kind));
    }
  }
  return needed;
}

function hasJsonPatch(rule: JsonObject): boolean {
  const mutate = asObject(rule['mutate']);
  const patches = (part: Json | undefined) => (asString(asObject(part)?.['patchesJson6902']) ?? '') !== '';
  return patches(mutate) || (asArray(mutate?.['foreach']) ?? []).some(patches);
}

function blocksAutogen(description: JsonObject): boolean {
  const kinds = kindsOf(description);
  return (
    (asString(description['name']) ?? '') !== '' ||
    (asArray(description['names']) ?? []).length > 0 ||
    asObject(description['selector']) !== undefined ||
    asObject(description['annotations']) !== undefined ||
    (kinds.length > 1 && containsKind(kinds, 'Pod'))
  );
}

/** Every `resources` block of a rule's match and exclude. */
function descriptionsOf(rule: JsonObject): readonly JsonObject[] {
  return [rule['match'], rule['exclude']].flatMap((block) => (asObject(block) === undefined ? [] : resourcesOf(block)));
}

function resourcesOf(block: Json | undefined): readonly JsonObject[] {
  const source = asObject(block) ?? {};
  const filters = [...(asArray(source['any']) ?? []), ...(asArray(source['all']) ?? [])];
  return [source, ...filters].map((filter) => asObject(asObject(filter)?.['resources']) ?? {});
}

/** The kinds of a `resources` block. */
export function kindsOf(description: Json | undefined): readonly string[] {
  const kinds = asObject(description)?.['kinds'];
  return isArray(kinds) ? kinds.filter((kind) => typeof kind === 'string') : [];
}

/** The kinds that a match or exclude block lists anywhere. */
export function allKindsOf(block: Json | undefined): readonly string[] {
  return resourcesOf(block).flatMap(kindsOf);
}
