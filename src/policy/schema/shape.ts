import type { Json } from '../../model/json.ts';

/**
 * What a value in a policy may be. The tables of this folder say for each kind what the API server's schema knows,
 * with the fields in the order in which Kyverno prints them.
 */
export type Shape =
  | { readonly type: 'any'; readonly printed?: () => Shape }
  | {
      readonly type: 'string';
      readonly values?: readonly string[];
      readonly maxLength?: number;
      readonly default?: string;
    }
  | { readonly type: 'boolean'; readonly default?: boolean }
  | { readonly type: 'integer'; readonly int32?: true; readonly minimum?: number }
  | {
      readonly type: 'list';
      readonly of: Shape;
      /** No two items may be equal, or have the same value of this key. */
      readonly unique?: 'item' | 'name';
    }
  | { readonly type: 'map'; readonly of: Shape }
  | ObjectShape;

/** An object with known fields. */
export interface ObjectShape {
  readonly type: 'object';
  readonly fields: Readonly<Record<string, Field>>;
  readonly required: readonly string[];
  /** These two may not stand together. */
  readonly notBoth?: readonly [string, string];
  /** Exactly one of these must stand. */
  readonly oneOf?: readonly string[];
  /** Unknown fields are kept and not reported. */
  readonly open?: true;
}

/** A field of an object. */
export interface Field {
  readonly shape: Shape;
  /** When Go prints it: unless it is empty; whenever it is there; always. */
  readonly prints: 'filled' | 'present' | 'always';
}

/** Anything: patterns, patches, conditions. `printed` tells the order in which Kyverno prints its fields. */
export const ANY: Shape = { type: 'any' };
/** A string. */
export const STRING: Shape = { type: 'string' };
/** A boolean. */
export const BOOLEAN: Shape = { type: 'boolean' };
/** A list of strings. */
export const STRINGS: Shape = { type: 'list', of: STRING };
/** A map from names to strings. */
export const STRING_MAP: Shape = { type: 'map', of: STRING };

/** Text out of a fixed set. */
export function oneOf(...values: readonly string[]): Shape {
  return { type: 'string', values };
}

/** Free-form JSON that Kyverno nevertheless reads, and prints, as `shape`. */
export function anyPrintedAs(shape: () => Shape): Shape {
  return { type: 'any', printed: shape };
}

/** A list of `of`, whose items or their names may have to differ. */
export function list(of: Shape, unique?: 'item' | 'name'): Shape {
  return { type: 'list', of, ...(unique === undefined ? {} : { unique }) };
}

/** A field that Go prints whenever it was given, be it false or empty (a pointer in Go). */
export function given(shape: Shape): Field {
  return { shape, prints: 'present' };
}

/** A field that Go always prints: a struct without a pointer, or one without `omitempty`. */
export function always(shape: Shape): Field {
  return { shape, prints: 'always' };
}

/** An object of these fields; a bare shape is a field that Go leaves out when it is empty. */
export function object(
  fields: Readonly<Record<string, Shape | Field>>,
  rules: Omit<Partial<ObjectShape>, 'type' | 'fields'> = {},
): ObjectShape {
  const all = Object.entries(fields).map(([name, field]): [string, Field] => [
    name,
    'prints' in field ? field : { shape: field, prints: 'filled' },
  ]);
  return { type: 'object', fields: Object.fromEntries(all), required: [], ...rules };
}

/** The fields of several tables, for Go's embedded structs. */
export function fieldsOf(shape: ObjectShape): Readonly<Record<string, Field>> {
  return shape.fields;
}

/** The JSON type of a value in the words of the schema validator. */
export function jsonType(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return 'number';
  return typeof value;
}
