import { asArray, asObject, asString, getPath, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import type { ObjectClient } from './client.ts';
import { ownerLabels } from './metadata.ts';
import { splitKind } from './sources.ts';

const RULE_NAME = 'generate.kyverno.io/rule-name';

/**
 * The objects that a policy generated for a trigger, of the kinds that the rule generates: they are deleted when the
 * trigger no longer calls for them. As upstream, the rule that made them does not count.
 * Upstream: `getDownstreams` in `pkg/background/generate/cleanup.go`.
 */
export function downstreamOf(
  rule: JsonObject,
  policy: Policy,
  trigger: JsonObject,
  client: ObjectClient,
): readonly JsonObject[] {
  const generate = asObject(rule['generate']) ?? {};
  const { [RULE_NAME]: _, ...labels } = ownerLabels(trigger, policy, '');
  const patterns = asArray(generate['foreach']) ?? [generate];
  return patterns.flatMap((pattern) =>
    kindsOf(asObject(pattern) ?? {}).flatMap(({ apiVersion, kind }) => {
      const found = client.list(apiVersion, kind, '', { matchLabels: labels });
      return found.ok ? found.value : [];
    }),
  );
}

/** Does the rule keep what it generated in step with its trigger? */
export function isSynchronized(rule: JsonObject): boolean {
  return asObject(rule['generate'])?.['synchronize'] === true;
}

/** Does the rule's match block name the operation DELETE? Upstream: `MatchDeleteOperation` in `pkg/webhooks/utils/match.go`. */
export function matchesDelete(rule: JsonObject): boolean {
  const match = asObject(rule['match']) ?? {};
  const filters = [match, ...['any', 'all'].flatMap((how) => asArray(match[how]) ?? [])];
  return filters.some((filter) => (asArray(getPath(filter, 'resources', 'operations')) ?? []).includes('DELETE'));
}

function kindsOf(pattern: JsonObject): readonly { readonly apiVersion: string; readonly kind: string }[] {
  const kind = asString(pattern['kind']) ?? '';
  if (kind !== '') return [{ apiVersion: asString(pattern['apiVersion']) ?? '', kind }];
  return (asArray(getPath(pattern, 'cloneList', 'kinds')) ?? []).flatMap((entry) => splitKind(asString(entry) ?? ''));
}
