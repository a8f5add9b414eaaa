/**
 * Which lists are merged element by element, and by which keys. `[]` stands for sets of plain values.
 * Upstream: the OpenAPI document of Kubernetes 1.21 inside `sigs.k8s.io/kustomize/kyaml` v0.21.1. What is not in it,
 * such as newer kinds and custom resources, has no merged lists at all.
 */
export interface MergeSchema {
  /** Fields that are maps with merged lists somewhere inside. */
  readonly maps?: Readonly<Record<string, MergeSchema>>;
  /** Fields that are merged lists. */
  readonly lists?: Readonly<Record<string, MergeList>>;
}

/** A merged list: the keys that tell elements apart, and what its elements hold. */
export interface MergeList {
  readonly keys: readonly string[];
  readonly elements?: MergeSchema;
}

const by = (...keys: readonly string[]): MergeList => ({ keys });
const CONDITIONS: MergeSchema = { lists: { conditions: by('type') } };
const METADATA: MergeSchema = { lists: { finalizers: by(), ownerReferences: by('uid') } };
const OBJECT: MergeSchema = { maps: { metadata: METADATA } };
const object = (maps: MergeSchema['maps'], lists: MergeSchema['lists'] = {}): MergeSchema => ({
  maps: { metadata: METADATA, ...maps },
  lists,
});

const EPHEMERAL_CONTAINER: MergeSchema = {
  lists: { env: by('name'), volumeDevices: by('devicePath'), volumeMounts: by('mountPath') },
};
const CONTAINER: MergeSchema = {
  lists: { ...EPHEMERAL_CONTAINER.lists, ports: by('containerPort', 'protocol') },
};
const VOLUME: MergeSchema = { maps: { ephemeral: { maps: { volumeClaimTemplate: OBJECT } } } };
const POD: MergeSchema = {
  lists: {
    containers: { keys: ['name'], elements: CONTAINER },
    ephemeralContainers: { keys: ['name'], elements: EPHEMERAL_CONTAINER },
    hostAliases: by('ip'),
    imagePullSecrets: by('name'),
    initContainers: { keys: ['name'], elements: CONTAINER },
    topologySpreadConstraints: by('topologyKey', 'whenUnsatisfiable'),
    volumes: { keys: ['name'], elements: VOLUME },
  },
};
const POD_STATUS: MergeSchema = { lists: { ...CONDITIONS.lists, podIPs: by('ip') } };
const WITH_TEMPLATE: MergeSchema = { maps: { template: object({ spec: POD }) } };
const CONTROLLER = object({ spec: WITH_TEMPLATE, status: CONDITIONS });
const CRON_JOB = object({ spec: { maps: { jobTemplate: object({ spec: WITH_TEMPLATE }) } } });
const WEBHOOKS = object({}, { webhooks: by('name') });
const WITH_CONDITIONS = object({ status: CONDITIONS });
const CSI_NODE = object({ spec: { lists: { drivers: by('name') } } });
const NODE = object({
  spec: { lists: { podCIDRs: by() } },
  status: { lists: { ...CONDITIONS.lists, addresses: by('type') } },
});
const SERVICE = object({ spec: { lists: { ports: by('port', 'protocol') } }, status: CONDITIONS });
const KUSTOMIZATION: MergeSchema = { lists: { configMapGenerator: by('name'), secretGenerator: by('name') } };

const SPECIAL: Readonly<Record<string, MergeSchema>> = {
  'v1 ComponentStatus': object({}, CONDITIONS.lists),
  'v1 Namespace': WITH_CONDITIONS,
  'v1 Node': NODE,
  'v1 PersistentVolumeClaim': WITH_CONDITIONS,
  'v1 Pod': object({ spec: POD, status: POD_STATUS }),
  'v1 PodTemplate': object({ template: object({ spec: POD }) }),
  'v1 ReplicationController': CONTROLLER,
  'v1 Service': SERVICE,
  'v1 ServiceAccount': object({}, { secrets: by('name') }),
  'apps/v1 DaemonSet': CONTROLLER,
  'apps/v1 Deployment': CONTROLLER,
  'apps/v1 ReplicaSet': CONTROLLER,
  'apps/v1 StatefulSet': CONTROLLER,
  'batch/v1 CronJob': CRON_JOB,
  'batch/v1 Job': CONTROLLER,
  'batch/v1beta1 CronJob': CRON_JOB,
  'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration': WEBHOOKS,
  'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration': WEBHOOKS,
  'admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration': WEBHOOKS,
  'admissionregistration.k8s.io/v1beta1 ValidatingWebhookConfiguration': WEBHOOKS,
  'apiregistration.k8s.io/v1 APIService': WITH_CONDITIONS,
  'apiregistration.k8s.io/v1beta1 APIService': WITH_CONDITIONS,
  'policy/v1 PodDisruptionBudget': WITH_CONDITIONS,
  'policy/v1beta1 PodDisruptionBudget': WITH_CONDITIONS,
  'storage.k8s.io/v1 CSINode': CSI_NODE,
  'storage.k8s.io/v1beta1 CSINode': CSI_NODE,
  'kustomize.config.k8s.io/v1beta1 Kustomization': KUSTOMIZATION,
};

/** Kinds of which only the metadata has merged lists. */
const ORDINARY: Readonly<Record<string, string>> = {
  v1: 'Binding ConfigMap Endpoints Event LimitRange PersistentVolume ResourceQuota Secret',
  'apiextensions.k8s.io/v1': 'CustomResourceDefinition',
  'apiextensions.k8s.io/v1beta1': 'CustomResourceDefinition',
  'apps/v1': 'ControllerRevision',
  'authentication.k8s.io/v1': 'TokenRequest TokenReview',
  'authentication.k8s.io/v1beta1': 'TokenReview',
  'authorization.k8s.io/v1':
    'LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview',
  'authorization.k8s.io/v1beta1':
    'LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview',
  'autoscaling/v1': 'HorizontalPodAutoscaler Scale',
  'autoscaling/v2beta1': 'HorizontalPodAutoscaler',
  'autoscaling/v2beta2': 'HorizontalPodAutoscaler',
  'certificates.k8s.io/v1': 'CertificateSigningRequest',
  'certificates.k8s.io/v1beta1': 'CertificateSigningRequest',
  'coordination.k8s.io/v1': 'Lease',
  'coordination.k8s.io/v1beta1': 'Lease',
  'discovery.k8s.io/v1': 'EndpointSlice',
  'discovery.k8s.io/v1beta1': 'EndpointSlice',
  'events.k8s.io/v1': 'Event',
  'events.k8s.io/v1beta1': 'Event',
  'extensions/v1beta1': 'Ingress',
  'flowcontrol.apiserver.k8s.io/v1beta1': 'FlowSchema PriorityLevelConfiguration',
  'networking.k8s.io/v1': 'Ingress IngressClass NetworkPolicy',
  'networking.k8s.io/v1beta1': 'Ingress IngressClass',
  'node.k8s.io/v1': 'RuntimeClass',
  'node.k8s.io/v1beta1': 'RuntimeClass',
  'policy/v1beta1': 'Eviction PodSecurityPolicy',
  'rbac.authorization.k8s.io/v1': 'ClusterRole ClusterRoleBinding Role RoleBinding',
  'rbac.authorization.k8s.io/v1beta1': 'ClusterRole ClusterRoleBinding Role RoleBinding',
  'scheduling.k8s.io/v1': 'PriorityClass',
  'scheduling.k8s.io/v1beta1': 'PriorityClass',
  'storage.k8s.io/v1': 'CSIDriver StorageClass VolumeAttachment',
  'storage.k8s.io/v1beta1': 'CSIDriver CSIStorageCapacity StorageClass VolumeAttachment',
};

/** What is merged in objects of a kind; `undefined` for kinds that kustomize does not know. */
export function mergeSchemaOf(apiVersion: string, kind: string): MergeSchema | undefined {
  const name = `${apiVersion} ${kind}`;
  if (Object.hasOwn(SPECIAL, name)) return SPECIAL[name];
  const ordinary = Object.hasOwn(ORDINARY, apiVersion) ? ORDINARY[apiVersion]?.split(' ') : undefined;
  return ordinary?.includes(kind) === true ? OBJECT : undefined;
}
