import type { JsonObject } from '../model/json.ts';
import type { AdmissionRequest } from '../model/request.ts';
import { labelsOf } from '../model/resource.ts';
import type { ClusterState } from './cluster-state.ts';
import type { KyvernoConfig } from './kyverno-config.ts';
import { type Labels, matchesRequirements } from './label-selector.ts';
import { nameIn, namespaceIn } from './request-object.ts';

/** Do the selectors of Kyverno's webhooks let the request in? Upstream: apiserver's namespace and object matchers. */
export function isSelected(config: KyvernoConfig, state: ClusterState, request: AdmissionRequest): boolean {
  if (config.objectSelector.length > 0) {
    const objects = presentObjects(request);
    if (!objects.some((object) => matchesRequirements(config.objectSelector, labelsOf(object)))) return false;
  }
  if (config.namespaceSelector.length === 0) return true;
  const isNamespace = request.resource.group === '' && request.resource.resource === 'namespaces';
  if (request.namespace === '' && !isNamespace) return true;
  const fromObject = isNamespace && request.subResource === '' && request.operation !== 'DELETE';
  const labels: Labels | undefined = fromObject
    ? labelsOf(request.object ?? {})
    : state.namespaceLabels(request.namespace);
  return matchesRequirements(config.namespaceSelector, labels ?? {});
}

/** Kinds that Kyverno makes itself and never looks at. Upstream: `ExcludeKyvernoResources` in `pkg/webhooks/utils`. */
const OWN_KINDS = new Set([
  'AdmissionReport',
  'ClusterAdmissionReport',
  'BackgroundScanReport',
  'ClusterBackgroundScanReport',
  'UpdateRequest',
]);

/** Does Kyverno's configuration tell it not to look? Upstream: `withFilter` in `pkg/webhooks/handlers/filter.go`. */
export function isFiltered(config: KyvernoConfig, request: AdmissionRequest): boolean {
  const { userInfo, roles, clusterRoles, parentKind, subResource, namespace, name } = request;
  return (
    config.excludesUser(userInfo, roles, clusterRoles) ||
    config.filters(parentKind, subResource, namespace, name) ||
    OWN_KINDS.has(request.kind.kind)
  );
}

/**
 * The engine's own look at the resource filters, by the names in the objects: then no rule answers.
 * Upstream: `checkResourceFilters` in `pkg/engine/internal/match.go`.
 */
export function isFilteredByName(config: KyvernoConfig, request: AdmissionRequest): boolean {
  const { parentKind, subResource } = request;
  return presentObjects(request).some((object) =>
    config.filters(parentKind, subResource, namespaceIn(object, request), nameIn(object)),
  );
}

function presentObjects({ object, oldObject }: AdmissionRequest): readonly JsonObject[] {
  return [object, oldObject].filter((one): one is JsonObject => one !== null);
}
