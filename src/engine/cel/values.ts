import { type CelType, PLAIN_TYPES } from './types.ts';

/**
 * A value of an expression. Numbers are as in all JSON here: `bigint` is an int, `number` a double. Plain objects are
 * maps with text keys.
 */
export type CelValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | readonly CelValue[]
  | CelObject
  | CelSpecial;

/** A map with text keys, as JSON has it. */
export interface CelObject {
  readonly [key: string]: CelValue;
}

/** Base of all values that JSON does not have. */
export abstract class CelSpecial {
  /** The type's name at run time, e.g. `kubernetes.Quantity`. */
  abstract readonly typeName: string;
}

/** An error. It is passed on like a value: `||` and `&&` may do without the operand that failed. */
export class CelError extends CelSpecial {
  readonly typeName = 'error';
  readonly message: string;

  constructor(message: string) {
    super();
    this.message = message;
  }
}

/** An unsigned integer. */
export class CelUint extends CelSpecial {
  readonly typeName = PLAIN_TYPES.uint.name;
  readonly value: bigint;

  constructor(value: bigint) {
    super();
    this.value = value;
  }
}

/** A span of time in nanoseconds. */
export class CelDuration extends CelSpecial {
  readonly typeName = PLAIN_TYPES.duration.name;
  readonly ns: bigint;

  constructor(ns: bigint) {
    super();
    this.ns = ns;
  }
}

/** A point in time in nanoseconds since 1970; `offset` in seconds is that of the zone it was written in. */
export class CelTimestamp extends CelSpecial {
  readonly typeName = PLAIN_TYPES.timestamp.name;
  readonly ns: bigint;
  readonly offset: number;

  constructor(ns: bigint, offset = 0) {
    super();
    this.ns = ns;
    this.offset = offset;
  }
}

/** A type as a value: `type(1)`, `int`. */
export class CelTypeValue extends CelSpecial {
  readonly typeName = PLAIN_TYPES.type.name;
  /** Its name at run time. */
  readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
  }
}

/** A value that may be missing. */
export class CelOptional extends CelSpecial {
  readonly typeName = 'optional_type';
  readonly value: CelValue | undefined;

  constructor(value: CelValue | undefined) {
    super();
    this.value = value;
  }
}

/** A map with keys that are not all texts. */
export class CelMap extends CelSpecial {
  readonly typeName = 'map';
  /** By `mapKey`, in the order of insertion. */
  readonly entries: Map<string, readonly [CelValue, CelValue]>;

  constructor(entries: Map<string, readonly [CelValue, CelValue]> = new Map()) {
    super();
    this.entries = entries;
  }
}

/** A map whose values are computed when they are first read: `variables`. */
export class CelLazyMap extends CelSpecial {
  readonly typeName: string;
  readonly find: (key: string) => CelValue | undefined;

  constructor(typeName: string, find: (key: string) => CelValue | undefined) {
    super();
    this.typeName = typeName;
    this.find = find;
  }
}

/** A value of a library's own type. */
export class CelOpaque<T> extends CelSpecial {
  readonly typeName: string;
  readonly data: T;
  /** Compares with a value of the same type; without it only the same value is equal. */
  readonly equals: ((other: T) => boolean) | undefined;

  constructor(typeName: string, data: T, equals?: (other: T) => boolean) {
    super();
    this.typeName = typeName;
    this.data = data;
    this.equals = equals;
  }
}

/** The list under construction of a comprehension; adding to it changes it. */
export class GrowingList extends Array<CelValue> {}

/** The map under construction of a comprehension. */
export class GrowingMap extends CelMap {}

/** No value. */
export const NONE = new CelOptional(undefined);

/** True for lists. */
export function isList(value: CelValue): value is readonly CelValue[] {
  return Array.isArray(value);
}

/** True for plain objects. */
export function isObjectValue(value: CelValue): value is CelObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof CelSpecial) &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  );
}

/** The name of a value's type at run time. Upstream: `Type().TypeName()` of cel-go's values. */
export function typeNameOf(value: CelValue): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    default:
      if (value === null) return PLAIN_TYPES.null.name;
      if (value instanceof CelSpecial) return value.typeName;
      if (Array.isArray(value)) return 'list';
      return value instanceof Uint8Array ? 'bytes' : 'map';
  }
}

/** The key under which a map holds an entry; numbers that are equal share one. `undefined` for what is no key. */
export function mapKey(key: CelValue): string | undefined {
  switch (typeof key) {
    case 'string':
      return `s${key}`;
    case 'boolean':
      return `b${key}`;
    case 'bigint':
      return `n${key}`;
    case 'number':
      return Number.isInteger(key) ? `n${BigInt(key)}` : `d${key}`;
    default:
      return key instanceof CelUint ? `n${key.value}` : undefined;
  }
}

/** True for values that look something up in a map or list. */
export function isMapKey(value: CelValue): boolean {
  const type = typeof value;
  return type === 'string' || type === 'bigint' || type === 'number' || type === 'boolean' || value instanceof CelUint;
}

/** The key under which a map under construction holds an entry whatever its key is; other kinds are told apart by identity. */
export function entryKey(key: CelValue, entries: ReadonlyMap<string, unknown>): string {
  if (key === null) return 'null';
  if (key instanceof CelDuration) return `D${key.ns}`;
  if (key instanceof CelTimestamp) return `T${key.ns} ${key.offset}`;
  if (key instanceof CelTypeValue) return `t${key.name}`;
  return mapKey(key) ?? `#${entries.size}`;
}

/** A map of entries: a plain object when every key is a text. */
export function mapOf(entries: Iterable<readonly [CelValue, CelValue]>): CelObject | CelMap {
  const pairs = [...entries];
  if (pairs.every(([key]) => typeof key === 'string')) return Object.fromEntries(pairs as [string, CelValue][]);
  const held = new Map<string, readonly [CelValue, CelValue]>();
  for (const pair of pairs) held.set(entryKey(pair[0], held), pair);
  return new CelMap(held);
}

/** Keys and values of a map in order; `undefined` when the value is no map. */
export function entriesOf(value: CelValue): readonly (readonly [CelValue, CelValue])[] | undefined {
  if (value instanceof CelMap) return [...value.entries.values()];
  return isObjectValue(value) ? Object.entries(value) : undefined;
}

/** True when a value may be given to a function that declares `type`; only the first element or entry is looked at. */
export function fitsAtRunTime(type: CelType, value: CelValue): boolean {
  if (type.kind === 'dyn' || type.kind === 'any' || type.kind === 'param') return true;
  if (type.name !== typeNameOf(value)) return false;
  const [first, second] = type.params;
  if (type.kind === 'list' && first !== undefined && isList(value)) {
    return value.length === 0 || fitsAtRunTime(first, value[0] as CelValue);
  }
  if (type.kind !== 'map' || first === undefined || second === undefined) return true;
  const entry = firstEntry(value);
  return entry === undefined || (fitsAtRunTime(first, entry[0]) && fitsAtRunTime(second, entry[1]));
}

function firstEntry(value: CelValue): readonly [CelValue, CelValue] | undefined {
  if (value instanceof CelMap) return value.entries.values().next().value;
  if (!isObjectValue(value)) return undefined;
  for (const key in value) if (Object.hasOwn(value, key)) return [key, value[key] as CelValue];
  return undefined;
}
