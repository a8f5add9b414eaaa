import { CelDuration, CelOpaque, CelTimestamp, type CelValue, isList } from '../values.ts';

// Arguments with the type that their function declares. The dispatcher has checked it, so the wrong type is a mistake of
// ours and throws `TypeError`.

/** A text. Throws `TypeError`. */
export function textAt(args: readonly CelValue[], index: number): string {
  const value = args[index];
  return typeof value === 'string' ? value : wrong(index);
}

/** A whole number. Throws `TypeError`. */
export function intAt(args: readonly CelValue[], index: number): bigint {
  const value = args[index];
  return typeof value === 'bigint' ? value : wrong(index);
}

/** A number. Throws `TypeError`. */
export function doubleAt(args: readonly CelValue[], index: number): number {
  const value = args[index];
  return typeof value === 'number' ? value : wrong(index);
}

/** A list. Throws `TypeError`. */
export function listAt(args: readonly CelValue[], index: number): readonly CelValue[] {
  const value = args[index];
  return value !== undefined && isList(value) ? value : wrong(index);
}

/** Bytes. Throws `TypeError`. */
export function bytesAt(args: readonly CelValue[], index: number): Uint8Array {
  const value = args[index];
  return value instanceof Uint8Array ? value : wrong(index);
}

/** A point in time. Throws `TypeError`. */
export function timeAt(args: readonly CelValue[], index: number): CelTimestamp {
  const value = args[index];
  return value instanceof CelTimestamp ? value : wrong(index);
}

/** A span of time. Throws `TypeError`. */
export function durationAt(args: readonly CelValue[], index: number): CelDuration {
  const value = args[index];
  return value instanceof CelDuration ? value : wrong(index);
}

/** The data of a value of a library's own type. Throws `TypeError`. */
export function dataAt<T>(args: readonly CelValue[], index: number): T {
  const value = args[index];
  return value instanceof CelOpaque ? (value.data as T) : wrong(index);
}

function wrong(index: number): never {
  throw new TypeError(`argument ${index} of a function has not the declared type`);
}
