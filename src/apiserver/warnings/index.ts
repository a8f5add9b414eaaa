import type { JsonObject } from '../../model/json.ts';

/** The API server's own warnings about a new object of a built-in type, in its order. */
export function warningsOnCreate(_type: string, _object: JsonObject): readonly string[] {
  return [];
}

/** As `warningsOnCreate` for an object that replaces `old`. */
export function warningsOnUpdate(_type: string, _object: JsonObject, _old: JsonObject): readonly string[] {
  return [];
}
