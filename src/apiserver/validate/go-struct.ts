import { compareBytes } from '../../language/go-text.ts';
import { asObject, isArray, isObject, type Json } from '../../model/json.ts';
import { GO_TYPES } from './generated/go-types.ts';
import { jsonString, jsonText } from './go-value.ts';

/** A value as JSON text in pieces: a scalar's text, a list, or fields in order. */
export type JsonTree =
  | string
  | { readonly list: readonly JsonTree[] }
  | { readonly fields: readonly (readonly [string, JsonTree])[] };

/** A field of a Go struct: how JSON of the internal type names it, and where the published API has it. */
export interface GoField {
  readonly key: string;
  readonly source: string;
  readonly type: string;
  readonly omitZero: boolean;
  /** The fields of `type` stand in this one's place. */
  readonly embedded: boolean;
}

const parsedTypes = new Map<string, readonly GoField[]>();

/** The fields of a Go struct in their order. `core.PodSpec` also has the host fields, at its end. */
export function goFields(type: string): readonly GoField[] {
  return type === 'core.PodSpec' ? [...fieldsOf(type), ...HOST_GO_FIELDS] : fieldsOf(type);
}

/** Whether a type of `GO_TYPES` is one of the letters, not a struct. */
export function isScalarType(type: string): boolean {
  return ZEROS[type] !== undefined;
}

function fieldsOf(type: string): readonly GoField[] {
  let fields = parsedTypes.get(type);
  if (fields === undefined) {
    fields = (GO_TYPES[type] ?? '').split(' ').map(parseField);
    parsedTypes.set(type, fields);
  }
  return fields;
}

function parseField(text: string): GoField {
  if (text.startsWith('+')) {
    const [, source = '', type = ''] = /^\+(?:(.*)=)?(.*)$/.exec(text) ?? [];
    return { key: '', source, type, omitZero: false, embedded: true };
  }
  const [, key = '', omit = '', source, type = ''] = /^([^?=:]*)(\??)(?:=([^:]*))?:(.*)$/.exec(text) ?? [];
  return {
    key,
    source: source ?? key.charAt(0).toLowerCase() + key.slice(1),
    type,
    omitZero: omit === '?',
    embedded: false,
  };
}

/**
 * A value of the published API as the JSON of the API server's internal Go type, e.g. `core.SecurityContext`: every
 * field, zero or not, under its Go name. Upstream: `encoding/json` over the types in `pkg/apis`.
 */
export function goTree(type: string, value: Json | undefined): JsonTree {
  const inner = type.slice(1);
  switch (type.charAt(0)) {
    case '*':
      return value === undefined || value === null ? 'null' : goTree(inner, value);
    case '[':
      return isArray(value) ? { list: value.map((item) => goTree(inner, item)) } : 'null';
    case '{':
      return isObject(value)
        ? {
            fields: Object.keys(value)
              .sort(compareBytes)
              .map((key) => [key, goTree(inner, value[key])]),
          }
        : 'null';
    default:
      return ZEROS[type] === undefined ? structTree(type, value) : scalarTree(type, value);
  }
}

const ZEROS: Readonly<Record<string, string>> = {
  s: '""',
  i: '0',
  b: 'false',
  q: '"0"',
  o: '0',
  t: 'null',
  y: 'null',
  j: 'null',
};

function scalarTree(type: string, value: Json | undefined): string {
  if (value === undefined || value === null) return ZEROS[type] ?? 'null';
  return typeof value === 'string' ? jsonString(value) : jsonText(value);
}

function structTree(type: string, value: Json | undefined): JsonTree {
  return { fields: structFields(type, type === 'core.PodSpec' ? internalPodSpec(value) : value) };
}

function structFields(type: string, value: Json | undefined): readonly (readonly [string, JsonTree])[] {
  const object = asObject(value) ?? {};
  return fieldsOf(type).flatMap((field) => {
    if (field.embedded) return structFields(field.type, field.source === '' ? object : object[field.source]);
    const item = object[field.source];
    if (field.omitZero && (field.type.startsWith('*') ? item === undefined || item === null : isZero(item))) return [];
    return [[field.key, goTree(field.type, item)] as const];
  });
}

function isZero(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === 0n || value === false) return true;
  return isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

const HOST_FIELDS = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'];

const HOST_GO_FIELDS = ['hostNetwork:b', 'hostPID:b', 'hostIPC:b', 'shareProcessNamespace:*b', 'hostUsers:*b'].map(
  parseField,
);

/** Internally a pod's host fields are part of its security context. */
function internalPodSpec(value: Json | undefined): Json | undefined {
  const spec = asObject(value);
  if (spec === undefined) return value;
  const host: Record<string, Json> = {};
  for (const name of HOST_FIELDS) {
    const item = spec[name];
    if (item !== undefined) host[name] = item;
  }
  const context = asObject(spec['securityContext']);
  return { ...spec, securityContext: { ...context, ...host } };
}

/** The tree as compact JSON. */
export function compactJson(tree: JsonTree): string {
  if (typeof tree === 'string') return tree;
  if ('list' in tree) return `[${tree.list.map(compactJson).join(',')}]`;
  return `{${tree.fields.map(([key, item]) => `${jsonString(key)}:${compactJson(item)}`).join(',')}}`;
}

/** The tree as JSON with one space of indent per level. Upstream: `json.MarshalIndent(v, "", " ")`. */
export function indentedJson(tree: JsonTree, indent = ''): string {
  if (typeof tree === 'string') return tree;
  const isList = 'list' in tree;
  const lines = isList
    ? tree.list.map((item) => indentedJson(item, `${indent} `))
    : tree.fields.map(([key, item]) => `${jsonString(key)}: ${indentedJson(item, `${indent} `)}`);
  const [open, close] = isList ? '[]' : '{}';
  if (lines.length === 0) return `${open}${close}`;
  return `${open}\n${lines.map((line) => `${indent} ${line}`).join(',\n')}\n${indent}${close}`;
}

/** A value as error texts show a value of an internal Go type, e.g. `goText('core.SecurityContext', …)`. */
export function goText(type: string, value: Json | undefined): string {
  return compactJson(goTree(type, value));
}
