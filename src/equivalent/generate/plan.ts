import type { Resource } from '../../apiserver/resources/resource.ts';
import { deepEqual, type Json, type JsonObject } from '../../model/json.ts';
import type { UserInfo } from '../../model/request.ts';
import { gvkOf, nameOf } from '../../model/resource.ts';
import type { Interest } from '../harvest/collect.ts';
import type { RuleHarvest } from '../harvest/harvest.ts';
import { EACH, type FieldPath, pathText } from '../path.ts';
import type { RuleKey } from '../policy-set.ts';
import { seedOf } from './samples.ts';
import { findTargets } from './targets.ts';
import { fitting, operandsOf } from './text-edges.ts';
import { podTemplateOf, typeAt } from './type-at.ts';
import { type Latitude, type Option, optionsFor } from './values.ts';

/** A field that policies look at, with what it may be set to. */
export interface Field {
  readonly root: 'object' | 'old';
  readonly path: FieldPath;
  readonly options: readonly Option[];
  /** The rules that look at it, by their place among the harvests. */
  readonly rules: ReadonlySet<number>;
}

/** A kind of object to make requests of. */
export interface Target {
  readonly resource: Resource;
  /** The smallest valid object, then those that the user gave. */
  readonly seeds: readonly JsonObject[];
  readonly fields: readonly Field[];
}

/** Everything that requests are derived from. */
export interface Plan {
  readonly targets: readonly Target[];
  /** Namespaces and definitions that must exist. */
  readonly objects: readonly JsonObject[];
  readonly users: readonly UserInfo[];
  readonly subresources: ReadonlySet<string>;
  readonly rules: readonly RuleKey[];
}

const ALWAYS_THERE = ['default', 'kube-system', 'kube-public', 'kube-node-lease', 'kyverno'];
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** More namespaces than these are not made. */
const MAX_NAMESPACES = 40;

/** Plans the requests for policies. `given` are the objects of the user, `existing` those of the cluster. */
export function planRequests(
  harvests: readonly RuleHarvest[],
  given: readonly JsonObject[],
  existing: readonly JsonObject[],
  latitude: Latitude,
): Plan {
  const { resources, definitions } = findTargets(harvests, [...given, ...existing]);
  const namespaces = namespacesFor(harvests, [...given, ...existing]);
  const names = [...ALWAYS_THERE.slice(0, 1), ...namespaces.map(nameOf), 'kube-system'];
  const targets = resources.map((resource): Target => {
    const own = given.filter((object) => isOf(object, resource));
    return { resource, seeds: [seedOf(resource), ...own], fields: fieldsOf(resource, harvests, names, latitude) };
  });
  const surroundings = harvests.map((harvest) => harvest.surroundings);
  return {
    targets,
    objects: [...namespaces, ...definitions],
    users: usersFor(
      surroundings.flatMap(({ usernames }) => [...usernames]),
      surroundings.flatMap(({ groups }) => [...groups]),
    ),
    subresources: new Set(surroundings.flatMap(({ subresources }) => [...subresources])),
    rules: harvests.map(({ rule }) => rule),
  };
}

function isOf(object: JsonObject, { gvk }: Resource): boolean {
  const { group, version, kind } = gvkOf(object);
  return group === gvk.group && version === gvk.version && kind === gvk.kind;
}

function fieldsOf(
  resource: Resource,
  harvests: readonly RuleHarvest[],
  namespaces: readonly string[],
  latitude: Latitude,
): readonly Field[] {
  const found = new Map<string, { root: 'object' | 'old'; path: FieldPath; hints: Json[]; rules: Set<number> }>();
  for (const [index, { interests }] of harvests.entries()) {
    for (const { root, path, hints } of interests) {
      for (const own of pathsIn(resource, { root, path, hints })) {
        const key = `${root} ${pathText(own)}`;
        const entry = found.get(key) ?? { root, path: own, hints: [], rules: new Set() };
        found.set(key, entry);
        entry.rules.add(index);
        for (const hint of hints) if (!entry.hints.some((other) => deepEqual(other, hint))) entry.hints.push(hint);
      }
    }
  }
  return [...found.values()]
    .map(({ root, path, hints, rules }) => {
      if (pathText(path) === 'metadata.namespace') return { root, path, rules, options: [...namespaces, undefined] };
      return {
        root,
        path,
        rules,
        options: optionsFor(path, typeAt(resource, path) ?? { kind: 'any' }, hints, latitude),
      };
    })
    .filter(({ path }) => isChangeable(resource, path, latitude));
}

/** Where a field stands in a kind: as it is written, and in the pod template. */
function pathsIn(resource: Resource, { path }: Interest): readonly FieldPath[] {
  const template = podTemplateOf(resource.gvk.kind);
  const inTemplate = template === undefined || template.length === 0 ? [] : [[...template, ...path]];
  return [path, ...inTemplate].filter((one) => typeAt(resource, one) !== undefined);
}

function isChangeable(resource: Resource, path: FieldPath, latitude: Latitude): boolean {
  const [first, second] = path;
  if (first === undefined || first === EACH || first === 'kind') return false;
  if (first === 'apiVersion') return latitude === 'any';
  if (first !== 'metadata') return first !== 'status';
  return second !== undefined && !(second === 'namespace' && !resource.namespaced) && second !== 'managedFields';
}

/** Namespaces that rules name, and one for each label that they ask of namespaces. */
function namespacesFor(harvests: readonly RuleHarvest[], given: readonly JsonObject[]): readonly JsonObject[] {
  const known = new Set(given.filter(({ kind }) => kind === 'Namespace').map(nameOf));
  const made = new Map<string, JsonObject>();
  const add = (name: string, labels: JsonObject = {}): void => {
    if (!NAME.test(name) || ALWAYS_THERE.includes(name) || known.has(name) || made.has(name)) return;
    if (made.size < MAX_NAMESPACES) made.set(name, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  };
  add('other');
  for (const { interests } of harvests) {
    for (const { root, path, hints } of interests) {
      if (root !== 'object' || pathText(path) !== 'metadata.namespace') continue;
      for (const hint of hints.filter((one) => typeof one === 'string')) {
        for (const text of operandsOf(hint).flatMap(fitting)) {
          add(text);
          add(`${text}x`);
        }
      }
    }
  }
  for (const name of given.map((object) => String((object['metadata'] as JsonObject | undefined)?.['namespace'] ?? '')))
    add(name);
  let count = 0;
  for (const { surroundings } of harvests) {
    for (const [label, values] of surroundings.namespaceLabels) {
      for (const value of values.size === 0 ? ['', 'x'] : values) {
        for (const text of fitting(value)) if (/^[\w.-]*$/.test(text)) add(`labelled-${++count}`, { [label]: text });
      }
    }
  }
  return [...made.values()];
}

function usersFor(usernames: readonly string[], groups: readonly string[]): readonly UserInfo[] {
  const everybody = 'system:authenticated';
  const names = [...new Set(usernames)].flatMap(fitting).map((username) => ({ username, groups: [everybody] }));
  const members = [...new Set(groups)]
    .flatMap(fitting)
    .map((group) => ({ username: 'someone', groups: [group, everybody] }));
  const all = [...names, ...members];
  return all.length === 0 ? [] : [{ username: 'someone', groups: [everybody] }, ...all];
}
