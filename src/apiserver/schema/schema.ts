import { TYPE_LINES } from './generated/types.ts';

/** Kinds of leaf values. `any` is raw JSON that the API server does not look into. */
export type Leaf =
  | 'string'
  | 'bool'
  | 'int32'
  | 'int64'
  | 'float'
  | 'quantity'
  | 'time'
  | 'micro-time'
  | 'duration'
  | 'int-or-string'
  | 'bytes'
  | 'any';

/** The type of a value: a leaf, a list, a map with string keys, or a struct by its name (`V1PodSpec`). */
export type ValueType =
  | { readonly kind: Leaf }
  | { readonly kind: 'list'; readonly item: ValueType }
  | { readonly kind: 'map'; readonly item: ValueType }
  | { readonly kind: 'struct'; readonly name: string };

/** A field of a built-in type, as its Go struct tags describe it. */
export interface Field {
  readonly name: string;
  readonly type: ValueType;
  /** The Go field is a pointer: `false`, `0` and `""` written out are kept. */
  readonly pointer: boolean;
  /** Written even when it has its zero value. */
  readonly always: boolean;
  /** A struct by value that is left out when it is zero. */
  readonly omitZero: boolean;
  /** Strategic merge patch: the list merges, by this key or (`""`) as a set of values. */
  readonly mergeKey: string | undefined;
  /** Strategic merge patch: only keys named in the patch stay. */
  readonly retainKeys: boolean;
  /** Server-side apply: the keys of an associative list; empty for a set; `undefined` for an atomic list. */
  readonly listKeys: readonly string[] | undefined;
  /** Server-side apply: the map is replaced as a whole. */
  readonly atomicMap: boolean;
}

/** A built-in struct type. */
export interface Struct {
  /** Name as in the generated data, e.g. `V1PodSpec`. */
  readonly name: string;
  /** Name in Go's error texts, e.g. `PodSpec`. */
  readonly goName: string;
  readonly fields: ReadonlyMap<string, Field>;
  /** Fields that are written even when nothing was given. */
  readonly alwaysFields: readonly Field[];
}

const LEAVES: Readonly<Record<string, Leaf>> = {
  s: 'string',
  b: 'bool',
  i: 'int32',
  l: 'int64',
  d: 'float',
  q: 'quantity',
  t: 'time',
  u: 'micro-time',
  D: 'duration',
  x: 'int-or-string',
  y: 'bytes',
  j: 'any',
};

const WORD =
  /^(?<name>[^:]+):(?<type>[[\]{}A-Za-z0-9]+)(?<flags>[*!~]*)(?:@(?<key>[^^%#+]+)|(?<set>\+))?(?<retain>\^)?(?:%(?<keys>[^#]*))?(?<atomic>#)?$/;

/** Bounded by the number of generated types. */
const parsed = new Map<string, Struct>();

/** A built-in type by its name; `undefined` when there is none. */
export function findStruct(name: string): Struct | undefined {
  const known = parsed.get(name);
  if (known !== undefined) return known;
  const line = Object.hasOwn(TYPE_LINES, name) ? TYPE_LINES[name] : undefined;
  if (line === undefined) return undefined;
  const fields = new Map<string, Field>();
  for (const word of line.split(' ')) {
    if (word === '') continue;
    const field = parseField(word);
    fields.set(field.name, field);
  }
  const struct: Struct = {
    name,
    goName: name.replace(
      /^(?:Core|Events|Rbac|Flowcontrol|Storage|Discovery|Resource|Authentication|[A-Z][a-z]+)?V\d(?=[A-Z])/,
      '',
    ),
    fields,
    alwaysFields: [...fields.values()].filter((field) => field.always),
  };
  parsed.set(name, struct);
  return struct;
}

/** A built-in type by its name. Throws when the generated data lacks it, which is a fault of this program. */
export function structOf(name: string): Struct {
  const struct = findStruct(name);
  if (struct === undefined) throw new Error(`no generated type ${name}`);
  return struct;
}

function parseField(word: string): Field {
  const groups = WORD.exec(word)?.groups;
  if (groups === undefined) throw new Error(`bad generated field ${word}`);
  const flags = groups['flags'] ?? '';
  const keys = groups['keys'];
  return {
    name: groups['name'] ?? '',
    type: parseType(groups['type'] ?? ''),
    pointer: flags.includes('*'),
    always: flags.includes('!'),
    omitZero: flags.includes('~'),
    mergeKey: groups['set'] === undefined ? groups['key'] : '',
    retainKeys: groups['retain'] !== undefined,
    listKeys: keys === undefined ? undefined : keys.split(',').filter((key) => key !== ''),
    atomicMap: groups['atomic'] !== undefined,
  };
}

function parseType(code: string): ValueType {
  if (code.startsWith('[')) return { kind: 'list', item: parseType(code.slice(1, -1)) };
  if (code.startsWith('{')) return { kind: 'map', item: parseType(code.slice(1, -1)) };
  const leaf = LEAVES[code];
  return leaf === undefined ? { kind: 'struct', name: code } : { kind: leaf };
}
