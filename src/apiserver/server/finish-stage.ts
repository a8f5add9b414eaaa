import { asString, getPath, type JsonObject } from '../../model/json.ts';
import { nameOf } from '../../model/resource.ts';
import { readBack } from '../default/default.ts';
import { ensureObject, type Mutable, mutableCopy, objectAt } from '../default/mutable.ts';
import { readBackCustom } from '../resources/custom.ts';
import { bodyOf, groupResource } from '../resources/resource.ts';
import { alreadyExists, notFound } from '../status/texts.ts';
import { refuse, type ServerContext } from './context.ts';
import type { FinishResult, InFlight } from './types.ts';

/** The last stage: what follows the validating webhooks. */
export function finishStage(context: ServerContext, request: InFlight): FinishResult {
  const { admission, resource, warnings } = request;
  const { store, registry, world } = context;
  for (const plugin of context.plugins) {
    if (plugin.name !== 'ResourceQuota' || plugin.validate === undefined) continue;
    const verdict = plugin.validate({
      resource,
      request: admission,
      sent: admission,
      store,
      registry,
      random: world.random,
    });
    if (verdict.refused !== undefined) return refuse(verdict.refused, warnings);
  }
  const plural = groupResource(resource);
  if (admission.operation === 'DELETE') return { ok: true, code: 200, warnings };
  if (admission.operation === 'CONNECT') {
    if (request.stored === undefined) return refuse(notFound(plural, admission.name), warnings);
    return { ok: true, code: 200, warnings };
  }
  const object = admission.object ?? {};
  if (admission.operation === 'UPDATE') return { ok: true, code: 200, object: asStored(request, object), warnings };
  if (admission.subResource !== '') return finishSubresource(context, request, object);
  if (resource.createOnly) return { ok: true, code: 201, object: asStored(request, object), warnings };
  const { group, kind } = resource.gvk;
  const name = nameOf(object);
  const taken = context.store.get(group, kind, resource.namespaced ? admission.namespace : '', name);
  const version = asString(getPath(object, 'metadata', 'resourceVersion')) ?? '';
  if (version !== '' && version !== '0') {
    return refuse({ code: 500, message: 'resourceVersion should not be set on objects to be created' }, warnings);
  }
  if (taken !== undefined) return refuse(alreadyExists(plural, name), warnings);
  return { ok: true, code: 201, object: asStored(request, object), warnings };
}

/** Creates on pods: eviction and binding need the pod, tokens need their account. */
function finishSubresource(context: ServerContext, request: InFlight, object: JsonObject): FinishResult {
  const { admission, resource, warnings } = request;
  const { group, kind } = resource.gvk;
  const parent = context.store.get(group, kind, resource.namespaced ? admission.namespace : '', admission.name);
  if (parent === undefined) return refuse(notFound(groupResource(resource), admission.name), warnings);
  return { ok: true, code: 201, object: asStored(request, object), warnings };
}

/** Read back from storage: defaults once more; without what the cluster makes up. */
function asStored({ resource, admission }: InFlight, object: JsonObject): JsonObject {
  const copy = mutableCopy(object) as Mutable;
  const { type } = bodyOf(resource, admission.subResource);
  if (type !== undefined) readBack(type, copy);
  else if (resource.custom !== undefined) return shown(readBackCustom(resource.custom, copy) as Mutable, type);
  return shown(copy, type);
}

/** Without what the cluster makes up: ids, versions and times. */
function shown(copy: Mutable, type: string | undefined): JsonObject {
  const spec = objectAt(copy, 'spec');
  if (type === 'V1Service' && spec?.['type'] === 'ExternalName') delete spec['internalTrafficPolicy'];
  const metadata = ensureObject(copy, 'metadata');
  for (const key of ['uid', 'resourceVersion', 'creationTimestamp', 'managedFields', 'selfLink']) delete metadata[key];
  const status = objectAt(copy, 'status');
  if (type === 'V1PersistentVolume' && status !== undefined) delete status['lastPhaseTransitionTime'];
  return copy;
}
