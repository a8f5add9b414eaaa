import type { JsonObject } from '../model/json.ts';
import { gvkOf, nameOf, namespaceOf } from '../model/resource.ts';
import type { ClusterSettings } from '../model/settings.ts';

const RBAC = 'rbac.authorization.k8s.io';

interface Binding {
  readonly name: string;
  readonly namespace?: string;
  /** `User`, `Group` and `ServiceAccount` names; service accounts are of kube-system. */
  readonly users?: readonly string[];
  readonly groups?: readonly string[];
  readonly serviceAccounts?: readonly string[];
  /** Default: the binding's name. */
  readonly role?: string;
}

/** Controllers that have a ClusterRole `system:controller:NAME` and a service account NAME. */
const CONTROLLERS = [
  'attachdetach-controller',
  'certificate-controller',
  'clusterrole-aggregation-controller',
  'cronjob-controller',
  'daemon-set-controller',
  'deployment-controller',
  'device-taint-eviction-controller',
  'disruption-controller',
  'endpoint-controller',
  'endpointslice-controller',
  'endpointslicemirroring-controller',
  'ephemeral-volume-controller',
  'expand-controller',
  'generic-garbage-collector',
  'horizontal-pod-autoscaler',
  'job-controller',
  'legacy-service-account-token-cleaner',
  'namespace-controller',
  'node-controller',
  'persistent-volume-binder',
  'pod-garbage-collector',
  'pv-protection-controller',
  'pvc-protection-controller',
  'replicaset-controller',
  'replication-controller',
  'resource-claim-controller',
  'resourcequota-controller',
  'root-ca-cert-publisher',
  'route-controller',
  'selinux-warning-controller',
  'service-account-controller',
  'service-cidrs-controller',
  'service-controller',
  'statefulset-controller',
  'ttl-after-finished-controller',
  'ttl-controller',
  'validatingadmissionpolicy-status-controller',
  'volumeattributesclass-protection-controller',
] as const;

const CLUSTER_ROLE_BINDINGS: readonly Binding[] = [
  { name: 'cluster-admin', groups: ['system:masters'] },
  { name: 'system:basic-user', groups: ['system:authenticated'] },
  { name: 'system:discovery', groups: ['system:authenticated'] },
  { name: 'system:public-info-viewer', groups: ['system:authenticated', 'system:unauthenticated'] },
  { name: 'system:monitoring', groups: ['system:monitoring'] },
  { name: 'system:service-account-issuer-discovery', groups: ['system:serviceaccounts'] },
  { name: 'system:node' },
  { name: 'system:node-proxier', users: ['system:kube-proxy'] },
  { name: 'system:kube-controller-manager', users: ['system:kube-controller-manager'] },
  { name: 'system:kube-scheduler', users: ['system:kube-scheduler'] },
  { name: 'system:volume-scheduler', users: ['system:kube-scheduler'] },
  { name: 'system:kube-dns', serviceAccounts: ['kube-dns'] },
  ...CONTROLLERS.map((name) => ({ name: `system:controller:${name}`, serviceAccounts: [name] })),
];

const ROLE_BINDINGS: readonly Binding[] = [
  { namespace: 'kube-public', name: 'system:controller:bootstrap-signer', serviceAccounts: ['bootstrap-signer'] },
  { namespace: 'kube-system', name: 'system:controller:bootstrap-signer', serviceAccounts: ['bootstrap-signer'] },
  { namespace: 'kube-system', name: 'system:controller:cloud-provider', serviceAccounts: ['cloud-provider'] },
  { namespace: 'kube-system', name: 'system:controller:token-cleaner', serviceAccounts: ['token-cleaner'] },
  {
    namespace: 'kube-system',
    name: 'system::extension-apiserver-authentication-reader',
    role: 'extension-apiserver-authentication-reader',
    users: ['system:kube-controller-manager', 'system:kube-scheduler'],
  },
  {
    namespace: 'kube-system',
    name: 'system::leader-locking-kube-controller-manager',
    users: ['system:kube-controller-manager'],
    serviceAccounts: ['kube-controller-manager', 'leader-election-controller'],
  },
  {
    namespace: 'kube-system',
    name: 'system::leader-locking-kube-scheduler',
    users: ['system:kube-scheduler'],
    serviceAccounts: ['kube-scheduler'],
  },
];

/**
 * Kinds of which a cluster has objects that are not listed here (each server makes its own). Lists of them, and
 * single ones that are not given, cannot be answered.
 */
export const INCOMPLETE_KINDS: ReadonlySet<string> = new Set([
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/Role',
  'flowcontrol.apiserver.k8s.io/FlowSchema',
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration',
  'apiregistration.k8s.io/APIService',
  'apiextensions.k8s.io/CustomResourceDefinition',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
  'admissionregistration.k8s.io/MutatingWebhookConfiguration',
  'coordination.k8s.io/Lease',
  'discovery.k8s.io/EndpointSlice',
  'networking.k8s.io/IPAddress',
  'networking.k8s.io/ServiceCIDR',
  '/Endpoints',
  '/ComponentStatus',
  '/Event',
  'events.k8s.io/Event',
]);

/** What a fresh cluster has: its namespaces, RBAC bindings, the API server's Service, Kyverno's ConfigMap. */
export function defaultObjects(settings: ClusterSettings): readonly JsonObject[] {
  const { kyverno } = settings;
  const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system', kyverno.namespace];
  return [
    ...namespaces.map(namespaceObject),
    ...bindingObjects(),
    priorityClass(
      'system-cluster-critical',
      2_000_000_000n,
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
    ),
    priorityClass(
      'system-node-critical',
      2_000_001_000n,
      'Used for system critical pods that must not be moved from their current node.',
    ),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kyverno', namespace: kyverno.namespace },
      data: kyverno.config,
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'kubernetes',
        namespace: 'default',
        labels: { component: 'apiserver', provider: 'kubernetes' },
      },
      spec: {
        ports: [{ name: 'https', protocol: 'TCP', port: 443n, targetPort: 6443n }],
        clusterIP: '10.96.0.1',
        clusterIPs: ['10.96.0.1'],
        type: 'ClusterIP',
        sessionAffinity: 'None',
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        internalTrafficPolicy: 'Cluster',
      },
      status: { loadBalancer: {} },
    },
  ];
}

/** The default objects with the given ones over them: a given object replaces the default one of its name. */
export function withDefaults(objects: readonly JsonObject[], settings: ClusterSettings): readonly JsonObject[] {
  const given = new Set(objects.map(identity));
  return [...defaultObjects(settings).filter((object) => !given.has(identity(object))), ...objects];
}

function identity(object: JsonObject): string {
  const { group, kind } = gvkOf(object);
  return [group, kind, namespaceOf(object), nameOf(object)].join('/');
}

function namespaceObject(name: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

function priorityClass(name: string, value: bigint, description: string): JsonObject {
  return {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
    description,
    preemptionPolicy: 'PreemptLowerPriority',
  };
}

let bindings: readonly JsonObject[] | undefined;

/** The same objects each time, so that what is made of them can be kept. */
function bindingObjects(): readonly JsonObject[] {
  bindings ??= [...CLUSTER_ROLE_BINDINGS, ...ROLE_BINDINGS].map(bindingObject);
  return bindings;
}

function bindingObject(binding: Binding): JsonObject {
  const { name, namespace, users = [], groups = [], serviceAccounts = [] } = binding;
  const cluster = namespace === undefined;
  return {
    apiVersion: `${RBAC}/v1`,
    kind: cluster ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: {
      name,
      ...(cluster ? {} : { namespace }),
      labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
      annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
    },
    roleRef: { apiGroup: RBAC, kind: cluster ? 'ClusterRole' : 'Role', name: binding.role ?? name },
    subjects: [
      ...users.map((user) => ({ kind: 'User', apiGroup: RBAC, name: user })),
      ...groups.map((group) => ({ kind: 'Group', apiGroup: RBAC, name: group })),
      ...serviceAccounts.map((account) => ({ kind: 'ServiceAccount', name: account, namespace: 'kube-system' })),
    ],
  };
}
