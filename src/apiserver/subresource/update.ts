import { deepEqual, type JsonObject } from '../../model/json.ts';
import { ensureObject, type Mutable, mutableCopy } from '../default/mutable.ts';
import type { Resource } from '../resources/resource.ts';
import { dropDisabledPodFields } from '../strategy/pod.ts';

/** What a status update may change in the metadata: nothing but managed fields. */
function resetMetadata(object: Mutable, old: JsonObject): void {
  const metadata = ensureObject(object, 'metadata');
  const before = (old['metadata'] ?? {}) as JsonObject;
  for (const key of [
    'deletionTimestamp',
    'generation',
    'selfLink',
    'labels',
    'annotations',
    'finalizers',
    'ownerReferences',
  ]) {
    keep(metadata, before, key);
  }
}

function keep(target: Mutable, from: JsonObject, key: string): void {
  const value = from[key];
  if (value === undefined) delete target[key];
  else target[key] = mutableCopy(value);
}

const RESETTING = new Set(
  'V1ValidatingAdmissionPolicy V1ServiceCIDR ResourceV1ResourceClaim V1VolumeAttachment V1CustomResourceDefinition'.split(
    ' ',
  ),
);

/**
 * Takes back what an update of a subresource may not change. In place.
 * Upstream: `PrepareForUpdate` of the status, ephemeral container, resize and finalize strategies.
 */
export function prepareSubresource(resource: Resource, subresource: string, object: Mutable, old: JsonObject): void {
  const before = (old['metadata'] ?? {}) as JsonObject;
  switch (subresource) {
    case 'status':
      prepareStatus(resource, object, old);
      break;
    case 'ephemeralcontainers':
    case 'resize':
      preparePodPart(subresource, object, old);
      break;
    case 'finalize':
      keep(object, old, 'status');
      keep(ensureObject(object, 'metadata'), before, 'generation');
      break;
    default:
      keep(ensureObject(object, 'metadata'), before, 'generation');
  }
}

function prepareStatus(resource: Resource, object: Mutable, old: JsonObject): void {
  const before = (old['metadata'] ?? {}) as JsonObject;
  const metadata = ensureObject(object, 'metadata');
  keep(metadata, before, 'generation');
  if (resource.type === undefined) {
    const status = object['status'];
    for (const key of Object.keys(object)) if (!['apiVersion', 'kind', 'metadata'].includes(key)) delete object[key];
    for (const key of Object.keys(old)) if (!['metadata', 'status'].includes(key)) keep(object, old, key);
    if (status !== undefined) object['status'] = status;
    resetMetadata(object, old);
    return;
  }
  keep(object, old, 'spec');
  if (resource.type === 'V1Deployment') keep(metadata, before, 'labels');
  if (resource.type === 'V1Pod') {
    delete metadata['deletionTimestamp'];
    keep(metadata, before, 'ownerReferences');
    const status = ensureObject(object, 'status');
    const oldStatus = (old['status'] ?? {}) as JsonObject;
    if (status['qosClass'] === undefined) keep(status, oldStatus, 'qosClass');
  }
  if (RESETTING.has(resource.type)) resetMetadata(object, old);
}

function preparePodPart(subresource: string, object: Mutable, old: JsonObject): void {
  const given = ensureObject(object, 'spec');
  const spec = mutableCopy(old['spec'] ?? {}) as Mutable;
  if (subresource === 'ephemeralcontainers') keep(spec, given, 'ephemeralContainers');
  else for (const key of ['containers', 'initContainers', 'resources']) resize(spec, given, key);
  object['spec'] = spec;
  keep(object, old, 'status');
  resetMetadata(object, old);
  dropDisabledPodFields(spec);
  const generation = ((old['metadata'] ?? {}) as JsonObject)['generation'];
  if (!deepEqual(spec, old['spec'])) {
    ensureObject(object, 'metadata')['generation'] = (typeof generation === 'bigint' ? generation : 0n) + 1n;
  }
}

/** Only resources and resize policies of the containers, and pod-level resources, may change. */
function resize(spec: Mutable, given: Mutable, key: string): void {
  const wanted = given[key];
  if (key === 'resources') {
    if (wanted !== undefined) spec['resources'] = mutableCopy(wanted);
    return;
  }
  if (!Array.isArray(wanted) || !Array.isArray(spec[key])) return;
  spec[key] = (spec[key] as Mutable[]).map((container) => {
    const other = (wanted as Mutable[]).find((entry) => entry['name'] === container['name']);
    if (other === undefined) return container;
    const changed = { ...container };
    keep(changed, other, 'resources');
    keep(changed, other, 'resizePolicy');
    return changed;
  });
}
