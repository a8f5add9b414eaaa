import type { Json } from '../../model/json.ts';
import { imageTag } from './image-tag.ts';
import { ensureObject, isUnset, type Mutable, objectAt, objectsAt, setDefault } from './mutable.ts';
import { defaultPodLevelResources } from './pod-resources.ts';

type Defaulter = (target: Mutable) => void;

/** Defaults of types inside pods. Upstream: pkg/apis/core/v1/defaults.go and `+default` markers of core/v1/types.go. */
export const POD_DEFAULTS: Readonly<Record<string, Defaulter>> = {
  V1Pod: defaultPod,
  V1PodSpec: (spec) => {
    setDefault(spec, 'dnsPolicy', 'ClusterFirst');
    setDefault(spec, 'restartPolicy', 'Always');
    setDefault(spec, 'securityContext', {});
    setDefault(spec, 'terminationGracePeriodSeconds', 30n);
    setDefault(spec, 'schedulerName', 'default-scheduler');
  },
  V1Container: defaultContainer,
  V1EphemeralContainer: defaultContainer,
  V1ContainerPort: (port) => setDefault(port, 'protocol', 'TCP'),
  V1Probe: (probe) => {
    setDefault(probe, 'timeoutSeconds', 1n);
    setDefault(probe, 'periodSeconds', 10n);
    setDefault(probe, 'successThreshold', 1n);
    setDefault(probe, 'failureThreshold', 3n);
  },
  V1HTTPGetAction: (action) => {
    setDefault(action, 'path', '/');
    setDefault(action, 'scheme', 'HTTP');
  },
  V1GRPCAction: (action) => setDefault(action, 'service', ''),
  V1ObjectFieldSelector: (selector) => setDefault(selector, 'apiVersion', 'v1'),
  V1FileKeySelector: (selector) => setDefault(selector, 'optional', false),
  V1Volume: defaultVolume,
  V1HostPathVolumeSource: (source) => setDefault(source, 'type', ''),
  V1SecretVolumeSource: defaultMode,
  V1ConfigMapVolumeSource: defaultMode,
  V1DownwardAPIVolumeSource: defaultMode,
  V1ProjectedVolumeSource: defaultMode,
  V1ServiceAccountTokenProjection: (source) => setDefault(source, 'expirationSeconds', 3600n),
  V1ISCSIVolumeSource: (source) => setDefault(source, 'iscsiInterface', 'default'),
  V1ISCSIPersistentVolumeSource: (source) => setDefault(source, 'iscsiInterface', 'default'),
  V1RBDVolumeSource: defaultRbd,
  V1RBDPersistentVolumeSource: defaultRbd,
  V1AzureDiskVolumeSource: (source) => {
    setDefault(source, 'cachingMode', 'ReadWrite');
    setDefault(source, 'fsType', 'ext4');
    setDefault(source, 'readOnly', false);
    setDefault(source, 'kind', 'Shared');
  },
  V1ScaleIOVolumeSource: defaultScaleIo,
  V1ScaleIOPersistentVolumeSource: defaultScaleIo,
  V1PersistentVolumeClaimSpec: (spec) => setDefault(spec, 'volumeMode', 'Filesystem'),
};

function defaultMode(source: Mutable): void {
  setDefault(source, 'defaultMode', 420n);
}

function defaultRbd(source: Mutable): void {
  setDefault(source, 'pool', 'rbd');
  setDefault(source, 'user', 'admin');
  setDefault(source, 'keyring', '/etc/ceph/keyring');
}

function defaultScaleIo(source: Mutable): void {
  setDefault(source, 'storageMode', 'ThinProvisioned');
  setDefault(source, 'fsType', 'xfs');
}

function pullPolicy(image: Json | undefined): string {
  return imageTag(typeof image === 'string' ? image : '') === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultContainer(container: Mutable): void {
  if (isUnset(container, 'imagePullPolicy')) container['imagePullPolicy'] = pullPolicy(container['image']);
  setDefault(container, 'terminationMessagePath', '/dev/termination-log');
  setDefault(container, 'terminationMessagePolicy', 'File');
}

function defaultVolume(volume: Mutable): void {
  if (Object.keys(volume).every((key) => key === 'name' || isUnset(volume, key))) volume['emptyDir'] = {};
  const image = objectAt(volume, 'image');
  if (image !== undefined && isUnset(image, 'pullPolicy')) image['pullPolicy'] = pullPolicy(image['reference']);
}

function defaultPod(pod: Mutable): void {
  const spec = ensureObject(pod, 'spec');
  for (const container of [...objectsAt(spec, 'containers'), ...objectsAt(spec, 'initContainers')]) {
    requestsFromLimits(container);
  }
  defaultPodLevelResources(spec);
  setDefault(spec, 'enableServiceLinks', true);
  if (spec['hostNetwork'] !== true) return;
  for (const container of [...objectsAt(spec, 'containers'), ...objectsAt(spec, 'initContainers')]) {
    for (const port of objectsAt(container, 'ports')) {
      const number = port['containerPort'];
      if (isUnset(port, 'hostPort') && number !== undefined && number !== 0n) port['hostPort'] = number;
    }
  }
}

function requestsFromLimits(container: Mutable): void {
  const resources = objectAt(container, 'resources');
  const limits = resources === undefined ? undefined : objectAt(resources, 'limits');
  if (resources === undefined || limits === undefined) return;
  const requests = ensureObject(resources, 'requests');
  for (const name of Object.keys(limits)) setDefault(requests, name, limits[name] ?? null);
}
