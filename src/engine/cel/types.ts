/** What sort of type it is; `param` is a type parameter, `struct` a type with declared fields. */
export type TypeKind =
  | 'any'
  | 'bool'
  | 'bytes'
  | 'double'
  | 'duration'
  | 'dyn'
  | 'error'
  | 'int'
  | 'list'
  | 'map'
  | 'null'
  | 'opaque'
  | 'param'
  | 'string'
  | 'struct'
  | 'timestamp'
  | 'type'
  | 'uint';

/** A type of the checker. Types are equal when their `kind`, `name` and `params` are. */
export interface CelType {
  readonly kind: TypeKind;
  /** Name at run time, without parameters: `list`, `google.protobuf.Duration`, `kubernetes.Quantity`. */
  readonly name: string;
  readonly params: readonly CelType[];
  /** The type in the words of the checker's errors: `list(int)`, `duration`, `null`. */
  readonly text: string;
  /** True when a type parameter occurs in it. */
  readonly open: boolean;
}

function make(kind: TypeKind, name: string, text: string, params: readonly CelType[] = []): CelType {
  return { kind, name, params, text, open: kind === 'param' || params.some((param) => param.open) };
}

function withParams(name: string, params: readonly CelType[]): string {
  return params.length === 0 ? name : `${name}(${params.map(({ text }) => text).join(', ')})`;
}

/** Types without parameters, by the names that declarations use for them. */
export const PLAIN_TYPES = {
  any: make('any', 'google.protobuf.Any', 'any'),
  bool: make('bool', 'bool', 'bool'),
  bytes: make('bytes', 'bytes', 'bytes'),
  double: make('double', 'double', 'double'),
  duration: make('duration', 'google.protobuf.Duration', 'duration'),
  dyn: make('dyn', 'dyn', 'dyn'),
  error: make('error', 'error', '!error!'),
  int: make('int', 'int', 'int'),
  null: make('null', 'null_type', 'null'),
  string: make('string', 'string', 'string'),
  timestamp: make('timestamp', 'google.protobuf.Timestamp', 'timestamp'),
  type: make('type', 'type', 'type'),
  uint: make('uint', 'uint', 'uint'),
} as const satisfies Readonly<Record<string, CelType>>;

/** Lists of an element type. */
export function listType(element: CelType): CelType {
  return make('list', 'list', `list(${element.text})`, [element]);
}

/** Maps from a key type to a value type. */
export function mapType(key: CelType, value: CelType): CelType {
  return make('map', 'map', withParams('map', [key, value]), [key, value]);
}

/** The type of a type, e.g. of the expression `int`. */
export function typeOfType(of: CelType): CelType {
  return make('type', 'type', `type(${of.text})`, [of]);
}

/** A type of a library that has a name and nothing to look into. */
export function opaqueType(name: string, params: readonly CelType[] = []): CelType {
  return make('opaque', name, withParams(name, params), params);
}

/** A type whose fields an environment declares. */
export function structType(name: string): CelType {
  return make('struct', name, name);
}

/** A type parameter of a declaration, or one that the checker invents. */
export function paramType(name: string): CelType {
  return make('param', name, name);
}

/** `optional_type(of)`. */
export function optionalType(of: CelType): CelType {
  return opaqueType('optional_type', [of]);
}

/** The type inside an optional, and whether it was one. */
export function unwrapOptional(type: CelType): { readonly type: CelType; readonly wasOptional: boolean } {
  const [of] = type.params;
  return type.kind === 'opaque' && type.name === 'optional_type' && of !== undefined
    ? { type: of, wasOptional: true }
    : { type, wasOptional: false };
}

/** True for types that say nothing about a value. */
export function isDyn(type: CelType): boolean {
  return type.kind === 'dyn' || type.kind === 'any';
}

/** The very same type, names of type parameters included. */
export function isSameType(a: CelType, b: CelType): boolean {
  return a === b || (a.kind === b.kind && a.name === b.name && haveSame(a.params, b.params, isSameType));
}

/** The same type, whatever its type parameters are called. */
export function isEquivalentType(a: CelType, b: CelType): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || (a.kind !== 'param' && a.name !== b.name)) return false;
  return haveSame(a.params, b.params, isEquivalentType);
}

function haveSame(
  a: readonly CelType[],
  b: readonly CelType[],
  same: (one: CelType, other: CelType) => boolean,
): boolean {
  return a.length === b.length && a.every((param, index) => same(param, b[index] as CelType));
}

/**
 * A type as errors about the result of an expression name it: `list(dyn)`, `null_type`, `google.protobuf.Duration`.
 * Upstream: `Type.String` in `common/types/types.go` of cel-go.
 */
export function resultTypeText(type: CelType): string {
  if (type.kind === 'param') return `<${type.name}>`;
  return type.params.length === 0 ? type.name : `${type.name}(${type.params.map(resultTypeText).join(', ')})`;
}
