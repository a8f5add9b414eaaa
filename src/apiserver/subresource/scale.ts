import {
  asArray,
  asObject,
  asString,
  getPath,
  isArray,
  isObject,
  type Json,
  type JsonObject,
} from '../../model/json.ts';
import { ensureObject, type Mutable, mutableCopy } from '../default/mutable.ts';
import type { Resource } from '../resources/resource.ts';

/** The Scale that stands for an object with replicas. Upstream: `scaleFromDeployment` and its siblings. */
export function scaleOf(resource: Resource, parent: JsonObject): JsonObject {
  const metadata = asObject(parent['metadata']) ?? {};
  const kept: Mutable = {};
  for (const key of ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp']) {
    const value = metadata[key];
    if (value !== undefined) kept[key] = value;
  }
  const custom = resource.custom?.scale;
  const replicas = at(parent, asString(custom?.['specReplicasPath']) ?? '.spec.replicas');
  const current = at(parent, asString(custom?.['statusReplicasPath']) ?? '.status.replicas');
  const selectorPath = custom === undefined ? '.spec.selector' : (asString(custom['labelSelectorPath']) ?? '');
  const selector = selectorPath === '' ? undefined : at(parent, selectorPath);
  const text = typeof selector === 'string' ? selector : selectorText(selector, resource.gvk.kind);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: kept,
    spec: typeof replicas === 'bigint' && replicas !== 0n ? { replicas } : {},
    status: {
      replicas: typeof current === 'bigint' ? current : 0n,
      ...(text === '' ? {} : { selector: text }),
    },
  };
}

/** A copy of the parent with the replicas that a Scale asks for. */
export function withScale(resource: Resource, parent: JsonObject, scale: JsonObject): Mutable {
  const copy = mutableCopy(parent) as Mutable;
  const replicas = getPath(scale, 'spec', 'replicas') ?? 0n;
  const path = (asString(resource.custom?.scale?.['specReplicasPath']) ?? '.spec.replicas').split('.').slice(1);
  let target = copy;
  for (const key of path.slice(0, -1)) target = ensureObject(target, key);
  target[path.at(-1) ?? 'replicas'] = replicas;
  const version = getPath(scale, 'metadata', 'resourceVersion');
  if (version !== undefined) ensureObject(copy, 'metadata')['resourceVersion'] = version;
  return copy;
}

function at(object: JsonObject, path: string): Json | undefined {
  return getPath(object, ...path.split('.').slice(1));
}

/** A label selector as text. Upstream: `labels.Selector.String`: requirements sorted by key. */
export function selectorText(selector: Json | undefined, kind: string): string {
  if (!isObject(selector)) return '';
  if (kind === 'ReplicationController') return requirements(selector, []).join(',');
  return requirements(
    asObject(selector['matchLabels']) ?? {},
    (asArray(selector['matchExpressions']) ?? []).filter(isObject),
  ).join(',');
}

function requirements(labels: JsonObject, expressions: readonly JsonObject[]): readonly string[] {
  const parts: (readonly [string, string])[] = Object.keys(labels).map((key) => [
    key,
    `${key}=${asString(labels[key]) ?? ''}`,
  ]);
  for (const expression of expressions) {
    const key = asString(expression['key']) ?? '';
    const values = isArray(expression['values']) ? [...expression['values']].map(String).sort() : [];
    const texts: Readonly<Record<string, string>> = {
      In: `${key} in (${values.join(',')})`,
      NotIn: `${key} notin (${values.join(',')})`,
      Exists: key,
      DoesNotExist: `!${key}`,
    };
    parts.push([key, texts[asString(expression['operator']) ?? ''] ?? key]);
  }
  return parts.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, text]) => text);
}
