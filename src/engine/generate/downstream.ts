import { asArray, asObject, asString, getPath, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { nameOf } from '../../model/resource.ts';
import type { ObjectClient } from './client.ts';
import { ownerLabels } from './metadata.ts';
import { splitKind } from './sources.ts';

const RULE_NAME = 'generate.kyverno.io/rule-name';
const TRIGGER_UID = 'generate.kyverno.io/trigger-uid';
const TRIGGER_NAME = 'generate.kyverno.io/trigger-name';

/**
 * The objects that a policy generated for a trigger, of the kinds that the rule generates: they are deleted when the
 * trigger no longer calls for them. Found by the label with the trigger's uid or else, as older versions of Kyverno
 * labelled, by the one with its name. As upstream, the rule that made them does not count.
 * Upstream: `getDownstreams` in `pkg/background/generate/cleanup.go`.
 */
export function downstreamOf(
  rule: JsonObject,
  policy: Policy,
  trigger: JsonObject,
  client: ObjectClient,
): readonly JsonObject[] {
  const generate = asObject(rule['generate']) ?? {};
  const { [RULE_NAME]: _, ...byUid } = ownerLabels(trigger, policy, '');
  const { [TRIGGER_UID]: __, ...rest } = byUid;
  const byName = { ...rest, [TRIGGER_NAME]: nameOf(trigger) };
  const find = (apiVersion: string, kind: string, matchLabels: JsonObject): readonly JsonObject[] => {
    const found = client.list(apiVersion, kind, '', { matchLabels });
    return found.ok ? found.value : [];
  };
  let isByName = false;
  return (asArray(generate['foreach']) ?? [generate]).flatMap((pattern) => {
    const isSingle = asString(asObject(pattern)?.['kind']) !== undefined;
    return kindsOf(asObject(pattern) ?? {}).flatMap(({ apiVersion, kind }) => {
      const found = isByName ? [] : find(apiVersion, kind, byUid);
      if (found.length > 0) return found;
      // As upstream: after a pattern of one kind looked by name, those behind it do no more look by uid.
      isByName ||= isSingle;
      return find(apiVersion, kind, byName);
    });
  });
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
