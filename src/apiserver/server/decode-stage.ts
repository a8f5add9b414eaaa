import type { ClientRequest } from '../../model/admission.ts';
import { InputError, NotSupportedError } from '../../model/failure.ts';
import { asObject, asString, getPath, type Json, type JsonObject } from '../../model/json.ts';
import type { AdmissionRequest, Operation, UserInfo } from '../../model/request.ts';
import { nameOf, namespaceOf } from '../../model/resource.ts';
import type { Empty } from '../decode/empties.ts';
import { ensureObject, type Mutable } from '../default/mutable.ts';
import { applyPatch, undecodable } from '../patch/patch.ts';
import { apiVersionOf, type Body, bodyOf, deprecationOf, groupResource, type Resource } from '../resources/resource.ts';
import type { ApiStatus } from '../status/status.ts';
import { badRequest, conflict, invalid, methodNotAllowed, notFound } from '../status/texts.ts';
import { scaleOf } from '../subresource/scale.ts';
import { invalidMessage } from '../validate/index.ts';
import { type DecodedBody, decodeBody } from './body.ts';
import { typedOptions } from './connect-options.ts';
import { refuse, type ServerContext } from './context.ts';
import { storedForm } from './stored-form.ts';
import { dedupOwnerReferences, wipeSystemFields } from './system-fields.ts';
import { findTarget, type Target } from './target.ts';
import type { StageResult } from './types.ts';

/** Who asks when a request does not say: the administrator of the reference cluster. */
export const ADMIN: UserInfo = { username: 'admin', groups: ['system:masters', 'system:authenticated'] };

/** Types that a PUT may create. Upstream: `AllowCreateOnUpdate` of each strategy. */
const CREATED_BY_PUT = new Set(
  'V1Service V1Endpoints CoreV1Event EventsV1Event V1LimitRange V1Lease V1RuntimeClass V1ClusterRole V1ClusterRoleBinding V1Role V1RoleBinding'.split(
    ' ',
  ),
);
/** Types that can only be replaced by naming their resourceVersion. Upstream: `AllowUnconditionalUpdate`. */
const CONDITIONAL = new Set(
  'V1Lease V1RuntimeClass V1PodDisruptionBudget V1CSIDriver V1CSINode V1CSIStorageCapacity V1VolumeAttachment V1MutatingAdmissionPolicy V1MutatingAdmissionPolicyBinding V1ValidatingAdmissionPolicy V1ValidatingAdmissionPolicyBinding V1MutatingWebhookConfiguration V1ValidatingWebhookConfiguration V1CustomResourceDefinition V1APIService'.split(
    ' ',
  ),
);

const OPTIONS_KINDS: Readonly<Record<Operation, string | undefined>> = {
  CREATE: 'CreateOptions',
  UPDATE: 'UpdateOptions',
  DELETE: 'DeleteOptions',
  CONNECT: undefined,
};

/** The first stage: from what a client sends to what mutating admission sees. */
export function decodeStage(context: ServerContext, request: ClientRequest): StageResult {
  // A server-side apply creates what is not there.
  const applies = request.operation === 'CREATE' && request.object === undefined && request.patch?.type === 'apply';
  const client: ClientRequest = applies ? { ...request, operation: 'UPDATE' } : request;
  const target = findTarget(context.registry, client);
  if ('refused' in target) return refuse(target.refused, []);
  const deprecation = deprecationOf(target.resource);
  const result = decodeTarget(context, client, target);
  if (deprecation === undefined) return result;
  if (!result.ok) return refuse(result.status, [deprecation, ...result.warnings]);
  return { ok: true, request: { ...result.request, warnings: [deprecation, ...result.request.warnings] } };
}

function decodeTarget(context: ServerContext, client: ClientRequest, target: Target): StageResult {
  const { resource, subresource } = target;
  if (resource.createOnly && client.operation !== 'CREATE') return refuse(methodNotAllowed(), []);
  switch (client.operation) {
    case 'CREATE':
      return decodeCreate(context, client, target);
    case 'UPDATE':
      return decodeUpdate(context, client, target);
    case 'DELETE': {
      if (subresource !== '') return refuse(methodNotAllowed(), []);
      const stored = existing(context, client, target);
      const warnings = deletionWarnings(client, resource);
      if (stored === undefined) return refuse(notFound(groupResource(resource), target.name), warnings);
      return flight(client, target, 'DELETE', null, stored, stored, warnings);
    }
    default:
      return decodeConnect(context, client, target);
  }
}

/** Upstream: `Delete` in `pkg/registry/batch/job/storage/storage.go`. */
function deletionWarnings({ options }: ClientRequest, { gvr }: Resource): readonly string[] {
  if (gvr.group !== 'batch' || gvr.resource !== 'jobs') return [];
  if (options?.['propagationPolicy'] !== undefined || options?.['orphanDependents'] !== undefined) return [];
  return [
    'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
  ];
}

function decodeCreate(context: ServerContext, client: ClientRequest, target: Target): StageResult {
  const { resource, subresource, namespace } = target;
  if (client.object === undefined) {
    throw new InputError({ code: 'no-object', message: 'a CREATE request needs an object', hint: 'set `object`' });
  }
  const body = bodyOf(resource, subresource);
  const decoded = decodeBody(context, resource, body, client.object, client.fieldValidation ?? 'Warn');
  if (!decoded.ok) return refuse(decoded.status, []);
  const object = decoded.object;
  if (subresource !== 'binding') wipeSystemFields(object);
  const refused = alignNamespace(object, expectedNamespace(resource, namespace));
  if (refused !== undefined) return refuse(refused, decoded.warnings);
  const warnings = [...decoded.warnings, ...dedupOwnerReferences(object)];
  const name = subresource === '' ? nameOf(object) : target.name;
  const isNamespace = resource.gvk.group === '' && resource.gvk.kind === 'Namespace';
  const at: Target = { ...target, name, namespace: isNamespace ? name : namespace };
  return flight(client, at, 'CREATE', object, null, undefined, warnings, decoded.empties);
}

function decodeUpdate(context: ServerContext, client: ClientRequest, target: Target): StageResult {
  const { resource, subresource } = target;
  const body = bodyOf(resource, subresource);
  const stored = existing(context, client, target);
  const current = stored === undefined || subresource !== 'scale' ? stored : scaleOf(resource, stored);
  const decoded = decodeUpdated(context, client, target, body, current);
  if (!decoded.ok) return decoded;
  const { object, warnings, empties } = decoded;
  const refused =
    alignNamespace(object, expectedNamespace(resource, target.namespace)) ?? checkName(object, target.name);
  if (refused !== undefined) return refuse(refused, warnings);
  const given = [...warnings, ...(client.patch === undefined ? dedupOwnerReferences(object) : [])];
  if (stored !== undefined && current !== undefined) {
    const stale = staleStatus(resource, object, stored, target);
    return stale === undefined
      ? flight(client, target, 'UPDATE', object, current, stored, given, empties)
      : refuse(stale, given);
  }
  const creates = subresource === '' && (client.patch?.type === 'apply' || CREATED_BY_PUT.has(resource.type ?? ''));
  if (!creates) return refuse(notFound(groupResource(resource), target.name), given);
  wipeSystemFields(object);
  return flight(client, target, 'CREATE', object, null, undefined, given, empties);
}

type Updated = Extract<DecodedBody, { ok: true }>;

function decodeUpdated(
  context: ServerContext,
  client: ClientRequest,
  target: Target,
  body: Body,
  current: JsonObject | undefined,
): Updated | Extract<StageResult, { ok: false }> {
  const { resource } = target;
  const validation = client.fieldValidation ?? 'Warn';
  if (client.patch === undefined) {
    if (client.object === undefined) {
      const hint = 'set `object` or `patch`';
      throw new InputError({ code: 'no-object', message: 'an UPDATE request needs an object or a patch', hint });
    }
    const decoded = decodeBody(context, resource, body, client.object, validation);
    return decoded.ok ? decoded : refuse(decoded.status, []);
  }
  if (current === undefined && client.patch.type !== 'apply') {
    return refuse(notFound(groupResource(resource), target.name), []);
  }
  const patched = applyPatch(body, current ?? {}, client.patch);
  if ('refused' in patched) return refuse(patched.refused, []);
  const decoded = decodeBody(context, resource, body, patched.object, validation);
  if (decoded.ok) return decoded;
  const cause = decoded.status.message.replace(/^.* cannot be handled as a [^:]*: /, '');
  return refuse(cause === decoded.status.message ? decoded.status : undecodable(patched.object, cause), []);
}

function decodeConnect(context: ServerContext, client: ClientRequest, target: Target): StageResult {
  const { resource, subresource } = target;
  const body = bodyOf(resource, subresource);
  if (subresource === '' || body.gvk === resource.gvk) return refuse(methodNotAllowed(), []);
  const options = typedOptions(body.type, client.object ?? client.options ?? {});
  const decoded = decodeBody(context, resource, body, options, 'Ignore');
  if (!decoded.ok) return refuse(decoded.status, []);
  const stored = existing(context, client, target);
  return flight(client, target, 'CONNECT', decoded.object, null, stored, []);
}

/** What is stored under the request's name: what the client says, else the cluster state. */
function existing(context: ServerContext, client: ClientRequest, target: Target): JsonObject | undefined {
  const { resource, name, namespace } = target;
  const isScale = target.subresource === 'scale' && client.oldObject?.['kind'] !== resource.gvk.kind;
  if (client.oldObject !== undefined && !isScale) return storedForm(context, client.oldObject);
  const { group, kind } = resource.gvk;
  const found = context.store.get(group, kind, resource.namespaced ? namespace : '', name);
  const version = apiVersionOf(resource.gvk);
  if (found === undefined || found['apiVersion'] === version) return found;
  if (resource.type === undefined) return { ...found, apiVersion: version };
  throw new NotSupportedError(`conversion of a ${kind} from ${String(found['apiVersion'])} to ${version}`);
}

function expectedNamespace(resource: Resource, namespace: string): string {
  return resource.namespaced ? namespace : '';
}

/** Upstream: `EnsureObjectNamespaceMatchesRequestNamespace` (apiserver/pkg/registry/rest/meta.go). */
export function alignNamespace(object: Mutable, namespace: string): ApiStatus | undefined {
  const own = namespaceOf(object);
  if (own === namespace) return undefined;
  const metadata = ensureObject(object, 'metadata');
  if (own === '') metadata['namespace'] = namespace;
  else if (namespace === '') delete metadata['namespace'];
  else return badRequest('the namespace of the provided object does not match the namespace sent on the request');
  return undefined;
}

function checkName(object: Mutable, name: string): ApiStatus | undefined {
  const own = nameOf(object);
  if (own === '') {
    return badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  return own === name
    ? undefined
    : badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
}

/** The optimistic lock. Upstream: `Store.Update` (apiserver/pkg/registry/generic/registry/store.go). */
function staleStatus(resource: Resource, object: Mutable, stored: JsonObject, target: Target): ApiStatus | undefined {
  const metadata = ensureObject(object, 'metadata');
  const wanted = asString(metadata['resourceVersion']) ?? '';
  const current: Json | undefined = getPath(stored, 'metadata', 'resourceVersion');
  if (wanted === '') {
    if (resource.type === undefined || CONDITIONAL.has(resource.type)) {
      const detail = 'must be specified for an update';
      const error = { type: 'Invalid', path: 'metadata.resourceVersion', value: '0', detail } as const;
      return invalid(invalidMessage(resource.gvk.group, resource.gvr.resource, target.name, [error]));
    }
    return undefined;
  }
  if (wanted === current) return undefined;
  const detail = 'the object has been modified; please apply your changes to the latest version and try again';
  return conflict(groupResource(resource), target.name, detail);
}

function flight(
  client: ClientRequest,
  target: Target,
  operation: Operation,
  object: JsonObject | null,
  oldObject: JsonObject | null,
  stored: JsonObject | undefined,
  warnings: readonly string[],
  empties: readonly Empty[] = [],
): StageResult {
  const { resource, subresource, name, namespace } = target;
  const options = optionsOf(client, operation);
  const admission: AdmissionRequest = {
    kind: bodyOf(resource, subresource).gvk,
    resource: resource.gvr,
    subResource: subresource,
    parentKind: resource.gvk,
    name,
    namespace,
    operation,
    object,
    oldObject,
    userInfo: client.userInfo ?? ADMIN,
    roles: [],
    clusterRoles: [],
    dryRun: client.dryRun === true,
    ...(options === undefined ? {} : { options }),
  };
  const common = { client, resource, admission, empties, warnings };
  return { ok: true, request: stored === undefined ? common : { ...common, stored } };
}

function optionsOf(client: ClientRequest, operation: Operation): JsonObject | undefined {
  const kind = OPTIONS_KINDS[operation];
  if (kind === undefined) return undefined;
  const own = asObject(client.options) ?? {};
  return {
    ...own,
    ...(client.dryRun === true ? { dryRun: ['All'] } : {}),
    ...(client.fieldValidation === undefined ? {} : { fieldValidation: client.fieldValidation }),
    apiVersion: 'meta.k8s.io/v1',
    kind,
  };
}
