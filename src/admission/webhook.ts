import { parseKindSelector } from '../engine/match/kind.ts';
import type { AdmissionRequest, Operation } from '../model/request.ts';
import type { ResourceTable } from './resource-table.ts';

/** A resource and operation that a webhook is called for; `*` stands for any. */
interface WebhookRule {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespacedOnly: boolean;
  readonly operation: Operation;
}

/** The rules of one webhook, as Kyverno registers them. */
export interface WebhookRules {
  /** Is the webhook called for this request, leaving selectors aside? */
  readonly match: (request: AdmissionRequest) => boolean;
  /** Is it called only after the object was converted to another version of its kind? */
  readonly matchOtherVersion: (request: AdmissionRequest) => boolean;
}

/** `kinds` entries with the operations to watch, of one policy. */
export interface WatchedKinds {
  readonly watched: ReadonlyMap<string, ReadonlySet<Operation>>;
  /** Does the policy live in a namespace? Then wildcards stand for namespaced resources only. */
  readonly namespaced: boolean;
}

/**
 * The rules of a webhook that serves several policies.
 * Upstream: `mergeWebhook` and `buildRulesWithOperations` in `pkg/controllers/webhook`; matching as in apiserver's
 * `pkg/admission/plugin/webhook/predicates/rules`.
 */
export function buildWebhookRules(policies: readonly WatchedKinds[], resources: ResourceTable): WebhookRules {
  const rules = policies.flatMap((policy) =>
    [...policy.watched].flatMap(([kind, operations]) =>
      targets(kind, policy.namespaced, resources).flatMap((target) =>
        [...operations].map((operation): WebhookRule => ({ ...target, operation })),
      ),
    ),
  );
  const ephemeral = rules
    .filter(isPods)
    .map((rule) => ({ ...rule, resource: 'pods', subresource: 'ephemeralcontainers' }));
  const all = [...rules, ...ephemeral];
  return {
    match: (request) => all.some((rule) => matches(rule, request, false)),
    matchOtherVersion: (request) => all.some((rule) => matches(rule, request, true)),
  };
}

type Target = Omit<WebhookRule, 'operation'>;

function targets(text: string, namespaced: boolean, resources: ResourceTable): readonly Target[] {
  const { group, version, kind, subresource } = parseKindSelector(text);
  if (kind === '*') return [{ group, version, resource: '*', subresource, namespacedOnly: namespaced }];
  return resources.select(text).map((served) => ({
    group: served.group,
    version: served.version,
    resource: served.resource,
    subresource: served.subresource,
    namespacedOnly: served.namespaced,
  }));
}

function isPods({ group, version, resource, subresource }: WebhookRule): boolean {
  return (
    (group === '' || group === '*') &&
    (version === 'v1' || version === '*') &&
    (resource === 'pods' || resource === '*') &&
    subresource === ''
  );
}

function matches(rule: WebhookRule, request: AdmissionRequest, otherVersion: boolean): boolean {
  const { group, version, resource } = request.resource;
  const is = (pattern: string, text: string) => pattern === '*' || pattern === text;
  if (rule.operation !== request.operation || !is(rule.group, group) || !is(rule.resource, resource)) return false;
  if (!is(rule.subresource, request.subResource)) return false;
  if (otherVersion ? rule.version === version : !is(rule.version, version)) return false;
  const isNamespace = group === '' && resource === 'namespaces';
  return !rule.namespacedOnly || (!isNamespace && request.namespace !== '');
}
