import type { JsonObject } from '../../model/json.ts';
import type { Mutable } from '../default/mutable.ts';
import { WARNERS } from './kinds.ts';

export { headerWarnings, warningHeader } from './header.ts';

/** The API server's own warnings about a new object of a built-in type, in its order. */
export function warningsOnCreate(type: string, object: JsonObject): readonly string[] {
  return Object.hasOwn(WARNERS, type) ? (WARNERS[type]?.(object as Mutable, undefined) ?? []) : [];
}

/** As `warningsOnCreate` for an object that replaces `old`. */
export function warningsOnUpdate(type: string, object: JsonObject, old: JsonObject): readonly string[] {
  return Object.hasOwn(WARNERS, type) ? (WARNERS[type]?.(object as Mutable, old) ?? []) : [];
}
