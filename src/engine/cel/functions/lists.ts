import { add, lacks } from '../arithmetic.ts';
import { goValueText } from '../go-value-text.ts';
import { asMade } from '../made.ts';
import { compareValues, isEqual, NO_OVERLOAD } from '../operations.ts';
import { PLAIN_TYPES } from '../types.ts';
import {
  CelDuration,
  CelError,
  type CelMap,
  CelUint,
  type CelValue,
  entriesOf,
  GrowingMap,
  isList,
  mapKey,
  mapOf,
  typeNameOf,
} from '../values.ts';
import { intAt, listAt } from './arguments.ts';
import type { FunctionBody, FunctionTable } from './function.ts';

const MOST_IN_RANGE = 1_000_000n;
const COMPARABLE = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'] as const;
const COMPARABLE_NAMES: ReadonlySet<string> = new Set([
  ...COMPARABLE.filter((type) => type !== 'duration' && type !== 'timestamp'),
  PLAIN_TYPES.duration.name,
  PLAIN_TYPES.timestamp.name,
]);
const ZEROS: Readonly<Record<string, CelValue>> = {
  int: 0n,
  uint: new CelUint(0n),
  double: 0,
  duration: new CelDuration(0n),
};

/**
 * Lists, sets and maps, by overload. Upstream: `ext/lists.go` (version 3), `ext/sets.go` and `ext/comprehensions.go` of
 * cel-go, `lists.go` in `k8s.io/apiserver/pkg/cel/library`.
 */
export const LIST_FUNCTIONS: FunctionTable = {
  ...forTypes((type) => `list_${type}_is_sorted_bool`, isSorted),
  ...forTypes((type) => `list_${type}_max_${type}`, extreme('max', -1)),
  ...forTypes((type) => `list_${type}_min_${type}`, extreme('min', 1)),
  ...Object.fromEntries(
    Object.entries(ZEROS).map(([type, zero]) => [
      `list_${type}_sum_${type}`,
      (args: readonly CelValue[]) =>
        listAt(args, 0).reduce((sum, one) => (sum instanceof CelError ? sum : add(sum, one)), zero),
    ]),
  ),
  list_a_index_of_int: (args) => BigInt(listAt(args, 0).findIndex((one) => isEqual(one, args[1] ?? null))),
  list_a_last_index_of_int: (args) => BigInt(listAt(args, 0).findLastIndex((one) => isEqual(one, args[1] ?? null))),
  list_distinct: (args) => {
    const unique: CelValue[] = [];
    for (const one of listAt(args, 0)) if (!unique.some((other) => isEqual(one, other))) unique.push(one);
    return asMade(unique);
  },
  list_slice: (args) => {
    const list = listAt(args, 0);
    const [start, end] = [intAt(args, 1), intAt(args, 2)];
    const problem = (text: string) => new CelError(`cannot slice(${start}, ${end}), ${text}`);
    if (start < 0n || end < 0n) return problem('negative indexes not supported');
    if (start > end) return problem('start index must be less than or equal to end index');
    return end > list.length
      ? problem(`list is length ${list.length}`)
      : asMade(list.slice(Number(start), Number(end)));
  },
  lists_range: (args) => {
    const size = intAt(args, 0);
    if (size < 0n) return new CelError(`lists.range: size must be non-negative, got ${size}`);
    if (size > MOST_IN_RANGE) {
      return new CelError(`lists.range: size ${size} exceeds maximum allowed (${MOST_IN_RANGE})`);
    }
    return Array.from({ length: Number(size) }, (_, index) => BigInt(index));
  },
  list_reverse: (args) => asMade(listAt(args, 0).toReversed()),
  list_sets_contains_list: (args) => containsAll(listAt(args, 0), listAt(args, 1)),
  list_sets_equivalent_list: (args) =>
    containsAll(listAt(args, 0), listAt(args, 1)) && containsAll(listAt(args, 1), listAt(args, 0)),
  list_sets_intersects_list: (args) =>
    listAt(args, 0).some((one) => listAt(args, 1).some((other) => isEqual(one, other))),
  '@mapInsert_map_key_value': ([map = null, key = null, value = null]) => insert(map, [[key, value]]),
  '@mapInsert_map_map': ([map = null, other = null]) => insert(map, entriesOf(other) ?? []),
};

/** Functions on lists that decide by themselves what their arguments may be, by name. */
export const LIST_SINGLETONS: FunctionTable = {
  sort: ([list = null]) => (isList(list) ? sortBy(list, list) : lacks(list, 'sort')),
  '@sortByAssociatedKeys': ([list = null, keys = null]) =>
    isList(list) && isList(keys) ? sortBy(list, keys) : lacks(list, '@sortByAssociatedKeys'),
  flatten: ([list = null, depth]) => {
    const isFit = isList(list) && (depth === undefined || typeof depth === 'bigint');
    if (isFit) {
      return depth !== undefined && depth < 0n
        ? new CelError('level must be non-negative')
        : asMade(flatten(list, depth ?? 1n));
    }
    const given = depth === undefined ? '' : typeNameOf(depth);
    return new CelError(`no such overload: ${typeNameOf(list)}.flatten(${given})`);
  },
};

function forTypes(id: (type: string) => string, body: FunctionBody): FunctionTable {
  return Object.fromEntries(COMPARABLE.map((type) => [id(type), body]));
}

function containsAll(list: readonly CelValue[], wanted: readonly CelValue[]): boolean {
  return wanted.every((one) => list.some((other) => isEqual(one, other)));
}

function isSorted(args: readonly CelValue[]): CelValue {
  let before: CelValue | undefined;
  for (const one of listAt(args, 0)) {
    if (!isComparable(one)) return NO_OVERLOAD;
    if (before !== undefined && compareValues(before, one) === 1) return false;
    before = one;
  }
  return true;
}

function extreme(name: string, replaces: number): FunctionBody {
  return (args) => {
    let best: CelValue | undefined;
    for (const one of listAt(args, 0)) {
      if (!isComparable(one)) return NO_OVERLOAD;
      if (best === undefined || compareValues(best, one) === replaces) best = one;
    }
    return best ?? new CelError(`${name} called on empty list`);
  };
}

/** Can it be compared with something? Whether with what it meets is another question. */
function isComparable(value: CelValue): boolean {
  return COMPARABLE_NAMES.has(typeNameOf(value));
}

function sortBy(list: readonly CelValue[], keys: readonly CelValue[]): CelValue {
  const [first] = keys;
  if (list.length !== keys.length) {
    const lengths = `${list.length} and ${keys.length} elements respectively`;
    const wanted = 'a list of the same size as the associated keys list';
    return new CelError(`@sortByAssociatedKeys() expected ${wanted}, but got ${lengths}`);
  }
  if (first === undefined) return list;
  if (!isComparable(first)) return new CelError('list elements must be comparable');
  const type = typeNameOf(first);
  if (keys.some((key) => typeNameOf(key) !== type)) return new CelError('list elements must have the same type');
  const order = (a: CelValue, b: CelValue): number => {
    const result = compareValues(a, b);
    return result instanceof CelError ? 0 : result;
  };
  const sorted = list.map((value, index) => ({ value, key: keys[index] ?? null })).sort((a, b) => order(a.key, b.key));
  return asMade(sorted.map(({ value }) => value));
}

function flatten(list: readonly CelValue[], depth: bigint): readonly CelValue[] {
  return list.flatMap((one) => (isList(one) && depth > 0n ? flatten(one, depth - 1n) : [one]));
}

/** Adds entries to a map that is under construction, or to a copy of another. */
function insert(map: CelValue, added: readonly (readonly [CelValue, CelValue])[]): CelValue {
  const entries = map instanceof GrowingMap ? map.entries : copyOf(map);
  if (entries === undefined) return NO_OVERLOAD;
  for (const [key, value] of added) {
    const id = mapKey(key) ?? '';
    if (entries.has(id)) return new CelError(`insert failed: key ${goValueText(key)} already exists`);
    entries.set(id, [key, value]);
  }
  return map instanceof GrowingMap ? map : mapOf(entries.values());
}

function copyOf(map: CelValue): CelMap['entries'] | undefined {
  const entries = entriesOf(map);
  return entries === undefined ? undefined : new Map(entries.map((entry) => [mapKey(entry[0]) ?? '', entry]));
}
