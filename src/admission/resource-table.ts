import { type KindSelector, parseKindSelector } from '../engine/match/kind.ts';
import { wildcardMatch } from '../language/wildcard.ts';
import type { JsonObject } from '../model/json.ts';

/** A resource or subresource that the API server serves. */
export interface ServedResource {
  readonly group: string;
  readonly version: string;
  /** Plural name, e.g. `deployments`. */
  readonly resource: string;
  /** `""` for the resource itself. */
  readonly subresource: string;
  /** Kind of the resource itself, e.g. `Deployment`. */
  readonly kind: string;
  readonly namespaced: boolean;
  /** How a `scale` stands for its object. */
  readonly scale?: ScaleView;
}

/** A Scale as a view of an object. */
export interface ScaleView {
  readonly read: (parent: JsonObject) => JsonObject;
  readonly write: (parent: JsonObject, scale: JsonObject) => JsonObject;
}

/** What the API server serves, to be asked by name and by the `kinds` of policies. */
export interface ResourceTable {
  readonly all: readonly ServedResource[];
  readonly find: (group: string, version: string, resource: string, subresource: string) => ServedResource | undefined;
  /** What an entry of `kinds` stands for. Upstream: `FindResources` in `pkg/clients/dclient/discovery.go`. */
  readonly select: (kind: string) => readonly ServedResource[];
  /** The same for what such an entry is made of. */
  readonly selectParts: (selector: KindSelector) => readonly ServedResource[];
}

/** Answers for entries of `kinds` are kept up to this many. */
const MAX_SELECTED = 1000;

/** Indexes what an API server serves. */
export function createResourceTable(all: readonly ServedResource[]): ResourceTable {
  const key = (group: string, version: string, resource: string, subresource: string) =>
    `${group}/${version}/${resource}/${subresource}`;
  const byKey = new Map(all.map((item) => [key(item.group, item.version, item.resource, item.subresource), item]));
  const selected = new Map<string, readonly ServedResource[]>();
  return {
    all,
    find: (...parts) => byKey.get(key(...parts)),
    selectParts: (selector) => selectResources(all, selector),
    select: (kind) => {
      const known = selected.get(kind) ?? selectResources(all, parseKindSelector(kind));
      if (selected.size >= MAX_SELECTED) selected.clear();
      selected.set(kind, known);
      return known;
    },
  };
}

function selectResources(all: readonly ServedResource[], selector: KindSelector): readonly ServedResource[] {
  const { group, version, kind, subresource } = selector;
  const main = all.filter(
    (item) =>
      item.subresource === '' &&
      wildcardMatch(group, item.group) &&
      wildcardMatch(version, item.version) &&
      wildcardMatch(kind, item.kind),
  );
  if (subresource === '') return main;
  // Subresources are found by name alone, as upstream: the parent's group does not count.
  const sub = all
    .filter((item) => item.subresource !== '')
    .flatMap((item) => {
      const name = `${item.resource}/${item.subresource}`;
      const parent = main.find(({ resource }) => wildcardMatch(`${resource}/${subresource}`, name));
      const { scale = undefined } = item;
      const view = scale === undefined ? {} : { scale };
      return parent === undefined ? [] : [{ ...parent, subresource: item.subresource, ...view }];
    });
  return kind === '*' && subresource === '*' ? [...main, ...sub] : sub;
}
