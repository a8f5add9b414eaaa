import { deepEqual, type Json, type JsonObject } from '../../model/json.ts';
import { zeroStruct } from '../decode/decode.ts';
import {
  ensureObject,
  isUnset,
  type Mutable,
  mutableCopy,
  objectAt,
  objectAtPath,
  objectsAt,
} from '../default/mutable.ts';
import { storeVersion } from '../default/other.ts';
import { findStruct, structOf } from '../schema/schema.ts';
import { dropDisabledPodFields, preparePodForCreate } from './pod.ts';
import { dropOldTypeFields } from './service-type.ts';

/** Kinds whose status a client can't set through the main resource. Upstream: each `strategy.go` of pkg/registry. */
const STATUS_KINDS = new Set(
  `V1Deployment V1DaemonSet V1ReplicaSet V1StatefulSet V1ReplicationController V1Job V1CronJob V1Pod V1Service V1Ingress
  V1HorizontalPodAutoscaler V2HorizontalPodAutoscaler V1PodDisruptionBudget V1ResourceQuota V1Namespace
  V1PersistentVolume V1PersistentVolumeClaim V1VolumeAttachment V1ValidatingAdmissionPolicy V1FlowSchema
  V1PriorityLevelConfiguration V1CertificateSigningRequest ResourceV1ResourceClaim V1ServiceCIDR
  V1CustomResourceDefinition V1APIService`.split(/\s+/),
);

/** Kinds that count generations, and the fields whose change makes a new one. */
const GENERATION_KINDS: Readonly<Record<string, readonly string[]>> = {
  V1Deployment: ['spec', 'metadata.annotations'],
  ...Object.fromEntries(
    `V1DaemonSet V1ReplicaSet V1StatefulSet V1ReplicationController V1Job V1CronJob V1Pod V1Ingress V1IngressClass
    V1NetworkPolicy V1PodDisruptionBudget V1FlowSchema V1PriorityLevelConfiguration V1DeviceClass V1ResourceSlice
    V1ValidatingAdmissionPolicy V1ValidatingAdmissionPolicyBinding V1MutatingAdmissionPolicy
    V1MutatingAdmissionPolicyBinding V1CustomResourceDefinition`
      .split(/\s+/)
      .map((type) => [type, ['spec']]),
  ),
  V1MutatingWebhookConfiguration: ['webhooks'],
  V1ValidatingWebhookConfiguration: ['webhooks'],
  V1PodTemplate: ['template'],
  V1EndpointSlice: ['metadata.labels', 'addressType', 'endpoints', 'ports'],
  V1PriorityClass: [],
};

/** Kinds whose first generation only an update makes. */
const LATE_GENERATION = new Set(['V1CSIDriver']);

const TEMPLATE_ANNOTATION = 'deprecated.daemonset.template.generation';

/** The user of a request, as a CertificateSigningRequest records it. */
export interface Requester {
  readonly username: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
}

/**
 * What the API server does to a new object of a built-in type between mutating admission and validation: the status
 * is reset, generations start, derived fields are filled. In place. Returns warnings.
 * Upstream: `PrepareForCreate` of pkg/registry.
 */
export function prepareForCreate(type: string, object: Mutable, requester: Requester, now: string): readonly string[] {
  if (type === 'V1Pod') return preparePodForCreate(object, now);
  const metadata = ensureObject(object, 'metadata');
  if (STATUS_KINDS.has(type)) object['status'] = zeroStatus(type);
  if (Object.hasOwn(GENERATION_KINDS, type)) metadata['generation'] = 1n;
  for (const spec of podSpecsOf(object)) dropDisabledPodFields(spec);
  dropDisabledFields(type, object, undefined);
  switch (type) {
    case 'V1DaemonSet': {
      const annotations = ensureObject(metadata, 'annotations');
      const given = annotations[TEMPLATE_ANNOTATION];
      const generation = typeof given === 'string' && /^[+-]?\d+$/.test(given) ? BigInt(given) : 0n;
      annotations[TEMPLATE_ANNOTATION] = String(generation < 1n ? 1n : generation);
      break;
    }
    case 'V1Job':
      generateSelector(object, metadata);
      break;
    case 'V1Namespace': {
      object['status'] = { phase: 'Active' };
      const spec = ensureObject(object, 'spec');
      const finalizers = Array.isArray(spec['finalizers']) ? spec['finalizers'] : [];
      if (!finalizers.includes('kubernetes')) spec['finalizers'] = [...finalizers, 'kubernetes'];
      break;
    }
    case 'V1CustomResourceDefinition':
      storeVersion(object, ensureObject(object, 'status'));
      break;
    case 'V1PersistentVolume':
      object['status'] = { phase: 'Pending', lastPhaseTransitionTime: now };
      break;
    case 'V1PersistentVolumeClaim':
      normalizeDataSources(ensureObject(object, 'spec'), undefined);
      break;
    case 'V1ServiceAccount':
      cleanSecretReferences(object);
      break;
    case 'V1Lease':
      dropLeaseFields(object);
      break;
    case 'V1CertificateSigningRequest': {
      const spec = ensureObject(object, 'spec');
      for (const key of ['username', 'uid', 'groups', 'extra']) delete spec[key];
      spec['username'] = requester.username;
      if (requester.uid !== undefined && requester.uid !== '') spec['uid'] = requester.uid;
      if (requester.groups !== undefined && requester.groups.length > 0) spec['groups'] = requester.groups;
      break;
    }
    default:
  }
  return [];
}

/**
 * As `prepareForCreate` for an object that replaces `old`: status and generation come from the old object.
 * Upstream: `PrepareForUpdate` of pkg/registry.
 */
export function prepareForUpdate(type: string, object: Mutable, old: JsonObject): void {
  const metadata = ensureObject(object, 'metadata');
  const oldMetadata = (old['metadata'] ?? {}) as JsonObject;
  keep(metadata, oldMetadata, 'generation');
  if (STATUS_KINDS.has(type)) keep(object, old, 'status');
  for (const spec of podSpecsOf(object)) dropDisabledPodFields(spec);
  if (type === 'V1Pod') dropDisabledPodFields(ensureObject(object, 'spec'));
  dropDisabledFields(type, object, old);
  if (type === 'V1Service') dropOldTypeFields(object, old);
  if (type === 'V1Namespace') keep(ensureObject(object, 'spec'), (old['spec'] ?? {}) as JsonObject, 'finalizers');
  if (type === 'V1PersistentVolumeClaim') normalizeDataSources(ensureObject(object, 'spec'), old['spec']);
  if (type === 'V1CertificateSigningRequest') keep(object, old, 'spec');
  if (type === 'V1ServiceAccount') cleanSecretReferences(object);
  if (type === 'V1Lease') dropLeaseFields(object);
  if (type === 'V1Secret' && isUnset(object, 'type')) keep(object, old, 'type');
  if (type === 'V1DaemonSet') keepTemplateGeneration(object, metadata, old);
  const fields = LATE_GENERATION.has(type)
    ? ['spec']
    : Object.hasOwn(GENERATION_KINDS, type)
      ? GENERATION_KINDS[type]
      : [];
  const before = oldMetadata['generation'];
  if (fields?.some((field) => !deepEqual(valueAt(object, field), valueAt(old, field))) === true) {
    metadata['generation'] = (typeof before === 'bigint' ? before : 0n) + 1n;
  }
}

/** As `prepareForUpdate` for a custom resource. Upstream: apiextensions-apiserver `customresource/strategy.go`. */
export function prepareCustomUpdate(object: Mutable, old: JsonObject, hasStatus: boolean): void {
  const metadata = ensureObject(object, 'metadata');
  if (hasStatus) keep(object, old, 'status');
  const before = valueAt(old, 'metadata.generation');
  const content = (of: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(of).filter(([key]) => key !== 'metadata' && !(hasStatus && key === 'status')));
  const generation = typeof before === 'bigint' ? before : 0n;
  metadata['generation'] = deepEqual(content(object), content(old)) ? generation : generation + 1n;
}

/** Fields of other types whose feature is off by default in 1.36, unless the old object has them. */
function dropDisabledFields(type: string, object: Mutable, old: JsonObject | undefined): void {
  const drop = (path: string, key: string): void => {
    const before = valueAt(old ?? {}, `${path}.${key}`);
    const holder = objectAtPath(object, ...path.split('.'));
    if (holder !== undefined && (before === undefined || before === null)) delete holder[key];
  };
  if (type === 'V1StatefulSet') drop('spec.updateStrategy.rollingUpdate', 'maxUnavailable');
  if (type === 'V1CSIDriver') drop('spec', 'preventPodSchedulingIfMissing');
  if (type === 'V1EndpointSlice') {
    for (const endpoint of objectsAt(object, 'endpoints')) delete endpoint['deprecatedTopology'];
  }
  if (type === 'V1Node') drop('spec', 'configSource');
  if (type === 'V1Node' && old === undefined) drop('status', 'config');
}

function keep(target: Mutable, from: JsonObject, key: string): void {
  const value = from[key];
  if (value === undefined) delete target[key];
  else target[key] = mutableCopy(value);
}

function valueAt(object: JsonObject, path: string): Json | undefined {
  let at: Json | undefined = object;
  for (const key of path.split('.')) at = (at as JsonObject | undefined)?.[key];
  return at;
}

function zeroStatus(type: string): JsonObject {
  const field = structOf(type).fields.get('status');
  const struct = field?.type.kind === 'struct' ? findStruct(field.type.name) : undefined;
  return struct === undefined ? {} : zeroStruct(struct);
}

/** The pod specs inside a controller. */
export function podSpecsOf(object: Mutable): readonly Mutable[] {
  const spec = objectAt(object, 'spec') ?? {};
  const jobSpec = objectAt(objectAt(spec, 'jobTemplate') ?? {}, 'spec') ?? {};
  const templates = [objectAt(object, 'template'), objectAt(spec, 'template'), objectAt(jobSpec, 'template')];
  return templates.flatMap((template) => {
    const podSpec = template === undefined ? undefined : objectAt(template, 'spec');
    return podSpec === undefined ? [] : [podSpec];
  });
}

function keepTemplateGeneration(object: Mutable, metadata: Mutable, old: JsonObject): void {
  const before = valueAt(old, `metadata.annotations`) as JsonObject | undefined;
  const text = before?.[TEMPLATE_ANNOTATION];
  const generation = typeof text === 'string' && /^\d+$/.test(text) ? BigInt(text) : 0n;
  const changed = !deepEqual(valueAt(object, 'spec.template'), valueAt(old, 'spec.template'));
  ensureObject(metadata, 'annotations')[TEMPLATE_ANNOTATION] = String(changed ? generation + 1n : generation);
}

const JOB_NAME_LABELS = ['job-name', 'batch.kubernetes.io/job-name'];
const CONTROLLER_UID_LABELS = ['controller-uid', 'batch.kubernetes.io/controller-uid'];

/** Upstream: `generateSelector` (pkg/registry/batch/job/strategy.go). */
function generateSelector(job: Mutable, metadata: Mutable): void {
  const spec = ensureObject(job, 'spec');
  if (spec['manualSelector'] === true) return;
  const labels = ensureObject(ensureObject(ensureObject(spec, 'template'), 'metadata'), 'labels');
  const uid = metadata['uid'] ?? '';
  for (const key of JOB_NAME_LABELS) if (isUnset(labels, key)) labels[key] = metadata['name'] ?? '';
  for (const key of CONTROLLER_UID_LABELS) if (isUnset(labels, key)) labels[key] = uid;
  const matchLabels = ensureObject(ensureObject(spec, 'selector'), 'matchLabels');
  if (isUnset(matchLabels, 'batch.kubernetes.io/controller-uid')) {
    matchLabels['batch.kubernetes.io/controller-uid'] = uid;
  }
}

/** Upstream: pkg/api/persistentvolumeclaim/util.go. */
function normalizeDataSources(spec: Mutable, oldSpec: Json | undefined): void {
  const old = (oldSpec ?? {}) as Mutable;
  const reference = objectAt(spec, 'dataSourceRef');
  if (reference !== undefined && !isUnset(reference, 'namespace') && reference['namespace'] !== '') {
    if (isUnset(old, 'dataSourceRef')) delete spec['dataSourceRef'];
  }
  const source = objectAt(spec, 'dataSource');
  if (isUnset(old, 'dataSource') && isUnset(old, 'dataSourceRef') && isUnset(spec, 'dataSourceRef')) {
    const claim =
      source?.['kind'] === 'PersistentVolumeClaim' && (isUnset(source, 'apiGroup') || source['apiGroup'] === '');
    const snapshot = source?.['kind'] === 'VolumeSnapshot' && source['apiGroup'] === 'snapshot.storage.k8s.io';
    if (!claim && !snapshot) delete spec['dataSource'];
  }
  const from = objectAt(spec, 'dataSource');
  const to = objectAt(spec, 'dataSourceRef');
  if (from !== undefined && to === undefined) spec['dataSourceRef'] = mutableCopy(from);
  else if (to !== undefined && from === undefined && isUnset(to, 'namespace')) spec['dataSource'] = mutableCopy(to);
}

function cleanSecretReferences(account: Mutable): void {
  const secrets = objectsAt(account, 'secrets');
  const named = (secret: Mutable): JsonObject => (isUnset(secret, 'name') ? {} : { name: secret['name'] ?? '' });
  if (secrets.length > 0) account['secrets'] = secrets.map(named);
}

function dropLeaseFields(lease: Mutable): void {
  const spec = ensureObject(lease, 'spec');
  delete spec['strategy'];
  delete spec['preferredHolder'];
}
