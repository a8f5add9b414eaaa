import { isArray, isObject, type Json } from '../../model/json.ts';

/** An object that decoding made and nobody else holds, so that defaulting may write into it. */
export type Mutable = Record<string, Json>;

/** The nested object at a key; `undefined` when it is missing or null. */
export function objectAt(target: Mutable, key: string): Mutable | undefined {
  const value = target[key];
  return isObject(value) ? (value as Mutable) : undefined;
}

/** The nested object at a key, made empty when it is missing. */
export function ensureObject(target: Mutable, key: string): Mutable {
  const found = objectAt(target, key);
  if (found !== undefined) return found;
  const made: Mutable = {};
  target[key] = made;
  return made;
}

/** The objects of a list at a key; empty when there is none. */
export function objectsAt(target: Mutable, key: string): readonly Mutable[] {
  const value = target[key];
  return isArray(value) ? (value.filter(isObject) as readonly Mutable[]) : [];
}

/** True when nothing was given for a key. */
export function isUnset(target: Mutable, key: string): boolean {
  const value = target[key];
  return value === undefined || value === null;
}

/** Writes a value unless one is there. */
export function setDefault(target: Mutable, key: string, value: Json): void {
  if (isUnset(target, key)) target[key] = value;
}

/** As `setDefault`, for a number by value: zero counts as not given. */
export function setNonZero(target: Mutable, key: string, value: bigint): void {
  if (isUnset(target, key) || target[key] === 0n) target[key] = value;
}

/** As `setDefault`, for a string by value or where only the length counts: what is empty counts as not given. */
export function setNonEmpty(target: Mutable, key: string, value: Json): void {
  if (isEmpty(target, key)) target[key] = value;
}

/** True when nothing was given for a key, or an empty string, list or map. */
export function isEmpty(target: Mutable, key: string): boolean {
  const value = target[key];
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** The nested object at the end of a path; `undefined` as soon as one is missing. */
export function objectAtPath(target: Mutable, ...keys: readonly string[]): Mutable | undefined {
  let at: Mutable | undefined = target;
  for (const key of keys) at = at === undefined ? undefined : objectAt(at, key);
  return at;
}

/** A deep copy that may be written into. */
export function mutableCopy(value: Json): Json {
  if (isArray(value)) return value.map(mutableCopy);
  if (!isObject(value)) return value;
  const copy: Mutable = {};
  for (const key of Object.keys(value)) copy[key] = mutableCopy(value[key] ?? null);
  return copy;
}
