import { goQuote } from '../../language/go-text.ts';
import { isArray, isObject, type Json, type JsonObject, setKey } from '../../model/json.ts';
import { goNameOf } from '../schema/go-names.ts';
import { type Field, type Struct, structOf, type ValueType } from '../schema/schema.ts';
import { decodeLeaf, goLeafType, isZeroLeaf, jsonWord, zeroLeaf } from './leaf.ts';

/** A decoded object, or Go's error text. */
export type Decoded =
  | {
      readonly ok: true;
      /** Unknown fields and zero values gone, canonical quantities and times, fields without omitempty present. */
      readonly object: JsonObject;
      /** What strict decoding complains about, in document order, e.g. `unknown field "spec.foo"`. */
      readonly strict: readonly string[];
      /** Whether an empty list or map was kept that Go does not write. */
      readonly empties: boolean;
    }
  | { readonly ok: false; readonly error: string };

type MutableObject = Record<string, Json>;

/** Where a value stands, as Go's errors tell it. */
interface Owner {
  readonly struct: Struct;
  /** Names of fields from the root, embedded structs included. */
  readonly path: string;
  /** The named type of the field's leaves; `""` for a plain one. */
  readonly type: string;
}

interface State {
  error: string | undefined;
  readonly keepEmpties: boolean;
  empties: boolean;
  readonly strict: Set<string>;
}

/** Go saves no more strict errors than this. */
const STRICT_LIMIT = 100;

/**
 * Decodes JSON into a built-in type and writes it back, as a client's body goes through the API server.
 * With `keepEmpties` the object has the empty lists and maps that were given, as the Go value has them; Go's JSON does
 * not (see `takeEmpties`). Never throws for what the object holds.
 * Upstream: `sigs.k8s.io/json` (case sensitive, strict), `encoding/json` for writing.
 */
export function decodeObject(type: string, object: JsonObject, keepEmpties = false): Decoded {
  const state: State = { error: undefined, keepEmpties, empties: false, strict: new Set() };
  const decoded = decodeStruct(structOf(type), object, '', '', state);
  if (state.error !== undefined) return { ok: false, error: state.error };
  return { ok: true, object: decoded, strict: [...state.strict], empties: state.empties };
}

/** The value of a type when nothing is given, e.g. `{"resources": {}}` of a container. */
export function zeroStruct(struct: Struct): JsonObject {
  const out: MutableObject = {};
  fillAlways(struct, out);
  return out;
}

function decodeStruct(struct: Struct, value: JsonObject, path: string, goPath: string, state: State): MutableObject {
  const out: MutableObject = {};
  for (const key of Object.keys(value)) {
    const field = struct.fields.get(key);
    const raw = value[key];
    if (field === undefined) {
      if (state.strict.size < STRICT_LIMIT) {
        state.strict.add(`unknown field ${goQuote(path === '' ? key : `${path}.${key}`)}`);
      }
      continue;
    }
    if (raw === null || raw === undefined) continue;
    const fieldPath = path === '' ? key : `${path}.${key}`;
    const { embedded, type } = goNameOf(struct.goName, key);
    const names = [...(goPath === '' ? [] : [goPath]), ...(embedded === '' ? [] : [embedded]), key];
    const decoded = decodeValue(field.type, raw, fieldPath, { struct, path: names.join('.'), type }, state);
    if (decoded !== undefined && isKept(field, decoded, state)) out[key] = decoded;
  }
  fillAlways(struct, out);
  return out;
}

/** Whether Go's encoder would write the value of this field, or the Go value is to be kept as it is. */
function isKept(field: Field, value: Json, state: State): boolean {
  const { type } = field;
  if (type.kind === 'list' || type.kind === 'map' || type.kind === 'bytes') {
    if (field.always || field.pointer) return true;
    if (typeof value !== 'object' || value === null) return value !== '';
    if (Object.keys(value).length > 0) return true;
    state.empties ||= state.keepEmpties;
    return state.keepEmpties;
  }
  if (type.kind === 'struct') return !(field.omitZero && isObject(value) && Object.keys(value).length === 0);
  return field.always || field.pointer || !isZeroLeaf(type.kind, value);
}

function fillAlways(struct: Struct, out: MutableObject): void {
  for (const field of struct.alwaysFields) {
    if (!Object.hasOwn(out, field.name)) out[field.name] = zeroOf(field);
  }
}

function zeroOf(field: Field): Json {
  const { type } = field;
  if (field.pointer || type.kind === 'list' || type.kind === 'map') return null;
  return type.kind === 'struct' ? zeroStruct(structOf(type.name)) : zeroLeaf(type.kind);
}

function decodeValue(type: ValueType, value: Json, path: string, owner: Owner, state: State): Json | undefined {
  switch (type.kind) {
    case 'struct':
      if (isObject(value)) return decodeStruct(structOf(type.name), value, path, owner.path, state);
      break;
    case 'list':
      if (isArray(value)) return decodeList(type.item, value, path, owner, state);
      break;
    case 'map':
      if (isObject(value)) return decodeMap(type.item, value, path, owner, state);
      break;
    default: {
      const result = decodeLeaf(type.kind, value);
      if ('value' in result) return result.value;
      state.error ??=
        'error' in result
          ? result.error
          : mismatchText(result.mismatch, owner.type === '' ? result.goType : owner.type, owner);
      return undefined;
    }
  }
  state.error ??= mismatchText(jsonWord(value), goTypeOf(type, owner.type), owner);
  return undefined;
}

function decodeList(item: ValueType, value: readonly Json[], path: string, owner: Owner, state: State): Json {
  return value.map((entry, i) =>
    entry === null ? zeroItem(item) : (decodeValue(item, entry, `${path}[${i}]`, owner, state) ?? null),
  );
}

function decodeMap(item: ValueType, value: JsonObject, path: string, owner: Owner, state: State): Json {
  const out: MutableObject = {};
  for (const key of Object.keys(value)) {
    const entry = value[key] ?? null;
    const decoded = entry === null ? zeroItem(item) : decodeValue(item, entry, `${path}.${key}`, owner, state);
    setKey(out, key, decoded ?? null);
  }
  return out;
}

function zeroItem(type: ValueType): Json {
  if (type.kind === 'struct') return zeroStruct(structOf(type.name));
  return type.kind === 'list' || type.kind === 'map' ? null : zeroLeaf(type.kind);
}

function mismatchText(word: string, goType: string, { struct, path }: Owner): string {
  return `json: cannot unmarshal ${word} into Go struct field ${struct.goName}.${path} of type ${goType}`;
}

function goTypeOf(type: ValueType, named: string): string {
  if (type.kind === 'list') return `[]${goTypeOf(type.item, named)}`;
  if (type.kind === 'map') {
    return type.item.kind === 'quantity' ? 'v1.ResourceList' : `map[string]${goTypeOf(type.item, named)}`;
  }
  if (type.kind === 'struct') return `v1.${structOf(type.name).goName}`;
  return named === '' ? goLeafType(type.kind) : named;
}
