import { isArray, type Json } from '../../model/json.ts';
import { EACH, type FieldPath } from '../path.ts';
import type { Collector } from './collect.ts';

/**
 * What an expression may stand for: places in the request, literals, or both. `list` says that the value is a list
 * whose elements the places are.
 */
export interface Abstract {
  readonly paths: readonly FieldPath[];
  readonly literals: readonly Json[];
  readonly list?: true;
  /** Fields of a map that the expression builds. */
  readonly fields?: Pick<ReadonlyMap<string, Abstract>, 'get'>;
}

/** Stands for nothing that is known. */
export const NOTHING: Abstract = { paths: [], literals: [] };

/** More places than these are not followed. */
const MAX_PATHS = 60;

/** A place. */
export function place(...path: FieldPath): Abstract {
  return { paths: [path], literals: [] };
}

/** A literal; the items of a list count one by one as well. */
export function literal(value: Json): Abstract {
  return { paths: [], literals: isArray(value) ? [...value] : [value] };
}

/** Either of them. A list whose elements are known beside one that is only a place: both by their elements. */
export function union(parts: readonly Abstract[]): Abstract {
  const isList = parts.some(({ list, paths, fields }) => list && (paths.length > 0 || fields !== undefined));
  const same = isList ? parts.map((part) => (part.list ? part : elements(part))) : parts;
  const fields = parts.find((part) => part.fields !== undefined)?.fields;
  return {
    paths: same.flatMap(({ paths }) => paths).slice(0, MAX_PATHS),
    literals: parts.flatMap(({ literals }) => literals),
    ...(isList || parts.every(({ list }) => list) ? { list: true } : {}),
    ...(fields === undefined ? {} : { fields }),
  };
}

/** The elements of a list. */
export function elements(value: Abstract): Abstract {
  const { list, ...item } = value;
  if (list) return item;
  const { paths, literals } = value;
  return { paths: paths.map((path) => [...path, EACH]), literals };
}

/** A list of such elements. */
export function listOf(item: Abstract): Abstract {
  return { ...item, list: true };
}

/** A list whose elements that are lists are opened; which are is not known here, so both are followed. */
export function flattened(value: Abstract): Abstract {
  const { paths, literals } = value;
  if (!value.list) return { paths: paths.map((path) => [...path, EACH]), literals, list: true };
  return { paths: [...paths, ...paths.map((path) => [...path, EACH])].slice(0, MAX_PATHS), literals, list: true };
}

/** A field of a map. */
export function fieldOf(value: Abstract, key: string): Abstract {
  const known = value.fields?.get(key);
  if (known !== undefined) return known;
  return { paths: value.paths.map((path) => [...path, key]), literals: [] };
}

/** Notes every place that is looked at. */
export function look(value: Abstract, collector: Collector): Abstract {
  for (const path of value.paths) collector.see(path);
  return value;
}

/** Notes that values are compared with each other: the literals of one are of interest to the places of the others. */
export function link(values: readonly Abstract[], collector: Collector): void {
  for (const [i, { paths }] of values.entries()) {
    const hints = values.filter((_, j) => j !== i).flatMap(({ literals }) => literals);
    for (const path of paths) collector.see(path, hints);
  }
}
