import { asArray, asString, type Json, type JsonObject } from '../../model/json.ts';
import { ensureObject, isUnset, type Mutable, mutableCopy, objectAt, objectsAt } from '../default/mutable.ts';
import { qualityOfService } from './quality-of-service.ts';

/**
 * What the API server does to a new pod before validation. Returns warnings.
 * Upstream: `podStrategy.PrepareForCreate` (pkg/registry/core/pod/strategy.go).
 */
export function preparePodForCreate(pod: Mutable, now: string): readonly string[] {
  const spec = ensureObject(pod, 'spec');
  const given = asString(objectAt(pod, 'status')?.['qosClass']) ?? '';
  const status: Mutable = { phase: 'Pending', qosClass: given === '' ? qualityOfService(spec) : given };
  pod['status'] = status;
  ensureObject(pod, 'metadata')['generation'] = 1n;
  dropDisabledPodFields(spec);
  if (objectsAt(spec, 'schedulingGates').length > 0) {
    status['conditions'] = [
      {
        type: 'PodScheduled',
        status: 'False',
        lastProbeTime: null,
        lastTransitionTime: now,
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ];
  }
  const labels = objectAt(ensureObject(pod, 'metadata'), 'labels') ?? {};
  applyLabelKeys(spec, labels);
  return syncAppArmor(pod, spec);
}

/** Removes fields whose feature is off by default in 1.36. Upstream: `dropDisabledFields` (pkg/api/pod/util.go). */
export function dropDisabledPodFields(spec: Mutable): void {
  delete spec['schedulingGroup'];
  for (const volume of objectsAt(spec, 'volumes')) {
    for (const source of objectsAt(objectAt(volume, 'projected') ?? {}, 'sources')) {
      delete source['clusterTrustBundle'];
      delete source['podCertificate'];
    }
  }
  for (const list of ['containers', 'initContainers', 'ephemeralContainers']) {
    for (const container of objectsAt(spec, list)) {
      const lifecycle = objectAt(container, 'lifecycle');
      if (lifecycle === undefined || isUnset(lifecycle, 'stopSignal')) continue;
      delete lifecycle['stopSignal'];
      if (Object.keys(lifecycle).length === 0) delete container['lifecycle'];
    }
  }
}

function applyLabelKeys(spec: Mutable, labels: JsonObject): void {
  const affinity = objectAt(spec, 'affinity') ?? {};
  for (const which of ['podAffinity', 'podAntiAffinity']) {
    const rules = objectAt(affinity, which) ?? {};
    for (const preferred of objectsAt(rules, 'preferredDuringSchedulingIgnoredDuringExecution')) {
      mergeKeys(objectAt(preferred, 'podAffinityTerm') ?? {}, labels);
    }
    for (const term of objectsAt(rules, 'requiredDuringSchedulingIgnoredDuringExecution')) mergeKeys(term, labels);
  }
  for (const constraint of objectsAt(spec, 'topologySpreadConstraints')) mergeKeys(constraint, labels);
}

function mergeKeys(term: Mutable, labels: JsonObject): void {
  const selector = objectAt(term, 'labelSelector');
  if (selector === undefined) return;
  const added = [
    ...expressions(term['matchLabelKeys'], 'In', labels),
    ...expressions(term['mismatchLabelKeys'], 'NotIn', labels),
  ];
  if (added.length > 0) selector['matchExpressions'] = [...(asArray(selector['matchExpressions']) ?? []), ...added];
}

function expressions(keys: Json | undefined, operator: string, labels: JsonObject): readonly JsonObject[] {
  return (asArray(keys) ?? []).flatMap((key) => {
    const value = typeof key === 'string' && Object.hasOwn(labels, key) ? labels[key] : undefined;
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  });
}

const APP_ARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';

/** Copies the old AppArmor annotations to the field. Upstream: `applyAppArmorVersionSkew`. */
function syncAppArmor(pod: Mutable, spec: Mutable): readonly string[] {
  const annotations = objectAt(ensureObject(pod, 'metadata'), 'annotations');
  if (annotations === undefined || objectAt(spec, 'os')?.['name'] === 'windows') return [];
  const podProfile = objectAt(objectAt(spec, 'securityContext') ?? {}, 'appArmorProfile');
  const warnings: string[] = [];
  for (const list of ['initContainers', 'containers', 'ephemeralContainers']) {
    for (const container of objectsAt(spec, list)) {
      const key = `${APP_ARMOR_PREFIX}${asString(container['name']) ?? ''}`;
      const annotation = asString(annotations[key]);
      if (annotation === undefined) continue;
      if (objectAt(objectAt(container, 'securityContext') ?? {}, 'appArmorProfile') !== undefined) continue;
      const profile = profileOf(annotation);
      const differs =
        podProfile?.['type'] !== profile?.['type'] ||
        podProfile?.['localhostProfile'] !== profile?.['localhostProfile'];
      if (profile !== undefined && !differs) continue;
      if (profile !== undefined) ensureObject(container, 'securityContext')['appArmorProfile'] = mutableCopy(profile);
      warnings.push(`metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`);
    }
  }
  return warnings;
}

function profileOf(annotation: string): JsonObject | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  const name = annotation.startsWith('localhost/') ? annotation.slice('localhost/'.length) : '';
  return name === '' || name.trim() !== name || name.length > 4095
    ? undefined
    : { type: 'Localhost', localhostProfile: name };
}
