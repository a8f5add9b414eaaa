import { asString } from '../../model/json.ts';
import {
  ensureObject,
  isEmpty,
  isUnset,
  type Mutable,
  mutableCopy,
  objectAt,
  objectsAt,
  setDefault,
} from './mutable.ts';

type Defaulter = (target: Mutable) => void;

/** Defaults of the core kinds beside pods. Upstream: pkg/apis/core/v1/defaults.go. */
export const CORE_DEFAULTS: Readonly<Record<string, Defaulter>> = {
  V1Service: defaultService,
  V1ServicePort: (port) => setDefault(port, 'protocol', 'TCP'),
  V1Secret: (secret) => setDefault(secret, 'type', 'Opaque'),
  V1PersistentVolume: (volume) => {
    setDefault(ensureObject(volume, 'status'), 'phase', 'Pending');
    const spec = ensureObject(volume, 'spec');
    setDefault(spec, 'persistentVolumeReclaimPolicy', 'Retain');
    setDefault(spec, 'volumeMode', 'Filesystem');
  },
  V1PersistentVolumeClaim: (claim) => setDefault(ensureObject(claim, 'status'), 'phase', 'Pending'),
  CoreV1EndpointPort: (port) => setDefault(port, 'protocol', 'TCP'),
  V1Namespace: (namespace) => {
    const metadata = ensureObject(namespace, 'metadata');
    const name = asString(metadata['name']) ?? '';
    if (name !== '') ensureObject(metadata, 'labels')['kubernetes.io/metadata.name'] = name;
    setDefault(ensureObject(namespace, 'status'), 'phase', 'Active');
  },
  V1Node: (node) => {
    const status = ensureObject(node, 'status');
    const capacity = objectAt(status, 'capacity');
    if (capacity !== undefined) setDefault(status, 'allocatable', mutableCopy(capacity));
  },
  V1LimitRangeItem: defaultLimitRangeItem,
};

function defaultService(service: Mutable): void {
  const spec = ensureObject(service, 'spec');
  setDefault(spec, 'sessionAffinity', 'None');
  if (spec['sessionAffinity'] === 'None') delete spec['sessionAffinityConfig'];
  if (spec['sessionAffinity'] === 'ClientIP') {
    const clientIP = objectAt(ensureObject(spec, 'sessionAffinityConfig'), 'clientIP');
    if (clientIP === undefined || isUnset(clientIP, 'timeoutSeconds')) {
      spec['sessionAffinityConfig'] = { clientIP: { timeoutSeconds: 10800n } };
    }
  }
  setDefault(spec, 'type', 'ClusterIP');
  for (const port of objectsAt(spec, 'ports')) {
    setDefault(port, 'protocol', 'TCP');
    if (isUnset(port, 'targetPort') || port['targetPort'] === 0n || port['targetPort'] === '') {
      port['targetPort'] = port['port'] ?? 0n;
    }
  }
  const type = spec['type'];
  const balanced = type === 'LoadBalancer';
  const external = balanced || type === 'NodePort' || (type === 'ClusterIP' && !isEmpty(spec, 'externalIPs'));
  if (external) setDefault(spec, 'externalTrafficPolicy', 'Cluster');
  if (balanced || type === 'NodePort' || type === 'ClusterIP') setDefault(spec, 'internalTrafficPolicy', 'Cluster');
  if (!balanced) return;
  setDefault(spec, 'allocateLoadBalancerNodePorts', true);
  const status = objectAt(service, 'status');
  const balancer = status === undefined ? undefined : objectAt(status, 'loadBalancer');
  for (const ingress of balancer === undefined ? [] : objectsAt(balancer, 'ingress')) {
    if (!isUnset(ingress, 'ip')) setDefault(ingress, 'ipMode', 'VIP');
  }
}

function defaultLimitRangeItem(item: Mutable): void {
  if (item['type'] !== 'Container') return;
  const limits = objectAt(item, 'default') ?? {};
  const requests = objectAt(item, 'defaultRequest') ?? {};
  copyMissing(limits, objectAt(item, 'max'));
  copyMissing(requests, limits);
  copyMissing(requests, objectAt(item, 'min'));
  if (Object.keys(limits).length > 0) item['default'] = limits;
  if (Object.keys(requests).length > 0) item['defaultRequest'] = requests;
}

function copyMissing(target: Mutable, from: Mutable | undefined): void {
  for (const key of Object.keys(from ?? {})) setDefault(target, key, from?.[key] ?? null);
}
