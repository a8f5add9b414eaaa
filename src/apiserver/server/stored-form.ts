import { asObject, asString, getPath, type JsonObject } from '../../model/json.ts';
import type { AdmissionRequest } from '../../model/request.ts';
import { gvkOf, nameOf, namespaceOf } from '../../model/resource.ts';
import { readBack } from '../default/default.ts';
import { ensureObject, type Mutable, mutableCopy } from '../default/mutable.ts';
import { bodyOf, type Resource } from '../resources/resource.ts';
import { allocateService } from '../strategy/service-network.ts';
import { prepareForCreate } from '../strategy/strategy.ts';
import { decodeBody } from './body.ts';
import type { ServerContext } from './context.ts';
import { timestamp } from './system-fields.ts';

/**
 * An object of the cluster state as the API server would hold it. One with a uid was read from a cluster and is only
 * decoded and defaulted; any other was written by hand and goes through what a create does to it, its status kept.
 * An object of an unknown kind, or one that can't be decoded, stays as it is.
 */
export function storedForm(context: ServerContext, object: JsonObject): JsonObject {
  const resource = context.registry.byKind(gvkOf(object));
  if (resource === undefined) return object;
  if (resource.gvk.group !== RBAC) return formIn(context, resource, object);
  const second = Math.floor(context.world.clock.now() / 1000);
  const known = accessRules.get(object);
  if (known?.second === second) return known.form;
  const form = formIn(context, resource, object);
  accessRules.set(object, { second, form });
  return form;
}

const RBAC = 'rbac.authorization.k8s.io';

/** No plugin changes roles and their bindings, and every cluster has dozens: their form is kept for the next one. */
const accessRules = new WeakMap<JsonObject, { readonly second: number; readonly form: JsonObject }>();

function formIn(context: ServerContext, resource: Resource, object: JsonObject): JsonObject {
  const stored = decodedForm(context, resource, object);
  if (stored === undefined) return object;
  const metadata = ensureObject(stored, 'metadata');
  if (resource.namespaced && namespaceOf(stored) === '') metadata['namespace'] = 'default';
  if (asString(metadata['uid']) !== undefined) return stored;
  metadata['uid'] = stableUid(`${resource.gvk.group}/${resource.gvk.kind}/${namespaceOf(stored)}/${nameOf(stored)}`);
  const now = timestamp(context.world.clock);
  if (metadata['creationTimestamp'] === undefined) metadata['creationTimestamp'] = now;
  if (metadata['resourceVersion'] === undefined) metadata['resourceVersion'] = '1';
  if (resource.type === undefined) {
    if (metadata['generation'] === undefined) metadata['generation'] = 1n;
    return stored;
  }
  return completed(context, resource, resource.type, stored, object, now);
}

/** What decoding an object of a built-in kind gave; the same in every cluster. */
const decodedOnce = new WeakMap<JsonObject, Mutable>();

/** The decoded object, for the caller to change; `undefined` when it can't be decoded. */
function decodedForm(context: ServerContext, resource: Resource, object: JsonObject): Mutable | undefined {
  const known = decodedOnce.get(object);
  if (known !== undefined) return mutableCopy(known) as Mutable;
  const decoded = decodeBody(context, resource, bodyOf(resource, ''), object, 'Ignore');
  if (!decoded.ok) return undefined;
  if (resource.type === undefined) return decoded.object;
  decodedOnce.set(object, decoded.object);
  return mutableCopy(decoded.object) as Mutable;
}

/** Plugins that change no object by themselves. */
const UNASKED = new Set(['NamespaceLifecycle', 'MutatingAdmissionPolicy']);

function completed(
  context: ServerContext,
  resource: Resource,
  type: string,
  stored: Mutable,
  given: JsonObject,
  now: string,
): JsonObject {
  const request = creation(resource, stored);
  const { store, registry, world } = context;
  const call = { resource, store, registry, random: world.random, request, sent: request };
  for (const plugin of context.plugins) {
    if (!UNASKED.has(plugin.name)) plugin.mutate?.(call, stored);
  }
  if (type === 'V1Service') allocateService(stored, undefined, { dryRun: true, takenPorts: new Set() });
  const { status } = stored;
  const generation = getPath(stored, 'metadata', 'generation');
  prepareForCreate(type, stored, { username: '' }, now);
  if (asObject(given['status']) !== undefined && status !== undefined) stored['status'] = mutableCopy(status);
  if (generation !== undefined) ensureObject(stored, 'metadata')['generation'] = generation;
  return readBack(type, stored);
}

function creation(resource: Resource, object: JsonObject): AdmissionRequest {
  return {
    kind: resource.gvk,
    resource: resource.gvr,
    subResource: '',
    parentKind: resource.gvk,
    name: nameOf(object),
    namespace: namespaceOf(object),
    operation: 'CREATE',
    object,
    oldObject: null,
    userInfo: { username: '' },
    roles: [],
    clusterRoles: [],
    dryRun: false,
  };
}

/** A uid that is the same in every run for the same object (FNV-1a, spread over 128 bits). */
function stableUid(text: string): string {
  let hex = '';
  for (let part = 0; part < 4; part++) {
    let hash = 0x811c9dc5 ^ part;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hex += (hash >>> 0).toString(16).padStart(8, '0');
  }
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
