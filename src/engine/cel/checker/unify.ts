import { type CelType, isDyn, isSameType, listType, mapType, opaqueType, PLAIN_TYPES, typeOfType } from '../types.ts';

/** What is known of type parameters, by name. It is never changed: a new one takes its place. */
export type Substitutions = ReadonlyMap<string, CelType>;

type Working = Map<string, CelType>;

/**
 * What is known of type parameters once `from` is used where `to` is wanted; `undefined` when it cannot be.
 * Upstream: `checker/types.go` of cel-go, its order of questions included.
 */
export function assign(known: Substitutions, from: CelType, to: CelType): Substitutions | undefined {
  if (!from.open && !to.open) return isAssignable(new Map(), from, to) ? known : undefined;
  const working = new Map(known);
  return isAssignable(working, from, to) ? working : undefined;
}

/** As `assign`, for the arguments of a call. */
export function assignAll(
  known: Substitutions,
  from: readonly CelType[],
  to: readonly CelType[],
): Substitutions | undefined {
  if (from.length !== to.length) return undefined;
  const isPlain = !from.some((type) => type.open) && !to.some((type) => type.open);
  const working = isPlain ? new Map() : new Map(known);
  const fits = areAssignable(working, from, to);
  if (!fits) return undefined;
  return isPlain ? known : working;
}

/** A type with what is known put in; parameters that stay open become `dyn` when `toDyn` is set. */
export function substitute(known: Substitutions, type: CelType, toDyn: boolean): CelType {
  if (!type.open) return type;
  if (type.kind === 'param') {
    const found = known.get(type.name);
    if (found !== undefined) return substitute(known, found, toDyn);
    return toDyn ? PLAIN_TYPES.dyn : type;
  }
  const params = type.params.map((param) => substitute(known, param, toDyn));
  return withParams(type, params);
}

/** The same type with its parameters renamed, for one use of a declaration. */
export function instantiate(type: CelType, fresh: Substitutions): CelType {
  if (!type.open) return type;
  if (type.kind === 'param') return fresh.get(type.name) ?? type;
  return withParams(
    type,
    type.params.map((param) => instantiate(param, fresh)),
  );
}

/** The more general of two types that go together. */
export function mostGeneral(a: CelType, b: CelType): CelType {
  return isLessSpecific(a, b) ? a : b;
}

function withParams(type: CelType, params: readonly CelType[]): CelType {
  const [first = PLAIN_TYPES.dyn, second = PLAIN_TYPES.dyn] = params;
  if (type.kind === 'list') return listType(first);
  if (type.kind === 'map') return mapType(first, second);
  return type.kind === 'type' ? typeOfType(first) : opaqueType(type.name, params);
}

function areAssignable(known: Working, from: readonly CelType[], to: readonly CelType[]): boolean {
  return from.length === to.length && from.every((type, index) => isAssignable(known, type, to[index] as CelType));
}

function isAssignable(known: Working, from: CelType, to: CelType): boolean {
  if (to.kind === 'param') {
    const { valid, hadOne } = substitutionFits(known, from, to);
    if (valid || hadOne) return valid;
  }
  if (from.kind === 'param') return substitutionFits(known, to, from).valid;
  if (isDynOrError(from) || isDynOrError(to)) return true;
  if (from.kind === 'null') return isNullable(to);
  if (to.kind === 'null') return isNullable(from);
  switch (from.kind) {
    case 'type':
      return to.kind === 'type';
    case 'opaque':
    case 'list':
    case 'map':
      return from.kind === to.kind && from.name === to.name && areAssignable(known, from.params, to.params);
    default:
      return from.kind === to.kind && from.name === to.name;
  }
}

function substitutionFits(known: Working, type: CelType, param: CelType): { valid: boolean; hadOne: boolean } {
  if (isSameType(type, param)) return { valid: true, hadOne: true };
  const found = known.get(param.name);
  if (found !== undefined) {
    if (isSameType(type, found)) return { valid: true, hadOne: true };
    if (!isAssignable(known, type, found)) return { valid: false, hadOne: true };
    const general = mostGeneral(type, found);
    if (!occursIn(known, param, general)) known.set(param.name, general);
    return { valid: true, hadOne: true };
  }
  if (occursIn(known, param, type)) return { valid: false, hadOne: false };
  known.set(param.name, type);
  return { valid: true, hadOne: false };
}

function occursIn(known: Working, param: CelType, within: CelType): boolean {
  if (isSameType(param, within)) return true;
  if (!within.open) return false;
  if (within.kind === 'param') {
    const found = known.get(within.name);
    return found !== undefined && occursIn(known, param, found);
  }
  return within.params.some((part) => occursIn(known, param, part));
}

function isDynOrError(type: CelType): boolean {
  return isDyn(type) || type.kind === 'error';
}

function isNullable(type: CelType): boolean {
  return /^(null|opaque|struct|any|duration|timestamp)$/.test(type.kind);
}

function isLessSpecific(a: CelType, b: CelType): boolean {
  if (isDyn(a) || a.kind === 'param') return true;
  if (isDyn(b) || b.kind === 'param' || a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'opaque':
    case 'list':
    case 'map':
      return (
        a.name === b.name &&
        a.params.length === b.params.length &&
        a.params.every((param, index) => isLessSpecific(param, b.params[index] as CelType))
      );
    case 'type':
      return true;
    default:
      return isSameType(a, b);
  }
}
