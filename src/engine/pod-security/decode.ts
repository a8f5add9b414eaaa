import { formatFloatG, goJson, goTypeName } from '../../language/go-text.ts';
import { parseQuantityOrError } from '../../language/quantity.ts';
import { isArray, isObject, type Json, type JsonObject, setKey } from '../../model/json.ts';
import { POD_TYPES } from './pod-types.ts';

/** A decoded object, or the text of the error that Go's `encoding/json` stops or ends with. */
export type Decoded =
  | { readonly object: JsonObject; readonly error?: undefined }
  | { readonly error: string; readonly object?: undefined };

type Fields = ReadonlyMap<string, string>;

interface Decoding {
  /** The first value of a wrong type; decoding goes on after it. */
  typeError: string | undefined;
  /** What a type's own decoder said; it ends everything. */
  fatal: string | undefined;
  /** Some key matches its field only when case is ignored. */
  renamed: boolean;
}

const TYPES: ReadonlyMap<string, Fields> = new Map(
  POD_TYPES.map((line) => {
    const [name = '', ...fields] = line.split(' ');
    return [name, new Map(fields.map((field): [string, string] => splitField(field)))];
  }),
);
const FOLDED: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(
  [...TYPES].map(([name, fields]) => [name, new Map([...fields.keys()].map((key) => [key.toLowerCase(), key]))]),
);
const LEAF_NAMES: ReadonlyMap<string, string> = new Map([
  ['s', 'string'],
  ['b', 'bool'],
  ['i', 'int32'],
  ['l', 'int64'],
]);
const RFC3339 =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:[.,]\d+)?(?:Z|[-+]\d\d:\d\d)$/;

function splitField(field: string): [string, string] {
  const at = field.indexOf(':');
  return [field.slice(0, at), field.slice(at + 1)];
}

/**
 * Checks an object against a Go type of `POD_TYPES` as `encoding/json` would decode it: unknown keys are ignored, null
 * is allowed everywhere, keys are matched in any case (the object given back has them as the type spells them).
 */
export function decodeTyped(object: JsonObject, type: string): Decoded {
  const decoding: Decoding = { typeError: undefined, fatal: undefined, renamed: false };
  checkStruct(object, type, '', decoding);
  const error = decoding.fatal ?? decoding.typeError;
  if (error !== undefined) return { error };
  return { object: decoding.renamed ? (respell(object, type) as JsonObject) : object };
}

function checkStruct(object: JsonObject, type: string, path: string, decoding: Decoding): void {
  const fields = TYPES.get(type);
  for (const key of Object.keys(object)) {
    if (decoding.fatal !== undefined) return;
    const name = fieldName(type, key);
    if (name === undefined) continue;
    if (name !== key) decoding.renamed = true;
    const at = path === '' ? name : `${path}.${name}`;
    check(object[key] ?? null, fields?.get(name) ?? 'j', type, at, decoding);
  }
}

function fieldName(type: string, key: string): string | undefined {
  return TYPES.get(type)?.has(key) === true ? key : FOLDED.get(type)?.get(key.toLowerCase());
}

function check(value: Json, type: string, owner: string, path: string, decoding: Decoding): void {
  if (value === null || decoding.fatal !== undefined) return;
  const inner = type.slice(1, -1);
  switch (type[0]) {
    case '[':
      if (isArray(value)) for (const item of value) check(item, inner, owner, path, decoding);
      else mismatch(value, `[]${goName(inner)}`, owner, path, decoding);
      return;
    case '{':
      if (isObject(value)) for (const item of Object.values(value)) check(item, inner, owner, path, decoding);
      else mismatch(value, `map[string]${goName(inner)}`, owner, path, decoding);
      return;
    default:
      checkNamed(value, type, owner, path, decoding);
  }
}

function checkNamed(value: Json, type: string, owner: string, path: string, decoding: Decoding): void {
  if (TYPES.has(type)) {
    if (isObject(value)) checkStruct(value, type, path, decoding);
    else mismatch(value, goName(type), owner, path, decoding);
    return;
  }
  switch (type) {
    case 's':
      if (typeof value !== 'string') mismatch(value, 'string', owner, path, decoding);
      return;
    case 'b':
      if (typeof value !== 'boolean') mismatch(value, 'bool', owner, path, decoding);
      return;
    case 'i':
    case 'l':
      if (!isInteger(value, type === 'i' ? 31n : 63n)) mismatch(value, goName(type), owner, path, decoding);
      return;
    default:
      decoding.fatal = specialError(value, type);
  }
}

/** What the decoders of quantities, times and int-or-strings object to. */
function specialError(value: Json, type: string): string | undefined {
  if (type === 'q') return parseQuantityOrError(typeof value === 'string' ? value.trim() : goJson(value)).error;
  if (type === 'x') {
    if (typeof value === 'string' || isInteger(value, 31n)) return undefined;
    return `json: cannot unmarshal ${jsonKind(value)} into Go value of type int32`;
  }
  if (type === 'j') return undefined;
  if (typeof value !== 'string') return `json: cannot unmarshal ${jsonKind(value)} into Go value of type string`;
  if (RFC3339.test(value)) return undefined;
  return `parsing time "${value}" as "2006-01-02T15:04:05Z07:00": cannot parse "${value}" as "2006"`;
}

/** True for numbers whose JSON text is that of a whole number of this size. */
function isInteger(value: Json, bits: bigint): boolean {
  if (typeof value !== 'bigint' && typeof value !== 'number') return false;
  if (typeof value === 'number' && (!Number.isInteger(value) || Math.abs(value) >= 1e21)) return false;
  const whole = BigInt(value);
  return whole >= -(1n << bits) && whole < 1n << bits;
}

function mismatch(value: Json, goType: string, owner: string, path: string, decoding: Decoding): void {
  const place = `Go struct field ${owner}.${path}`;
  decoding.typeError ??= `json: cannot unmarshal ${jsonKind(value, goType)} into ${place} of type ${goType}`;
}

function jsonKind(value: Json, goType = ''): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'number':
    case 'bigint':
      if (!goType.startsWith('int')) return 'number';
      return `number ${typeof value === 'bigint' ? value : formatNumber(value)}`;
    default:
      return goTypeName(value).startsWith('map') ? 'object' : 'array';
  }
}

function formatNumber(value: number): string {
  return Number.isFinite(value) ? goJson(value) : formatFloatG(value);
}

function goName(type: string): string {
  const leaf = LEAF_NAMES.get(type);
  if (leaf !== undefined) return leaf;
  if (type.startsWith('[')) return `[]${goName(type.slice(1, -1))}`;
  if (type.startsWith('{')) return `map[string]${goName(type.slice(1, -1))}`;
  return `v1.${type}`;
}

/** A copy with every key as its type spells it; of several spellings the last in key order wins. */
function respell(value: Json, type: string): Json {
  const inner = type.slice(1, -1);
  if (isArray(value)) return type.startsWith('[') ? value.map((item) => respell(item, inner)) : value;
  if (!isObject(value)) return value;
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(value).sort()) {
    const name = type.startsWith('{') ? key : (fieldName(type, key) ?? key);
    const child = type.startsWith('{') ? inner : (TYPES.get(type)?.get(name) ?? 'j');
    setKey(copy, name, respell(value[key] ?? null, child));
  }
  return copy;
}
