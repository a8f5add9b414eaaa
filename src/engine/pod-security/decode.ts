import { compareBytes, goJson, goTypeName } from '../../language/go-text.ts';
import { goTrimSpace } from '../../language/go-text-numbers.ts';
import { parseTime, RFC3339 } from '../../language/go-time.ts';
import { parseQuantityOrError } from '../../language/quantity.ts';
import { EvaluationError } from '../../model/failure.ts';
import { isArray, isObject, type Json, type JsonObject, setKey } from '../../model/json.ts';
import { fieldOf, type GoType } from './go-types.ts';

/** A decoded object, or the text of the error that Go's `encoding/json` stops or ends with. */
export type Decoded =
  | { readonly object: JsonObject; readonly error?: undefined }
  | { readonly error: string; readonly object?: undefined };

interface Decoding {
  /** Keys are visited in order, as Go wrote them: decides which of several errors comes first. */
  readonly inOrder: boolean;
  /** The first value of a wrong type; decoding goes on after it. */
  typeError: string | undefined;
  /** What a type's own decoder said; it ends everything. */
  fatal: string | undefined;
  /** Some key matches its field only when case is ignored. */
  renamed: boolean;
}

/** Where a value stands: the innermost struct and the path from the root. */
interface Owner {
  readonly struct: string;
  readonly path: string;
}

const RFC3339_MICRO = '2006-01-02T15:04:05.000000Z07:00';

/**
 * Checks an object against a Go struct of `POD_TYPES` as `encoding/json` would decode it: unknown keys are ignored,
 * null is allowed everywhere, keys match in any case (the object given back has them as the struct spells them).
 */
export function decodeTyped(object: JsonObject, struct: string): Decoded {
  const quick = walk(object, struct, false);
  if (errorOf(quick) !== undefined) return { error: errorOf(walk(object, struct, true)) ?? '' };
  if (!quick.renamed) return { object };
  return { object: respell(object, { kind: 'struct', goName: '', struct }) as JsonObject };
}

function walk(object: JsonObject, struct: string, inOrder: boolean): Decoding {
  const decoding: Decoding = { inOrder, typeError: undefined, fatal: undefined, renamed: false };
  checkStruct(object, struct, '', decoding);
  return decoding;
}

function errorOf({ fatal, typeError }: Decoding): string | undefined {
  return fatal ?? typeError;
}

function keysOf(object: JsonObject, { inOrder }: Decoding): readonly string[] {
  return inOrder ? Object.keys(object).sort(compareBytes) : Object.keys(object);
}

function checkStruct(object: JsonObject, struct: string, path: string, decoding: Decoding): void {
  for (const key of keysOf(object, decoding)) {
    if (decoding.fatal !== undefined) return;
    const field = fieldOf(struct, key);
    if (field === undefined) continue;
    if (field.key !== key) decoding.renamed = true;
    const value = object[key] ?? null;
    if (value === null || fits(value, field.type)) continue;
    check(value, field.type, { struct, path: path === '' ? field.path : `${path}.${field.path}` }, decoding);
  }
}

/** True for values that need no closer look; keeps paths from being built for most of them. */
function fits(value: Json, { kind }: GoType): boolean {
  return kind === 'string' || kind === 'bool' ? isLeaf(value, kind) : kind === 'anything';
}

function check(value: Json, type: GoType, owner: Owner, decoding: Decoding): void {
  if (value === null || decoding.fatal !== undefined) return;
  switch (type.kind) {
    case 'list':
      if (isArray(value)) for (const item of value) check(item, type.item, owner, decoding);
      else decoding.typeError ??= mismatch(value, type.goName, owner);
      return;
    case 'map':
      if (isObject(value))
        for (const key of keysOf(value, decoding)) check(value[key] ?? null, type.item, owner, decoding);
      else decoding.typeError ??= mismatch(value, type.goName, owner);
      return;
    case 'struct':
      if (isObject(value)) checkStruct(value, type.struct, owner.path, decoding);
      else decoding.typeError ??= mismatch(value, type.goName, owner);
      return;
    case 'string':
    case 'bool':
    case 'int32':
    case 'int64':
      if (!isLeaf(value, type.kind)) decoding.typeError ??= mismatch(value, type.goName, owner);
      return;
    default:
      decoding.fatal = specialError(value, type.kind, owner);
  }
}

function isLeaf(value: Json, kind: 'string' | 'bool' | 'int32' | 'int64'): boolean {
  if (kind === 'string') return typeof value === 'string';
  if (kind === 'bool') return typeof value === 'boolean';
  return isInteger(value, kind === 'int32' ? 31n : 63n);
}

/** True for numbers whose JSON text is that of a whole number of this size. */
function isInteger(value: Json, bits: bigint): boolean {
  if (typeof value !== 'bigint' && typeof value !== 'number') return false;
  if (typeof value === 'number' && (!Number.isInteger(value) || Math.abs(value) >= 1e21)) return false;
  const whole = BigInt(value);
  return whole >= -(1n << bits) && whole < 1n << bits;
}

/** What the own decoders of quantities, times and int-or-strings object to. */
function specialError(value: Json, kind: GoType['kind'], owner: Owner): string | undefined {
  if (kind === 'quantity') {
    return parseQuantityOrError(goTrimSpace(typeof value === 'string' ? value : goJson(value))).error;
  }
  if (kind === 'int or string') {
    return typeof value === 'string' || isInteger(value, 31n) ? undefined : mismatch(value, 'int32', owner);
  }
  if (kind !== 'time' && kind !== 'micro time') return undefined;
  return typeof value === 'string'
    ? timeError(value, kind === 'time' ? RFC3339 : RFC3339_MICRO)
    : mismatch(value, 'string', owner);
}

function timeError(text: string, layout: string): string | undefined {
  try {
    parseTime(layout, text);
    return undefined;
  } catch (error) {
    if (error instanceof EvaluationError) return error.message;
    throw error;
  }
}

function mismatch(value: Json, goName: string, { struct, path }: Owner): string {
  return `json: cannot unmarshal ${jsonKind(value, goName)} into Go struct field ${struct}.${path} of type ${goName}`;
}

function jsonKind(value: Json, goName: string): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'object') return goTypeName(value).startsWith('map') ? 'object' : 'array';
  return goName.startsWith('int') ? `number ${goJson(value)}` : 'number';
}

/** A copy with every key as its struct spells it; of several spellings the last in key order wins. */
function respell(value: Json, type: GoType): Json {
  if (type.kind === 'list' && isArray(value)) return value.map((item) => respell(item, type.item));
  if (!isObject(value) || (type.kind !== 'map' && type.kind !== 'struct')) return value;
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(value).sort(compareBytes)) {
    const field = type.kind === 'struct' ? fieldOf(type.struct, key) : undefined;
    const item = type.kind === 'map' ? type.item : field?.type;
    const child = value[key] ?? null;
    setKey(copy, field?.key ?? key, item === undefined ? child : respell(child, item));
  }
  return copy;
}
