import type { CelValue } from './values.ts';

// cel-go writes lists and maps that an expression has made otherwise than those that came from outside.
const made = new WeakSet<object>();

/** Notes that an expression has made a list or map; gives it back. */
export function asMade<T extends CelValue>(value: T): T {
  if (typeof value === 'object' && value !== null) made.add(value);
  return value;
}

/** Has an expression made this list or map? */
export function isMade(value: CelValue): boolean {
  return typeof value === 'object' && value !== null && made.has(value);
}
