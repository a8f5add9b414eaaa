import { goJson } from '../language/go-text.ts';
import { sha256Hex } from '../language/sha256.ts';
import { asArray, asObject, isObject, type Json, type JsonObject } from '../model/json.ts';

/**
 * What tells webhooks of other selectors apart: the digest of both selectors, as Kyverno writes them.
 * Upstream: `selectorKey` in `pkg/controllers/webhook/validating.go`.
 */
export function selectorKey(namespace: JsonObject | undefined, object: JsonObject | undefined): string {
  return sha256Hex(`[${selectorText(namespace)},${selectorText(object)}]`);
}

/** One selector of two, labels of `b` before those of `a`. Upstream: `mergeLabelSelectors` there. */
export function mergeSelectors(a: JsonObject | undefined, b: JsonObject | undefined): JsonObject | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const list = (selector: JsonObject): readonly Json[] => asArray(selector['matchExpressions']) ?? [];
  return {
    matchLabels: { ...asObject(a['matchLabels']), ...asObject(b['matchLabels']) },
    matchExpressions: [...list(a), ...list(b)],
  };
}

/** Go's fields in their order, without empty ones. */
function selectorText(selector: JsonObject | undefined): string {
  if (selector === undefined) return 'null';
  const labels = asObject(selector['matchLabels']) ?? {};
  const expressions = (asArray(selector['matchExpressions']) ?? []).filter(isObject);
  const written = expressions.map(({ key = '', operator = '', values }) => {
    const some = asArray(values) ?? [];
    return `{"key":${goJson(key)},"operator":${goJson(operator)}${some.length === 0 ? '' : `,"values":${goJson(some)}`}}`;
  });
  const fields = [
    ...(Object.keys(labels).length === 0 ? [] : [`"matchLabels":${goJson(labels)}`]),
    ...(written.length === 0 ? [] : [`"matchExpressions":[${written.join(',')}]`]),
  ];
  return `{${fields.join(',')}}`;
}
