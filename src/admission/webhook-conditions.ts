import type { Authorizer } from '../apiserver/index.ts';
import { type ConditionsAnswer, compileMatchConditions, namedExpressions, type RequestParts } from '../engine/index.ts';
import type { Json } from '../model/json.ts';
import type { AdmissionRequest } from '../model/request.ts';

/** The `matchConditions` of a webhook, as the API server asks them. */
export type WebhookConditions = (request: AdmissionRequest) => ConditionsAnswer;

/** How conditions are asked. */
export interface WebhookConditionOptions {
  /** Answers questions about the rights of users. */
  readonly authorize: Authorizer;
  /** `failurePolicy: Ignore`: a request on which a condition fails does not reach the webhook. */
  readonly ignoresErrors: boolean;
}

/**
 * Compiles the `matchConditions` of a webhook.
 * Upstream: `ShouldCallHook` in apiserver's `pkg/admission/plugin/webhook/generic/webhook.go`.
 */
export function compileWebhookConditions(
  list: Json | undefined,
  { authorize, ignoresErrors }: WebhookConditionOptions,
): WebhookConditions {
  const conditions = namedExpressions(list);
  if (conditions.length === 0) return () => ({ met: true });
  const test = compileMatchConditions(conditions, { hasAuthorizer: true, kyverno: false });
  return (request) => {
    const answer = test({
      object: request.object,
      oldObject: request.oldObject,
      request: requestParts(request),
      namespaceObject: null,
      params: null,
      hasAuthorizer: true,
      host: { authorize: (check) => authorize(request.userInfo, check) },
    });
    return answer.error !== undefined && ignoresErrors ? { met: false } : answer;
  };
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

/** The API server's refusal of a request. Upstream: `NewForbidden` in `k8s.io/apimachinery/pkg/api/errors`. */
export function forbiddenText({ resource: { group, resource }, name }: AdmissionRequest, cause: string): string {
  const kind = group === '' ? resource : `${resource}.${group}`;
  return name === '' ? `${kind} is forbidden: ${cause}` : `${kind} "${name}" is forbidden: ${cause}`;
}
