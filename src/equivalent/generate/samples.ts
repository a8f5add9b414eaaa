import type { Resource } from '../../apiserver/resources/resource.ts';
import type { ValueType } from '../../apiserver/schema/schema.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { edited } from '../edit.ts';
import { podTemplateOf } from './type-at.ts';

const IMAGE = 'example.com/app:1.0';
const PATH = '/data';
const NAME = 'x';
const EXEC_HANDLER: JsonObject = { exec: { command: ['true'] } };
const METADATA: JsonObject = { name: NAME };
const CLAIM: JsonObject = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };

/** The smallest values of types that the API server does not accept empty. */
const SAMPLES: Readonly<Record<string, JsonObject>> = {
  V1Container: { name: 'app', image: IMAGE },
  V1EphemeralContainer: { name: 'debug', image: IMAGE },
  V1ContainerPort: { containerPort: 80n },
  V1EnvVar: { name: 'E', value: 'v' },
  V1EnvVarSource: { fieldRef: { fieldPath: 'metadata.name' } },
  V1EnvFromSource: { configMapRef: { name: NAME } },
  V1Volume: { name: 'v', emptyDir: {} },
  V1VolumeMount: { name: 'v', mountPath: PATH },
  V1HostPathVolumeSource: { path: PATH },
  V1NFSVolumeSource: { server: NAME, path: PATH },
  V1SecretVolumeSource: { secretName: NAME },
  V1ConfigMapVolumeSource: { name: NAME },
  V1CSIVolumeSource: { driver: 'csi.example.com' },
  V1PersistentVolumeClaimVolumeSource: { claimName: NAME },
  V1EphemeralVolumeSource: { volumeClaimTemplate: { spec: CLAIM } },
  V1ProjectedVolumeSource: { sources: [{ configMap: { name: NAME } }] },
  V1DownwardAPIVolumeSource: { items: [{ path: 'n', fieldRef: { fieldPath: 'metadata.name' } }] },
  V1ISCSIVolumeSource: { targetPortal: '10.0.0.1', iqn: 'iqn.2001-04.com.example:x', lun: 0n },
  V1GlusterfsVolumeSource: { endpoints: NAME, path: NAME },
  V1RBDVolumeSource: { monitors: [NAME], image: NAME },
  V1CephFSVolumeSource: { monitors: [NAME] },
  V1GitRepoVolumeSource: { repository: 'https://example.com/x' },
  V1AWSElasticBlockStoreVolumeSource: { volumeID: NAME },
  V1GCEPersistentDiskVolumeSource: { pdName: NAME },
  V1FlockerVolumeSource: { datasetName: NAME },
  V1FlexVolumeSource: { driver: 'example.com/x' },
  V1FCVolumeSource: { targetWWNs: [NAME], lun: 0n },
  V1QuobyteVolumeSource: { registry: NAME, volume: NAME },
  V1VsphereVirtualDiskVolumeSource: { volumePath: NAME },
  V1AzureFileVolumeSource: { secretName: NAME, shareName: NAME },
  V1AzureDiskVolumeSource: { diskName: NAME, diskURI: 'https://blob.example.com/x' },
  V1PhotonPersistentDiskVolumeSource: { pdID: NAME },
  V1PortworxVolumeSource: { volumeID: NAME },
  V1CinderVolumeSource: { volumeID: NAME },
  V1ImageVolumeSource: { reference: IMAGE },
  V1Probe: EXEC_HANDLER,
  V1LifecycleHandler: EXEC_HANDLER,
  V1ExecAction: { command: ['true'] },
  V1HTTPGetAction: { port: 80n },
  V1TCPSocketAction: { port: 80n },
  V1GRPCAction: { port: 80n },
  V1SeccompProfile: { type: 'RuntimeDefault' },
  V1AppArmorProfile: { type: 'RuntimeDefault' },
  V1Sysctl: { name: 'kernel.shm_rmid_forced', value: '1' },
  V1PodOS: { name: 'linux' },
  V1Toleration: { key: 'k', operator: 'Exists' },
  V1LocalObjectReference: { name: NAME },
  V1HostAlias: { ip: '10.0.0.1' },
  V1TopologySpreadConstraint: { maxSkew: 1n, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' },
  V1LabelSelector: { matchLabels: { app: NAME } },
  V1ServicePort: { port: 80n },
  V1IngressRule: { host: 'a.example.com' },
  V1HTTPIngressRuleValue: {
    paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: NAME, port: { number: 80n } } } }],
  },
  V1HTTPIngressPath: { path: '/', pathType: 'Prefix', backend: { service: { name: NAME, port: { number: 80n } } } },
  V1IngressBackend: { service: { name: NAME, port: { number: 80n } } },
  V1IngressServiceBackend: { name: NAME, port: { number: 80n } },
  V1IngressTLS: { hosts: ['a.example.com'] },
  V1PolicyRule: { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
  RbacV1Subject: { kind: 'User', name: NAME, apiGroup: 'rbac.authorization.k8s.io' },
  V1OwnerReference: { apiVersion: 'v1', kind: 'ConfigMap', name: NAME, uid: 'u' },
  V1NetworkPolicyPort: { port: 80n },
  V1IPBlock: { cidr: '10.0.0.0/8' },
};

/** Types of which at most one field may be set, those listed aside. */
const ONE_OF: Readonly<Record<string, readonly string[]>> = {
  V1Volume: ['name'],
  V1EnvVar: ['name'],
  V1EnvVarSource: [],
  V1EnvFromSource: ['prefix'],
  V1LifecycleHandler: [],
  V1Probe: [
    'failureThreshold',
    'initialDelaySeconds',
    'periodSeconds',
    'successThreshold',
    'terminationGracePeriodSeconds',
    'timeoutSeconds',
  ],
};

/** What a value of a type looks like at its smallest. */
export function sampleOf(type: ValueType): Json {
  switch (type.kind) {
    case 'struct':
      return SAMPLES[type.name] ?? {};
    case 'list':
      return [];
    case 'map':
      return {};
    case 'bool':
      return true;
    case 'int32':
    case 'int64':
    case 'int-or-string':
      return 1n;
    case 'float':
      return 1;
    case 'quantity':
      return '1';
    case 'time':
    case 'micro-time':
      return '2024-01-01T00:00:00Z';
    default:
      return NAME;
  }
}

/** The fields of a value that must go when another one is set, because only one of them may be. */
export function rivalsOf(type: ValueType, key: string, fields: readonly string[]): readonly string[] {
  const free = type.kind === 'struct' ? ONE_OF[type.name] : undefined;
  if (free === undefined || free.includes(key)) return [];
  return fields.filter((field) => field !== key && !free.includes(field));
}

const LABELS: JsonObject = { app: NAME };
const POD_SPEC: JsonObject = { containers: [{ name: 'app', image: IMAGE }] };
const SELECTOR: JsonObject = { matchLabels: LABELS };
const TEMPLATE: JsonObject = { metadata: { labels: LABELS }, spec: POD_SPEC };
const JOB: JsonObject = { template: { spec: { ...POD_SPEC, restartPolicy: 'Never' } } };

/** What an object of a kind needs beside its name. */
const SPECS: Readonly<Record<string, JsonObject>> = {
  Pod: { spec: POD_SPEC },
  Deployment: { spec: { selector: SELECTOR, template: TEMPLATE } },
  StatefulSet: { spec: { serviceName: NAME, selector: SELECTOR, template: TEMPLATE } },
  DaemonSet: { spec: { selector: SELECTOR, template: TEMPLATE } },
  ReplicaSet: { spec: { selector: SELECTOR, template: TEMPLATE } },
  ReplicationController: { spec: { selector: LABELS, template: TEMPLATE } },
  Job: { spec: JOB },
  CronJob: { spec: { schedule: '0 0 * * *', jobTemplate: { spec: JOB } } },
  Service: { spec: { ports: [{ port: 80n }] } },
  Ingress: {
    spec: { rules: [{ host: 'a.example.com', http: sampleOf({ kind: 'struct', name: 'V1HTTPIngressRuleValue' }) }] },
  },
  IngressClass: { spec: { controller: 'example.com/x' } },
  NetworkPolicy: { spec: { podSelector: {} } },
  PersistentVolumeClaim: { spec: CLAIM },
  PersistentVolume: {
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: PATH } },
  },
  StorageClass: { provisioner: 'example.com/x' },
  Role: { rules: [] },
  ClusterRole: { rules: [] },
  RoleBinding: { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' } },
  ClusterRoleBinding: { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' } },
  HorizontalPodAutoscaler: {
    spec: { maxReplicas: 2n, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: NAME } },
  },
  PodDisruptionBudget: { spec: { minAvailable: 1n, selector: SELECTOR } },
  RuntimeClass: { handler: NAME },
  PriorityClass: { value: 1n },
  EndpointSlice: { addressType: 'IPv4', endpoints: [] },
  CSIStorageCapacity: { storageClassName: NAME },
  ResourceQuota: { spec: { hard: { pods: '1' } } },
  LimitRange: { spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] } },
  Event: { involvedObject: { kind: 'Pod', name: NAME, namespace: 'default' } },
};

/** The smallest object of a kind that the API server accepts, as far as it is known here. */
export function seedOf({ gvk, namespaced, type }: Resource): JsonObject {
  const { group, version, kind } = gvk;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const metadata = kind === 'Event' ? { ...METADATA, namespace: 'default' } : METADATA;
  const body = type === undefined ? { spec: {} } : (SPECS[kind] ?? {});
  const object = { apiVersion, kind, metadata, ...body };
  return namespaced && podTemplateOf(kind) !== undefined ? edited(object, ['metadata', 'labels'], LABELS) : object;
}
