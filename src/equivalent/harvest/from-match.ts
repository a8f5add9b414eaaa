import { asArray, asObject, asString, type Json, type JsonObject } from '../../model/json.ts';
import type { Collector } from './collect.ts';

/** Notes whom a `match` or `exclude` block is for. Gives the entries of `kinds`. */
export function harvestMatch(block: Json | undefined, collector: Collector): readonly string[] {
  const filter = asObject(block);
  if (filter === undefined) return [];
  const nested = ['any', 'all'].flatMap((key) => asArray(filter[key]) ?? []);
  const kinds = nested.flatMap((item) => harvestMatch(item, collector));
  const resources = asObject(filter['resources']) ?? {};
  const see = (value: Json | undefined, ...path: readonly string[]) => {
    const hints = texts(value);
    if (hints.length > 0) collector.see(['request', ...path], hints);
  };
  see(resources['operations'], 'operation');
  see(resources['namespaces'], 'object', 'metadata', 'namespace');
  see([...texts(resources['names']), ...texts(resources['name'])], 'object', 'metadata', 'name');
  for (const [key, value] of Object.entries(asObject(resources['annotations']) ?? {})) {
    collector.see(['request', 'object', 'metadata', 'annotations', key], [value]);
  }
  for (const [key, values] of selectorLabels(asObject(resources['selector']))) {
    collector.see(['request', 'object', 'metadata', 'labels', key], values);
  }
  for (const [key, values] of selectorLabels(asObject(resources['namespaceSelector']))) {
    collector.see(['namespaceObject', 'metadata', 'labels', key], values);
  }
  for (const subject of asArray(filter['subjects']) ?? []) {
    const one = asObject(subject) ?? {};
    const name = asString(one['name']) ?? '';
    if (one['kind'] === 'Group') see([name], 'userInfo', 'groups');
    else if (one['kind'] === 'User') see([name], 'userInfo', 'username');
    else see([`system:serviceaccount:${asString(one['namespace']) ?? 'default'}:${name}`], 'userInfo', 'username');
  }
  const own = texts(resources['kinds']);
  for (const kind of own) {
    const subresource = /\/([a-z]+)$/.exec(kind)?.[1] ?? /\.([a-z]+)$/.exec(kind)?.[1];
    if (subresource !== undefined) collector.subresource(subresource);
  }
  return [...kinds, ...own];
}

/** The labels that a label selector asks for, with the values it names. */
export function selectorLabels(selector: JsonObject | undefined): readonly (readonly [string, readonly Json[]])[] {
  if (selector === undefined) return [];
  const equal = Object.entries(asObject(selector['matchLabels']) ?? {}).map(([key, value]) => [key, [value]] as const);
  const expressions = (asArray(selector['matchExpressions']) ?? []).map((item) => {
    const { key, values } = asObject(item) ?? {};
    return [asString(key) ?? '', asArray(values) ?? []] as const;
  });
  return [...equal, ...expressions];
}

function texts(value: Json | undefined): readonly string[] {
  const list = typeof value === 'string' ? [value] : (asArray(value) ?? []);
  return list.filter((item): item is string => typeof item === 'string' && item !== '');
}
