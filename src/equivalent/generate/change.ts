import type { Resource } from '../../apiserver/resources/resource.ts';
import type { ValueType } from '../../apiserver/schema/schema.ts';
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { CONTAINER_LISTS, EACH, type FieldPath, type Step } from '../path.ts';
import { rivalsOf, sampleOf } from './samples.ts';
import { typeAt } from './type-at.ts';
import type { Option } from './values.ts';

/** In which elements of lists on the way: all of them, or one more behind or before them, in the outermost or innermost list. */
export type Where = 'each' | 'added' | 'first' | 'inner';

/** One field of an object, changed. */
export interface Change {
  readonly path: FieldPath;
  readonly to: Option;
  readonly where: Where;
}

/** A copy of the object with a change made; what is missing on the way is made as small as can be. */
export function applyChange(resource: Resource, object: JsonObject, { path, to, where }: Change): JsonObject {
  const lists = path.filter((step) => step === EACH).length;
  const at = where === 'inner' ? lists : 1;
  return asObject(walk({ resource, to, where, target: at }, object, path, [], 0, object)) ?? object;
}

interface Walk {
  readonly resource: Resource;
  readonly to: Option;
  readonly where: Where;
  /** The how-manieth list on the way gets one more element. */
  readonly target: number;
}

function walk(
  work: Walk,
  value: Json | undefined,
  rest: FieldPath,
  done: readonly Step[],
  depth: number,
  parent: Json | undefined,
): Json | undefined {
  const [step, ...next] = rest;
  if (step === undefined) return work.to;
  const type = typeAt(work.resource, done) ?? { kind: 'any' };
  if (step === EACH) return walkList(work, value, next, done, depth, type, parent);
  if (value === undefined && work.to === undefined) return undefined;
  // What is no map (or nothing) is replaced by one.
  const map = asObject(value) ?? (work.to === undefined ? undefined : startOf(type));
  if (map === undefined) return value;
  const key = concrete(step);
  const below = walk(work, Object.hasOwn(map, key) ? map[key] : undefined, next, [...done, step], depth, map);
  if (below === undefined) {
    const { [key]: _gone, ...others } = map;
    return others;
  }
  const rivals = rivalsOf(type, key, Object.keys(map));
  const kept = Object.fromEntries(Object.entries(map).filter(([name]) => !rivals.includes(name)));
  return { ...kept, [key]: below };
}

function walkList(
  work: Walk,
  value: Json | undefined,
  next: FieldPath,
  done: readonly Step[],
  depth: number,
  type: ValueType,
  parent: Json | undefined,
): Json | undefined {
  const list = asArray(value) ?? [];
  if (list.length === 0 && work.to === undefined && next.length > 0) return value;
  const below = (item: Json | undefined): readonly Json[] => {
    const changed = walk(work, item, next, [...done, EACH], depth + 1, value);
    return changed === undefined ? [] : [changed];
  };
  const fresh = (): Json => {
    const item = newItem(type, done.at(-1), parent);
    const model = isObject(list[0]) ? list[0] : item;
    return next.length === 0 || !isObject(model) ? item : renamed(model, list.length);
  };
  const isTarget = depth + 1 === work.target && work.where !== 'each';
  if (isTarget && list.length > 0) {
    const made = below(next.length === 0 ? undefined : fresh());
    return work.where === 'first' ? [...made, ...list] : [...list, ...made];
  }
  if (list.length === 0) {
    const item = newItem(type, done.at(-1), parent);
    return below(next.length === 0 ? undefined : item);
  }
  return list.flatMap(below);
}

/** A key with wildcards stands for one that fits, e.g. with the name of the first container. */
function concrete(step: string): string {
  return step.replaceAll('*', 'app').replaceAll('?', 'a');
}

function startOf(type: ValueType): JsonObject {
  return asObject(sampleOf(type)) ?? {};
}

/** A new element; a container is made after the pod's first one, so that it has what policies ask of all. */
function newItem(type: ValueType, key: Step | undefined, parent: Json | undefined): Json {
  const sample = type.kind === 'list' ? sampleOf(type.item) : {};
  if (typeof key !== 'string' || !CONTAINER_LISTS.some((list) => list === key)) return sample;
  const [model] = asArray(asObject(parent)?.['containers']) ?? [];
  if (!isObject(model) || key === 'containers') return sample;
  const { livenessProbe, readinessProbe, startupProbe, lifecycle, ports, ...common } = model;
  if (key === 'ephemeralContainers') {
    const { resources, ...allowed } = common;
    return { ...allowed, name: 'debug' };
  }
  return { ...common, name: 'init' };
}

function renamed(item: JsonObject, count: number): JsonObject {
  const name = asString(item['name']);
  return name === undefined ? item : { ...item, name: `${name}${count + 1}` };
}
