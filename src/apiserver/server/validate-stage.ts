import { asString, getPath, type JsonObject } from '../../model/json.ts';
import type { AdmissionRequest } from '../../model/request.ts';
import { nameOf } from '../../model/resource.ts';
import { withEmpties } from '../decode/empties.ts';
import { ensureObject, type Mutable, mutableCopy, objectAt, objectsAt } from '../default/mutable.ts';
import type { PolicyAnswers } from '../plugins/plugin.ts';
import { schemaErrors } from '../resources/custom-validate.ts';
import { bodyOf, type Resource } from '../resources/resource.ts';
import type { ApiStatus } from '../status/status.ts';
import { badRequest, invalid } from '../status/texts.ts';
import { allocateService } from '../strategy/service-network.ts';
import { prepareCustomUpdate, prepareForCreate, prepareForUpdate } from '../strategy/strategy.ts';
import { scaleOf, withScale } from '../subresource/scale.ts';
import { prepareSubresource } from '../subresource/update.ts';
import { type FieldError, invalidMessage, validateCreate, validateUpdate } from '../validate/index.ts';
import { warningsOnCreate, warningsOnUpdate } from '../warnings/index.ts';
import { refuse, type ServerContext } from './context.ts';
import { dedupOwnerReferences, fillSystemFields, timestamp } from './system-fields.ts';
import type { InFlight, StageResult } from './types.ts';

/** The stage between mutating and validating webhooks. Upstream: `BeforeCreate`, `BeforeUpdate`, then `Validate`. */
export function validateStage(context: ServerContext, request: InFlight): StageResult {
  const prepared = prepare(context, request);
  if (!prepared.ok) return prepared;
  let warnings = prepared.request.warnings;
  let policies: { readonly policies?: PolicyAnswers } = {};
  const { resource, admission, empties } = prepared.request;
  const object = admission.object === null ? null : withEmpties(admission.object, empties);
  const seen = { ...admission, object };
  const { store, registry, world } = context;
  for (const plugin of context.plugins) {
    // Quota comes after the validating webhooks.
    if (plugin.validate === undefined || plugin.name === 'ResourceQuota') continue;
    const verdict = plugin.validate({
      resource,
      request: seen,
      sent: admission,
      store,
      registry,
      random: world.random,
    });
    warnings = [...warnings, ...(verdict.warnings ?? [])];
    if (verdict.policies !== undefined) policies = { policies: verdict.policies };
    if (verdict.refused !== undefined) return { ...refuse(verdict.refused, warnings), ...policies };
  }
  return { ok: true, request: { ...prepared.request, warnings, ...policies } };
}

function prepare(context: ServerContext, request: InFlight): StageResult {
  const { admission, resource } = request;
  if (admission.operation === 'CONNECT' || admission.object === null) return { ok: true, request };
  if (admission.operation === 'CREATE') {
    if (admission.subResource === '' && !resource.createOnly) return prepareCreate(context, request, admission.object);
    const refused = subresourceFault(request);
    return refused === undefined ? { ok: true, request } : refuse(refused, request.warnings);
  }
  return prepareUpdate(context, request, admission.object);
}

function customErrors({ custom }: Resource, object: JsonObject): readonly FieldError[] {
  return custom?.schema === undefined ? [] : schemaErrors(custom.schema, object);
}

function subresourceFault({ admission }: InFlight): ApiStatus | undefined {
  const isEviction = admission.subResource === 'eviction';
  if (!isEviction || admission.object === null || nameOf(admission.object) === admission.name) return undefined;
  return badRequest('name in URL does not match name in Eviction object');
}

function withAdmission(request: InFlight, change: Partial<AdmissionRequest>): InFlight {
  return { ...request, admission: { ...request.admission, ...change } };
}

/** A copy that keeps two label maps one and the same where defaulting made them so. */
function copyForWriting(object: JsonObject): Mutable {
  const copy = mutableCopy(object) as Mutable;
  const labels = getPath(object, 'metadata', 'labels');
  if (labels !== undefined && labels === getPath(object, 'spec', 'template', 'metadata', 'labels')) {
    const template = objectAt(objectAt(copy, 'spec') ?? {}, 'template') ?? {};
    ensureObject(template, 'metadata')['labels'] = ensureObject(ensureObject(copy, 'metadata'), 'labels');
  }
  return copy;
}

function takenPorts(context: ServerContext, service: JsonObject): ReadonlySet<bigint> {
  const uid = getPath(service, 'metadata', 'uid');
  const others = context.store.list('', 'Service').filter((other) => getPath(other, 'metadata', 'uid') !== uid);
  const ports = others.flatMap((other) => objectsAt(objectAt(other as Mutable, 'spec') ?? {}, 'ports'));
  return new Set(ports.flatMap((port) => (typeof port['nodePort'] === 'bigint' ? [port['nodePort']] : [])));
}

/** Validation judges what a service asks for; then it gets it. */
function allocate(
  context: ServerContext,
  { resource, admission }: InFlight,
  object: Mutable,
  stored: JsonObject | undefined,
): ApiStatus | undefined {
  if (resource.type !== 'V1Service') return undefined;
  const network = { dryRun: admission.dryRun, takenPorts: takenPorts(context, object) };
  return allocateService(object, stored, network);
}

function prepareCreate(context: ServerContext, request: InFlight, given: JsonObject): StageResult {
  const { admission, resource } = request;
  const { clock, random } = context.world;
  const object = copyForWriting(given);
  const warnings = [...request.warnings, ...dedupOwnerReferences(object)];
  fillSystemFields(object, clock, random);
  if (resource.type === undefined) {
    ensureObject(object, 'metadata')['generation'] = 1n;
    if (resource.custom?.hasStatus === true) delete object['status'];
  } else warnings.push(...prepareForCreate(resource.type, object, admission.userInfo, timestamp(clock)));
  const place = { namespaced: resource.namespaced, dryRun: admission.dryRun };
  const errors = [
    ...validateCreate(resource.gvk, withEmpties(object, request.empties), place),
    ...customErrors(resource, object),
  ];
  if (errors.length > 0) {
    return refuse(invalid(invalidMessage(resource.gvk.group, resource.gvk.kind, nameOf(object), errors)), warnings);
  }
  const refused = allocate(context, request, object, undefined);
  if (refused !== undefined) return refuse(refused, warnings);
  if (resource.type !== undefined) warnings.push(...warningsOnCreate(resource.type, object));
  if (resource.type === 'V1Namespace') {
    const metadata = ensureObject(object, 'metadata');
    ensureObject(metadata, 'labels')['kubernetes.io/metadata.name'] = nameOf(object);
  }
  return { ok: true, request: withAdmission({ ...request, warnings }, { object, name: nameOf(object) }) };
}

function prepareUpdate(context: ServerContext, request: InFlight, given: JsonObject): StageResult {
  const { admission, resource, stored } = request;
  if (stored === undefined) return { ok: true, request };
  const isScale = admission.subResource === 'scale';
  if (isScale) {
    const errors = validateUpdate(bodyOf(resource, 'scale').gvk, given, scaleOf(resource, stored), {
      subresource: 'scale',
    });
    if (errors.length > 0) {
      return refuse(invalid(invalidMessage('autoscaling', 'Scale', nameOf(stored), errors)), request.warnings);
    }
  }
  const object = isScale ? withScale(resource, stored, given) : copyForWriting(given);
  const warnings = [...request.warnings, ...dedupOwnerReferences(object)];
  const metadata = ensureObject(object, 'metadata');
  const oldMetadata = (stored['metadata'] ?? {}) as JsonObject;
  if (oldMetadata['resourceVersion'] !== undefined) metadata['resourceVersion'] = oldMetadata['resourceVersion'];
  const subresource = isScale ? '' : admission.subResource;
  if (subresource !== '') prepareSubresource(resource, subresource, object, stored);
  else if (resource.type !== undefined) prepareForUpdate(resource.type, object, stored);
  else prepareCustomUpdate(object, stored, resource.custom?.hasStatus === true);
  keepSystemFields(metadata, oldMetadata);
  const { namespaced } = resource;
  const place = { namespaced, dryRun: admission.dryRun, ...(subresource === '' ? {} : { subresource }) };
  // What a scale leaves out is the stored object's.
  const judged = isScale ? object : withEmpties(object, request.empties);
  const errors = [...validateUpdate(resource.gvk, judged, stored, place), ...customErrors(resource, object)];
  if (errors.length > 0) {
    return refuse(invalid(invalidMessage(resource.gvk.group, resource.gvk.kind, nameOf(object), errors)), warnings);
  }
  const refused = subresource === '' ? allocate(context, request, object, stored) : undefined;
  if (refused !== undefined) return refuse(refused, warnings);
  if (resource.type !== undefined && subresource === '') {
    warnings.push(...warningsOnUpdate(resource.type, object, stored));
  }
  if (!isScale) return { ok: true, request: withAdmission({ ...request, warnings }, { object }) };
  const change = { object: scaleOf(resource, object), oldObject: scaleOf(resource, stored) };
  return { ok: true, request: withAdmission({ ...request, warnings }, change) };
}

/** What an update can't change. Upstream: `BeforeUpdate` (apiserver/pkg/registry/rest/update.go). */
function keepSystemFields(metadata: Mutable, old: JsonObject): void {
  const keep = (key: string): void => {
    const value = old[key];
    if (value !== undefined && value !== null) metadata[key] = value;
  };
  if ((asString(metadata['uid']) ?? '') === '') keep('uid');
  keep('creationTimestamp');
  keep('deletionTimestamp');
  if (metadata['deletionGracePeriodSeconds'] === undefined) keep('deletionGracePeriodSeconds');
}
