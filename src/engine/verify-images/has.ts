import { asArray, asObject, type JsonObject } from '../../model/json.ts';

/** The entries of a rule's `verifyImages`. */
export function imageEntries(rule: JsonObject): readonly JsonObject[] {
  return (asArray(rule['verifyImages']) ?? []).map((entry) => asObject(entry) ?? {});
}

/** Does the rule verify images? Upstream: `Rule.HasVerifyImages`. */
export function hasVerifyImages(rule: JsonObject): boolean {
  return imageEntries(rule).some((entry) => Object.keys(entry).length > 0);
}

/**
 * Does validation ask whether images were verified, or have digests? Both are demanded unless the policy says no.
 * Upstream: `Rule.HasVerifyImageChecks`, on schema defaults.
 */
export function hasImageChecks(rule: JsonObject): boolean {
  return imageEntries(rule).some((entry) => entry['verifyDigest'] !== false || entry['required'] !== false);
}
