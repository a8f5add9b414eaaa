import { createRegistry } from '../../apiserver/index.ts';
import type { Resource } from '../../apiserver/resources/resource.ts';
import { parseKindSelector } from '../../engine/match/kind.ts';
import { wildcardMatch } from '../../language/wildcard.ts';
import type { JsonObject } from '../../model/json.ts';
import { type GroupVersionKind, gvkOf } from '../../model/resource.ts';
import type { RuleHarvest } from '../harvest/harvest.ts';
import { podTemplateOf } from './type-at.ts';

/** What requests are derived for. */
export interface Targets {
  readonly resources: readonly Resource[];
  /** CustomResourceDefinitions of the kinds that no API server serves by itself. */
  readonly definitions: readonly JsonObject[];
}

/** Kinds that stand for all, where a rule is for any kind. */
const TYPICAL: ReadonlySet<string> = new Set([
  'Pod',
  'Deployment',
  'CronJob',
  'Service',
  'ConfigMap',
  'Namespace',
  'Ingress',
]);
const CONTROLLERS = ['Deployment', 'CronJob', 'StatefulSet', 'DaemonSet', 'Job', 'ReplicaSet', 'ReplicationController'];

/** The resources that rules are for, pods first. `given` tells the group and version of kinds that rules only name. */
export function findTargets(harvests: readonly RuleHarvest[], given: readonly JsonObject[]): Targets {
  const definitions = customKinds(harvests, given);
  const existing = given.filter(({ kind }) => kind === 'CustomResourceDefinition');
  const { all } = createRegistry([...existing, ...definitions]);
  const chosen = new Set<Resource>();
  for (const { kinds, resources } of harvests) {
    for (const kind of kinds) {
      const { group, version, kind: name } = parseKindSelector(kind);
      for (const resource of all) if (matches(resource, group, version, name)) chosen.add(resource);
    }
    for (const { groups, versions, resources: plurals } of resources) {
      for (const resource of all) {
        const { group, version } = resource.gvk;
        const plural = resource.gvr.resource;
        const listed = plurals.some(
          (one) => one.split('/')[0] === plural || (one.startsWith('*') && isTypical(resource)),
        );
        if (listed && fits(groups, group) && fits(versions, version)) chosen.add(resource);
      }
    }
  }
  const kindsGiven = given.map(gvkOf);
  for (const resource of all) if (kindsGiven.some((gvk) => isSame(gvk, resource.gvk))) chosen.add(resource);
  const hasPods = [...chosen].some(({ gvk }) => gvk.kind === 'Pod');
  if (hasPods) for (const resource of all) if (CONTROLLERS.includes(resource.gvk.kind)) chosen.add(resource);
  const usable = [...chosen].filter(({ createOnly }) => !createOnly);
  return { resources: [...usable].sort((a, b) => rank(a) - rank(b)), definitions };
}

function matches(resource: Resource, group: string, version: string, kind: string): boolean {
  const { gvk } = resource;
  if (!wildcardMatch(group, gvk.group) || !wildcardMatch(version, gvk.version) || !wildcardMatch(kind, gvk.kind))
    return false;
  return kind === gvk.kind || isTypical(resource);
}

function isTypical({ gvk, custom }: Resource): boolean {
  return TYPICAL.has(gvk.kind) || custom !== undefined;
}

function fits(list: readonly string[], value: string): boolean {
  return list.some((one) => one === '*' || one === value);
}

function isSame(a: GroupVersionKind, b: GroupVersionKind): boolean {
  return a.group === b.group && a.version === b.version && a.kind === b.kind;
}

/** Pods first, then kinds of their own, then the controllers in the order in which they differ most from pods. */
function rank({ gvk }: Resource): number {
  if (gvk.kind === 'Pod') return 0;
  const controller = CONTROLLERS.indexOf(gvk.kind);
  return podTemplateOf(gvk.kind) === undefined ? 1 : 2 + controller;
}

/** Definitions for kinds that rules name and no API server has. */
function customKinds(harvests: readonly RuleHarvest[], given: readonly JsonObject[]): readonly JsonObject[] {
  const known = createRegistry(given.filter(({ kind }) => kind === 'CustomResourceDefinition')).all;
  const found = new Map<string, { readonly gvk: GroupVersionKind; readonly plural: string }>();
  const add = (gvk: GroupVersionKind, plural = `${gvk.kind.toLowerCase()}s`): void => {
    if (known.some((resource) => isSame(resource.gvk, gvk))) return;
    const key = `${gvk.group}/${gvk.version}/${gvk.kind}`;
    if (!found.has(key)) found.set(key, { gvk, plural });
  };
  for (const object of given) if (gvkOf(object).group.includes('.')) add(gvkOf(object));
  const names = new Set<string>();
  for (const kind of harvests.flatMap(({ kinds }) => kinds)) {
    const selector = parseKindSelector(kind);
    names.add(selector.kind);
    if (selector.kind.includes('*') || selector.kind.includes('?') || selector.kind === '') continue;
    const isServed = (gvk: GroupVersionKind) =>
      gvk.kind === selector.kind &&
      wildcardMatch(selector.group, gvk.group) &&
      wildcardMatch(selector.version, gvk.version);
    if (known.some(({ gvk }) => isServed(gvk)) || [...found.values()].some(({ gvk }) => isServed(gvk))) continue;
    const group = /[*?]/.test(selector.group) ? 'example.com' : selector.group;
    if (group.includes('.'))
      add({ group, version: /[*?]/.test(selector.version) ? 'v1' : selector.version, kind: selector.kind });
  }
  for (const { groups, versions, resources } of harvests.flatMap((harvest) => harvest.resources)) {
    for (const plural of new Set(resources.map((one) => one.split('/')[0] ?? ''))) {
      for (const group of groups.filter((one) => one.includes('.') && !one.includes('*'))) {
        if (plural === '*' || known.some(({ gvr }) => gvr.group === group && gvr.resource === plural)) continue;
        const kind = [...names].find((name) => `${name.toLowerCase()}s` === plural) ?? singular(plural);
        for (const version of versions) add({ group, version: version === '*' ? 'v1' : version, kind }, plural);
      }
    }
  }
  return [...found.values()].map(({ gvk, plural }) => definitionOf(gvk, plural));
}

function singular(plural: string): string {
  const single = plural.replace(/ies$/, 'y').replace(/(?<=ss|x)es$|s$/, '');
  return single.slice(0, 1).toUpperCase() + single.slice(1);
}

function definitionOf({ group, version, kind }: GroupVersionKind, plural: string): JsonObject {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, plural, singular: kind.toLowerCase() },
      scope: 'Namespaced',
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
}
