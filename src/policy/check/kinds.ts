import { asObject, isArray, type JsonObject } from '../../model/json.ts';
import type { CheckContext } from './context.ts';
import { dealsWithMetadataOnly, METADATA_ONLY } from './metadata-only.ts';
import {
  filtersOf,
  generationOf,
  imagesOf,
  isGiven,
  kindsOf,
  mutationOf,
  objectsIn,
  text,
  validationOf,
} from './rule.ts';

/** How the check of kinds ends: nothing wrong, refused, or accepted at once without any later check. */
export type KindsResult = undefined | { readonly refused: string } | 'accepted';

/** Kinds of all match and exclude blocks. Upstream: `validateKinds` in pkg/validation/policy/validate.go. */
export function checkKinds(context: CheckContext): KindsResult {
  for (const [index, rule] of context.rules.entries()) {
    for (const block of ['match', 'exclude']) {
      for (const { filter, path } of filtersOf(asObject(rule[block]) ?? {})) {
        const kinds = kindsOf(filter);
        const wrong = wildcardError(kinds, rule, context) ?? kindError(kinds, rule, context);
        if (wrong === undefined) continue;
        if ('warning' in wrong) {
          context.warnings.push(`the kind defined in the all match resource is invalid: ${wrong.warning}`);
          return 'accepted';
        }
        const at = [`spec.rules[${index}]`, block, ...(path === '' ? [] : [path]), 'kinds'].join('.');
        return { refused: `path: ${at}: ${wrong.error}` };
      }
    }
  }
  return undefined;
}

type Wrong = { readonly error: string } | { readonly warning: string } | undefined;

function wildcardError(kinds: readonly string[], rule: JsonObject, { background }: CheckContext): Wrong {
  if (!kinds.includes('*')) return undefined;
  if (background) {
    const remedy = 'Set spec.background=false to disable background mode for this policy rule ';
    return { error: `wildcard policy not allowed in background mode. ${remedy}` };
  }
  if (kinds.length > 1) return { error: 'wildcard policy can not deal with more than one kind' };
  const validate = asObject(rule['validate']);
  if (generationOf(rule) !== undefined || imagesOf(rule) !== undefined || isGiven(validate?.['foreach'])) {
    return { error: 'wildcard policy does not support rule type' };
  }
  const looks = isGiven(validate?.['pattern']) || isGiven(validate?.['anyPattern']) || mutationOf(rule) !== undefined;
  if (looks && !dealsWithMetadataOnly(rule)) return { error: METADATA_ONLY };
  const conditions = asObject(validate?.['deny'])?.['conditions'];
  if (validationOf(rule) === undefined || !isArray(conditions)) return undefined;
  return objectsIn(conditions).every((condition) => isMetadataKey(text(condition, 'key')))
    ? undefined
    : { error: METADATA_ONLY };
}

function isMetadataKey(key: string): boolean {
  if (key.includes('request.object.metadata.')) return true;
  const allowed = /\{\{\s*(request\.|serviceAccountName|serviceAccountNamespace)[^{}]*\}\}/.test(key);
  return allowed && !key.includes('request.object.spec');
}

function kindError(kinds: readonly string[], rule: JsonObject, { cluster, background }: CheckContext): Wrong {
  if (cluster === undefined || kinds.includes('*')) return undefined;
  for (const kind of kinds) {
    const found = cluster.findKind(kind);
    if (found === 'unknown')
      return { warning: `unable to convert GVK to GVR for kinds ${kind}, err: resource not found` };
    if (found === 'subresource' && background && validationOf(rule) !== undefined) {
      return { error: `background scan enabled with subresource ${kind}` };
    }
  }
  return undefined;
}
