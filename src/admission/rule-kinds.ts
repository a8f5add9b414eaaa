import { asArray, asObject, isObject, type Json, type JsonObject } from '../model/json.ts';
import type { Operation } from '../model/request.ts';

const ALL: readonly Operation[] = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'];

/** Does the rule have a validate block with something in it? Upstream: `Rule.HasValidate`. */
export function hasValidate(rule: JsonObject): boolean {
  return isFilled(rule['validate']);
}

/** Does the rule change the object of the request? Upstream: `Rule.HasMutateStandard`. */
export function hasMutateStandard(rule: JsonObject): boolean {
  return isFilled(rule['mutate']) && !hasMutateExisting(rule);
}

/** Does the rule change other objects? Upstream: `Rule.HasMutateExisting`. */
export function hasMutateExisting(rule: JsonObject): boolean {
  return asArray(asObject(rule['mutate'])?.['targets']) !== undefined;
}

/** Does the rule make other objects? Upstream: `Rule.HasGenerate`. */
export function hasGenerate(rule: JsonObject): boolean {
  return isFilled(rule['generate']);
}

/** Does the rule check image signatures? Upstream: `Rule.HasVerifyImages`. */
export function hasVerifyImages(rule: JsonObject): boolean {
  return (asArray(rule['verifyImages']) ?? []).some(isFilled);
}

function isFilled(value: Json | undefined): boolean {
  return isObject(value) && Object.keys(value).length > 0;
}

/** All entries of `kinds` in the rule's match block. Upstream: `MatchResources.GetKinds`. */
export function matchedKinds(rule: JsonObject): readonly string[] {
  return matchFilters(rule).flatMap((filter) => strings(filter['kinds']));
}

/**
 * Which operations the webhook must be called for, by entry of `kinds`. `exclude.any` filters that hold nothing but
 * kinds and operations take some away. Upstream: `collectResourceDescriptions` in `pkg/controllers/webhook/utils.go`.
 */
export function watchedOperations(
  rule: JsonObject,
  byDefault: readonly Operation[],
): ReadonlyMap<string, ReadonlySet<Operation>> {
  const watched = new Map<string, Set<Operation>>();
  for (const filter of matchFilters(rule)) {
    for (const kind of strings(filter['kinds'])) {
      const operations = watched.get(kind) ?? new Set<Operation>();
      watched.set(kind, operations);
      for (const operation of operationsOf(filter, byDefault)) operations.add(operation);
    }
  }
  for (const item of asArray(asObject(rule['exclude'])?.['any']) ?? []) {
    const filter = asObject(item) ?? {};
    if (['subjects', 'roles', 'clusterRoles'].some((key) => (asArray(filter[key]) ?? []).length > 0)) continue;
    const resources = asObject(filter['resources']) ?? {};
    if (NARROWING.some((key) => isSet(resources[key]))) continue;
    const kinds = strings(resources['kinds']);
    for (const kind of kinds.length === 0 ? [...watched.keys()] : kinds) {
      for (const operation of operationsOf(resources, ALL)) watched.get(kind)?.delete(operation);
    }
  }
  return watched;
}

const NARROWING = ['name', 'names', 'namespaces', 'annotations', 'selector', 'namespaceSelector'] as const;

function isSet(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return true;
}

/** The `resources` blocks of the match block: legacy, `all` and `any`. */
function matchFilters(rule: JsonObject): readonly JsonObject[] {
  return blocks(asObject(rule['match']));
}

function blocks(block: JsonObject | undefined): readonly JsonObject[] {
  if (block === undefined) return [];
  const lists = ['all', 'any'].flatMap((key) => asArray(block[key]) ?? []);
  return [block, ...lists.filter(isObject)].map((filter) => asObject(filter['resources']) ?? {});
}

function operationsOf(filter: JsonObject, byDefault: readonly Operation[]): readonly Operation[] {
  const operations = strings(filter['operations']).filter((text): text is Operation => ALL.includes(text as Operation));
  return operations.length === 0 ? byDefault : operations;
}

function strings(value: Json | undefined): readonly string[] {
  return (asArray(value) ?? []).filter((item) => typeof item === 'string');
}
