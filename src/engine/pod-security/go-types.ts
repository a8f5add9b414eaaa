import { POD_TYPES } from './pod-types.ts';

/** A Go type that JSON is decoded into; `goName` is what error messages call it. */
export type GoType =
  | { readonly kind: 'string' | 'bool' | 'int32' | 'int64'; readonly goName: string }
  | { readonly kind: 'time' | 'micro time' | 'quantity' | 'int or string' | 'anything'; readonly goName: string }
  | { readonly kind: 'list' | 'map'; readonly goName: string; readonly item: GoType }
  | { readonly kind: 'struct'; readonly goName: string; readonly struct: string };

/** A field of a struct. */
export interface GoField {
  /** The JSON key. */
  readonly key: string;
  /** The key after the names of the embedded structs it comes from, as paths in messages have it. */
  readonly path: string;
  readonly type: GoType;
}

const LEAVES: ReadonlyMap<string, GoType> = new Map<string, GoType>([
  ['s', { kind: 'string', goName: 'string' }],
  ['b', { kind: 'bool', goName: 'bool' }],
  ['i', { kind: 'int32', goName: 'int32' }],
  ['l', { kind: 'int64', goName: 'int64' }],
  ['t', { kind: 'time', goName: 'v1.Time' }],
  ['u', { kind: 'micro time', goName: 'v1.MicroTime' }],
  ['q', { kind: 'quantity', goName: 'resource.Quantity' }],
  ['x', { kind: 'int or string', goName: 'intstr.IntOrString' }],
  ['j', { kind: 'anything', goName: 'v1.FieldsV1' }],
]);

interface StructFields {
  readonly exact: ReadonlyMap<string, GoField>;
  readonly folded: ReadonlyMap<string, GoField>;
}

const STRUCTS: ReadonlyMap<string, StructFields> = new Map(
  POD_TYPES.map((line) => {
    const [name = '', ...texts] = line.split(' ');
    const fields = texts.map(parseField);
    return [
      name,
      {
        exact: new Map(fields.map((field) => [field.key, field])),
        folded: new Map(fields.map((field) => [field.key.toLowerCase(), field])),
      },
    ];
  }),
);

/** The field of a struct that a JSON key fills; the case of the key does not matter, an exact match comes first. */
export function fieldOf(struct: string, key: string): GoField | undefined {
  const fields = STRUCTS.get(struct);
  return fields?.exact.get(key) ?? fields?.folded.get(key.toLowerCase());
}

function parseField(text: string): GoField {
  const at = text.indexOf(':');
  const path = text.slice(0, at);
  return { path, key: path.slice(path.lastIndexOf('.') + 1), type: parseType(text.slice(at + 1)) };
}

function parseType(text: string): GoType {
  const close = text.startsWith('[') ? text.lastIndexOf(']') : text.startsWith('{') ? text.lastIndexOf('}') : -1;
  // A map's Go name may itself hold brackets: the last closing brace ends the map, not the name.
  const equals = text.indexOf('=', close + 1);
  const base = equals < 0 ? text : text.slice(0, equals);
  const named = equals < 0 ? {} : { goName: text.slice(equals + 1) };
  const leaf = LEAVES.get(base);
  if (leaf !== undefined) return { ...leaf, ...named };
  if (close < 0) return { kind: 'struct', goName: `v1.${base}`, struct: base };
  const item = parseType(base.slice(1, -1));
  return base.startsWith('[')
    ? { kind: 'list', goName: `[]${item.goName}`, item, ...named }
    : { kind: 'map', goName: `map[string]${item.goName}`, item, ...named };
}
