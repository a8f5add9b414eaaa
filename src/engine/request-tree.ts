import { type Json, type JsonObject, withNumbers } from '../model/json.ts';
import type { UserInfo } from '../model/request.ts';
import { namespaceOf } from '../model/resource.ts';
import type { EngineRequest } from './request.ts';

/** The object and the stored object of a request. */
export interface RequestObjects {
  readonly object: JsonObject | null;
  readonly oldObject: JsonObject | null;
}

/**
 * The context before any rule: `request` and the service account.
 * Upstream: `pkg/engine/policycontext/policy_context.go`, `AddRequest` in `pkg/engine/context/context.go`.
 */
export function requestTree(request: EngineRequest, objects: RequestObjects): JsonObject {
  const admission = request.mode === 'admission';
  const { userInfo, roles, clusterRoles } = request.request;
  const fields = admission ? admissionFields(request, objects) : plainFields(request, objects);
  if (!(request.userKnown ?? admission)) return { request: fields };
  return {
    request: {
      ...fields,
      userInfo: userFields(userInfo),
      ...(roles.length > 0 ? { roles } : {}),
      ...(clusterRoles.length > 0 ? { clusterRoles } : {}),
      ...(admission && request.request.dryRun ? { synchronize: true } : {}),
    },
    ...serviceAccount(userInfo.username),
  };
}

/** A scan or the command line: little more than the object. */
function plainFields({ request }: EngineRequest, { object, oldObject }: RequestObjects): JsonObject {
  return {
    ...(object === null ? {} : { object }),
    ...(oldObject === null ? {} : { oldObject }),
    namespace: object === null ? '' : namespaceOf(object),
    operation: request.operation,
  };
}

/** The AdmissionRequest as JSON, every number a float. */
function admissionFields({ request, ownNumbers }: EngineRequest, { object, oldObject }: RequestObjects): JsonObject {
  const { group, version, kind } = request.kind;
  const { group: resourceGroup, version: resourceVersion, resource } = request.resource;
  const kindFields = { group, version, kind };
  const resourceFields = { group: resourceGroup, version: resourceVersion, resource };
  return {
    uid: request.uid ?? '',
    kind: kindFields,
    resource: resourceFields,
    requestKind: kindFields,
    requestResource: resourceFields,
    ...present({
      subResource: request.subResource,
      requestSubResource: request.subResource,
      name: request.name,
      namespace: request.namespace,
    }),
    operation: request.operation,
    object: ownNumbers === true ? object : withNumbers(object, 'float'),
    oldObject: withNumbers(oldObject, 'float'),
    dryRun: request.dryRun,
    options: withNumbers(request.options ?? null, 'float'),
  };
}

function userFields({ username, uid, groups, extra }: UserInfo): JsonObject {
  return {
    ...present({ username, uid: uid ?? '' }),
    ...(groups !== undefined && groups.length > 0 ? { groups } : {}),
    ...(extra !== undefined && Object.keys(extra).length > 0 ? { extra } : {}),
  };
}

function present(texts: Readonly<Record<string, string>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''));
}

const PREFIX_LENGTH = 'system:serviceaccount:'.length;

/** Upstream cuts the length of the prefix off without looking at it. */
function serviceAccount(username: string): JsonObject {
  const parts = Buffer.from(username).subarray(PREFIX_LENGTH).toString().split(':');
  const [serviceAccountNamespace = '', serviceAccountName] = parts;
  if (serviceAccountName === undefined) return { serviceAccountName: '', serviceAccountNamespace: '' };
  return { serviceAccountName, serviceAccountNamespace };
}
