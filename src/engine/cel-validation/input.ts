import { NotSupportedError } from '../../model/failure.ts';
import { asObject, type Json, type JsonObject } from '../../model/json.ts';
import type { UserInfo } from '../../model/request.ts';
import type { GroupVersionKind, GroupVersionResource } from '../../model/resource.ts';
import { type Activation, AUTHORIZER, type CelHost, requestAuthorizer } from '../cel/index.ts';

/** What expressions of Kubernetes' validator are evaluated on. */
export interface ValidationInput {
  readonly object: JsonObject | null;
  readonly oldObject: JsonObject | null;
  readonly request: RequestParts;
  readonly namespaceObject: JsonObject | null;
  /** `null`: none. */
  readonly params: Json;
  /** `authorizer` is bound. */
  readonly hasAuthorizer: boolean;
  readonly host: CelHost;
}

/** What `request` is made of. */
export interface RequestParts {
  /** The kind and resource as the policy asked for them. */
  readonly kind: GroupVersionKind;
  readonly resource: GroupVersionResource;
  /** The kind and resource of the request itself. */
  readonly requestKind: GroupVersionKind;
  readonly requestResource: GroupVersionResource;
  readonly subResource: string;
  readonly name: string;
  readonly namespace: string;
  readonly operation: string;
  readonly userInfo: UserInfo;
  readonly dryRun: boolean;
  readonly options: JsonObject | undefined;
}

/**
 * `request`, empty fields left out.
 * Upstream: `CreateAdmissionRequest` in `k8s.io/apiserver/pkg/admission/plugin/cel/condition.go`.
 */
export function requestVariable(parts: RequestParts): JsonObject {
  const { name, namespace, subResource, userInfo, options } = parts;
  return {
    uid: '',
    kind: { ...parts.kind },
    resource: { ...parts.resource },
    ...some('subResource', subResource),
    requestKind: { ...parts.requestKind },
    requestResource: { ...parts.requestResource },
    ...some('requestSubResource', subResource),
    ...some('name', name),
    ...some('namespace', namespace),
    operation: parts.operation,
    userInfo: userVariable(userInfo),
    object: null,
    oldObject: null,
    dryRun: parts.dryRun,
    options: options ?? null,
  };
}

/** `request.userInfo`, empty fields left out. */
function userVariable({ username, uid, groups, extra }: UserInfo): JsonObject {
  return {
    ...some('username', username),
    ...some('uid', uid ?? ''),
    ...(groups === undefined || groups.length === 0 ? {} : { groups: [...groups] }),
    ...(extra === undefined || Object.keys(extra).length === 0
      ? {}
      : { extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])) }),
  };
}

const NAMESPACE_METADATA = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'finalizers',
];

/** What expressions see of a Namespace object. Upstream: `CreateNamespaceObject` beside `CreateAdmissionRequest`. */
export function namespaceVariable(object: JsonObject): JsonObject {
  const metadata = asObject(object['metadata']) ?? {};
  const known = NAMESPACE_METADATA.flatMap((field) => {
    const value = metadata[field];
    return value === undefined ? [] : [[field, value] as const];
  });
  return { metadata: Object.fromEntries(known), spec: object['spec'] ?? {}, status: object['status'] ?? {} };
}

/** Answers nothing: what needs an answer is not supported. `where` is named in the error. */
export function kubernetesHost(where: string): CelHost {
  return {
    authorize: () => {
      throw new NotSupportedError('authorizer checks in CEL', where);
    },
  };
}

function some(field: string, text: string): JsonObject {
  return text === '' ? {} : { [field]: text };
}

/** Values of all variables but `variables`. */
export function bindInput(input: ValidationInput): Activation {
  let request: JsonObject | undefined;
  return (name) => {
    switch (name) {
      case 'object':
        return input.object;
      case 'oldObject':
        return input.oldObject;
      case 'params':
        return input.params;
      case 'request':
        request ??= requestVariable(input.request);
        return request;
      case 'namespaceObject':
        return input.namespaceObject;
      case 'authorizer':
        return input.hasAuthorizer ? AUTHORIZER : undefined;
      case 'authorizer.requestResource':
        return input.hasAuthorizer ? requestCheck(input.request) : undefined;
      default:
        return undefined;
    }
  };
}

function requestCheck({ requestResource, subResource, namespace, name }: RequestParts) {
  const { group, resource } = requestResource;
  return requestAuthorizer({ group, resource, subresource: subResource, namespace, name });
}
