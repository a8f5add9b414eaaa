import { asObject, type JsonObject } from '../model/json.ts';

/** Does the rule have a validate block with something in it? Upstream: `Rule.HasValidate`. */
export function hasValidate(rule: JsonObject): boolean {
  return Object.keys(asObject(rule['validate']) ?? {}).length > 0;
}
