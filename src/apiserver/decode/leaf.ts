import { durationText, parseDurationOrError } from '../../language/duration.ts';
import { parseQuantityOrError, quantityText } from '../../language/quantity.ts';
import type { Json } from '../../model/json.ts';
import type { Leaf } from '../schema/schema.ts';
import { canonicalTime, ZERO_TIME } from './go-time.ts';

/** A decoded leaf, or why Go refuses it: a whole error text, or a type mismatch the caller gives a place to. */
export type LeafResult =
  | { readonly value: Json }
  | { readonly error: string }
  | { readonly mismatch: string; readonly goType: string };

const GO_TYPES: Readonly<Record<Leaf, string>> = {
  string: 'string',
  bool: 'bool',
  int32: 'int32',
  int64: 'int64',
  float: 'float64',
  quantity: 'resource.Quantity',
  time: 'v1.Time',
  'micro-time': 'v1.MicroTime',
  duration: 'v1.Duration',
  'int-or-string': 'intstr.IntOrString',
  bytes: '[]uint8',
  any: 'interface {}',
};

/** How Go names the type in its error texts. */
export function goLeafType(leaf: Leaf): string {
  return GO_TYPES[leaf];
}

/** How Go's JSON errors name a value: `string`, `number`, `bool`, `object`, `array`. */
export function jsonWord(value: Json): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'number';
  return value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value;
}

/** The zero value, as written when the field has no `omitempty`. */
export function zeroLeaf(leaf: Leaf): Json {
  switch (leaf) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int32':
    case 'int64':
    case 'float':
    case 'int-or-string':
      return 0n;
    case 'quantity':
      return '0';
    case 'duration':
      return '0s';
    default:
      return null;
  }
}

/** True for the value that a field by value has when nothing was given. */
export function isZeroLeaf(leaf: Leaf, value: Json): boolean {
  if (leaf === 'time' || leaf === 'micro-time') return value === ZERO_TIME || value === null;
  return leaf !== 'any' && value === zeroLeaf(leaf);
}

/** Decodes a value that is not null. Upstream: `sigs.k8s.io/json` and the types' own `UnmarshalJSON`. */
export function decodeLeaf(leaf: Leaf, value: Json): LeafResult {
  switch (leaf) {
    case 'any':
      return { value };
    case 'string':
      return typeof value === 'string' ? { value } : mismatch(leaf, value);
    case 'bool':
      return typeof value === 'boolean' ? { value } : mismatch(leaf, value);
    case 'int32':
      return decodeInt(value, 32);
    case 'int64':
      return decodeInt(value, 64);
    case 'float':
      if (typeof value === 'bigint') return { value };
      if (typeof value !== 'number') return mismatch(leaf, value);
      return { value: Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value) : value };
    case 'quantity':
      return decodeQuantity(value);
    case 'int-or-string':
      if (typeof value === 'string') return { value };
      return decodeInt(value, 32);
    case 'bytes':
      return decodeBytes(value);
    case 'duration':
      return decodeDuration(value);
    default:
      return decodeTime(value, leaf === 'micro-time');
  }
}

function mismatch(leaf: Leaf, value: Json): LeafResult {
  return { mismatch: jsonWord(value), goType: goLeafType(leaf) };
}

function decodeInt(value: Json, bits: 32 | 64): LeafResult {
  const goType = `int${bits}`;
  if (typeof value === 'bigint' && BigInt.asIntN(bits, value) === value) return { value };
  if (typeof value === 'bigint') return { mismatch: `number ${value}`, goType };
  // A whole number that is no bigint was written with a fraction.
  if (typeof value === 'number') return { mismatch: `number ${value}${Number.isInteger(value) ? '.0' : ''}`, goType };
  return { mismatch: jsonWord(value), goType };
}

function decodeQuantity(value: Json): LeafResult {
  const text = typeof value === 'object' ? '{}' : String(value);
  const { quantity, error } = parseQuantityOrError(text.trim());
  return quantity === undefined ? { error } : { value: quantityText(quantity) };
}

function decodeBytes(value: Json): LeafResult {
  if (typeof value !== 'string') return mismatch('bytes', value);
  const compact = value.replace(/[\r\n]/g, '');
  const bad = /[^A-Za-z0-9+/=]/.exec(compact);
  if (bad !== null) return { error: `illegal base64 data at input byte ${bad.index}` };
  const data = /^[^=]*/.exec(compact)?.[0] ?? '';
  const padding = compact.slice(data.length);
  const expected = ['', undefined, '==', '='][data.length % 4];
  if (padding !== expected) {
    const at =
      expected === undefined || padding.length < expected.length ? Math.floor(compact.length / 4) * 4 : compact.length;
    return { error: `illegal base64 data at input byte ${at}` };
  }
  return { value: Buffer.from(compact, 'base64').toString('base64') };
}

function decodeDuration(value: Json): LeafResult {
  if (typeof value !== 'string') return mismatch('string', value);
  const { ns, error } = parseDurationOrError(value);
  return ns === undefined ? { error } : { value: durationText(ns) };
}

function decodeTime(value: Json, micro: boolean): LeafResult {
  if (typeof value !== 'string') return mismatch('string', value);
  const { text, error } = canonicalTime(value, micro);
  return text === undefined ? { error } : { value: text };
}
