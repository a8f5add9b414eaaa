import type { JsonObject } from '../model/json.ts';
import { asArray, getPath } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { nameOf, namespaceOf } from '../model/resource.ts';
import {
  compileMatchConditions,
  kubernetesHost,
  namedExpressions,
  type ValidationInput,
} from './cel-validation/index.ts';
import type { PolicyRun } from './run.ts';

type Test = ReturnType<typeof compileMatchConditions>;

const compiled = new WeakMap<Policy, Test>();

/**
 * Do the policy's `webhookConfiguration.matchConditions` let the request in? An error keeps it out. An object that is
 * not there is not `null` here: it has a kind and nothing else.
 * Upstream: `checkMatchConditions` in `pkg/engine/internal/match.go`.
 */
export function passesConditions(run: PolicyRun): boolean {
  const list = asArray(getPath(run.policy.spec, 'webhookConfiguration', 'matchConditions')) ?? [];
  if (list.length === 0) return true;
  const test =
    compiled.get(run.policy) ?? compileMatchConditions(namedExpressions(list), { hasAuthorizer: false, kyverno: true });
  compiled.set(run.policy, test);
  return test(inputOf(run)).met === true;
}

function inputOf({
  request: asked,
  gvk,
  subresource,
  operation,
  object,
  oldObject,
  policy,
}: PolicyRun): ValidationInput {
  const { request, mode, userKnown = mode === 'admission' } = asked;
  const resource = mode === 'cli' ? { group: '', version: '', resource: '' } : request.resource;
  const typed = (one: JsonObject | null): JsonObject => ({
    ...one,
    apiVersion: gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`,
    kind: gvk.kind,
  });
  return {
    object: typed(object),
    oldObject: typed(oldObject),
    request: {
      kind: gvk,
      resource,
      requestKind: gvk,
      requestResource: resource,
      subResource: subresource,
      name: nameOf(object ?? {}),
      namespace: namespaceOf(object ?? {}),
      operation,
      userInfo: userKnown ? request.userInfo : { username: '' },
      dryRun: false,
      options: undefined,
    },
    namespaceObject: null,
    params: null,
    hasAuthorizer: false,
    host: kubernetesHost(`policy ${policy.name}`),
  };
}
