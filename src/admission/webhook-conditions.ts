import type { CelHost } from '../engine/index.ts';
import { type ConditionsAnswer, compileMatchConditions, namedExpressions, type RequestParts } from '../engine/index.ts';
import { NotSupportedError } from '../model/failure.ts';
import type { Json } from '../model/json.ts';
import type { AdmissionRequest } from '../model/request.ts';

/** The `matchConditions` of a webhook, as the API server asks them. */
export type WebhookConditions = (request: AdmissionRequest) => ConditionsAnswer;

/**
 * Compiles the `matchConditions` of a webhook.
 * Upstream: `ShouldCallHook` in apiserver's `pkg/admission/plugin/webhook/generic/webhook.go`.
 */
export function compileWebhookConditions(list: Json | undefined, where: string): WebhookConditions {
  const conditions = namedExpressions(list);
  if (conditions.length === 0) return () => ({ met: true });
  const test = compileMatchConditions(conditions, { hasAuthorizer: true, kyverno: false });
  return (request) =>
    test({
      object: request.object,
      oldObject: request.oldObject,
      request: requestParts(request),
      namespaceObject: null,
      params: null,
      hasAuthorizer: true,
      host: apiServerHost(request, where),
    });
}

/** What `request` holds for expressions that the API server evaluates. */
export function requestParts(request: AdmissionRequest): RequestParts {
  const { kind, resource, subResource, name, namespace, operation, userInfo, dryRun, options } = request;
  return {
    kind,
    resource,
    requestKind: kind,
    requestResource: resource,
    subResource,
    name,
    namespace,
    operation,
    userInfo,
    dryRun,
    options,
  };
}

/** Answers of the API server: who is of `system:masters` may do everything. Others' rights are not known here. */
export function apiServerHost({ userInfo }: AdmissionRequest, where: string): CelHost {
  return {
    authorize: ({ serviceAccount }) => {
      if (serviceAccount === undefined && userInfo.groups?.includes('system:masters')) {
        return { allowed: true, reason: '' };
      }
      throw new NotSupportedError('authorizer checks of a user outside system:masters', where);
    },
  };
}

/** The API server's refusal of a request. Upstream: `NewForbidden` in `k8s.io/apimachinery/pkg/api/errors`. */
export function forbiddenText({ resource: { group, resource }, name }: AdmissionRequest, cause: string): string {
  const kind = group === '' ? resource : `${resource}.${group}`;
  return name === '' ? `${kind} is forbidden: ${cause}` : `${kind} "${name}" is forbidden: ${cause}`;
}
