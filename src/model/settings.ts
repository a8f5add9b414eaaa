/** How Kyverno is installed. Upstream: `pkg/config/config.go` and the flags of `cmd/kyverno`. */
export interface KyvernoSettings {
  /** The namespace Kyverno runs in. */
  readonly namespace: string;
  /** `data` of Kyverno's ConfigMap: `resourceFilters`, `excludeGroups`, `webhooks`, `defaultRegistry` … */
  readonly config: Readonly<Record<string, string>>;
  /** PolicyExceptions count only where they are enabled, and only those of `namespace` (`*`: all). */
  readonly exceptions: { readonly enabled: boolean; readonly namespace: string };
  /** `--forceFailurePolicyIgnore`: every policy counts as `failurePolicy: Ignore`. */
  readonly forceFailurePolicyIgnore: boolean;
}

/** How the Kubernetes API server is set up, as far as it changes answers. */
export interface KubernetesSettings {
  /** Names of admission plugins switched off beside those that are off by default. */
  readonly disabledPlugins: readonly string[];
}

/** Everything about a cluster that changes answers and is not an object in it. */
export interface ClusterSettings {
  readonly kubernetes: KubernetesSettings;
  readonly kyverno: KyvernoSettings;
}

/** The Kubernetes and Kyverno releases whose behaviour this engine has. */
export const VERSIONS = { kubernetes: '1.36.3', kyverno: '1.19.0' } as const;

const CONTROLLERS = ['admission', 'background', 'cleanup', 'reports'] as const;
const SERVICES = [
  'kyverno-svc',
  'kyverno-svc-metrics',
  'kyverno-background-controller-metrics',
  'kyverno-cleanup-controller',
  'kyverno-cleanup-controller-metrics',
  'kyverno-reports-controller-metrics',
] as const;

/** `[kind,namespace,name]` for a kind and, with `[kind/?*,…]`, for its subresources. */
function withSubresources(kind: string, namespace: string, name: string): readonly string[] {
  return [`[${kind},${namespace},${name}]`, `[${kind}/?*,${namespace},${name}]`];
}

/** The resource filters of Kyverno's Helm chart with its default values: what admission does not look at. */
const RESOURCE_FILTERS: readonly string[] = [
  '[Event,*,*]',
  ...['kube-system', 'kube-public', 'kube-node-lease', 'kyverno'].map((namespace) => `[*/*,${namespace},*]`),
  ...['Node', 'APIService', 'ReplicaSet'].flatMap((kind) => withSubresources(kind, '*', '*')),
  ...['TokenReview', 'SubjectAccessReview', 'SelfSubjectAccessReview', 'Binding', 'Pod/binding'].map(
    (kind) => `[${kind},*,*]`,
  ),
  ...['EphemeralReport', 'ClusterEphemeralReport'].map((kind) => `[${kind},*,*]`),
  ...CONTROLLERS.flatMap((name) => ['', ':core', ':additional'].map((part) => `kyverno:${name}-controller${part}`)).map(
    (role) => `[ClusterRole,*,${role}]`,
  ),
  ...CONTROLLERS.flatMap((name) => [
    `[ClusterRoleBinding,*,kyverno:${name}-controller]`,
    `[Role,kyverno,kyverno:${name}-controller]`,
    `[RoleBinding,kyverno,kyverno:${name}-controller]`,
    ...withSubresources('ServiceAccount', 'kyverno', `kyverno-${name}-controller`),
    ...withSubresources('Deployment', 'kyverno', `kyverno-${name}-controller`),
    ...withSubresources('Pod', 'kyverno', `kyverno-${name}-controller-*`),
    ...withSubresources('NetworkPolicy', 'kyverno', `kyverno-${name}-controller`),
    ...withSubresources('PodDisruptionBudget', 'kyverno', `kyverno-${name}-controller`),
  ]),
  ...withSubresources('Job', 'kyverno', 'kyverno-hook-pre-delete'),
  ...SERVICES.flatMap((name) => withSubresources('Service', 'kyverno', name)),
  ...CONTROLLERS.map((name) => `[ServiceMonitor,kyverno,kyverno-${name}-controller]`),
  '[ConfigMap,kyverno,kyverno]',
  '[ConfigMap,kyverno,kyverno-metrics]',
  '[Secret,kyverno,kyverno-svc.kyverno.svc.*]',
  '[Secret,kyverno,kyverno-cleanup-controller.kyverno.svc.*]',
];

/** Namespaces outside Kyverno's webhooks, as the Helm chart selects them. */
const WEBHOOKS = {
  namespaceSelector: {
    matchExpressions: ['kube-system', 'kyverno'].map((namespace) => ({
      key: 'kubernetes.io/metadata.name',
      operator: 'NotIn',
      values: [namespace],
    })),
    matchLabels: null,
  },
};

/**
 * The cluster that an answer is about when nothing else is said: Kubernetes with its default admission plugins but
 * without ServiceAccount (no controllers run there), Kyverno as its Helm chart configures it, exceptions allowed in
 * every namespace.
 */
export const DEFAULT_SETTINGS: ClusterSettings = {
  kubernetes: { disabledPlugins: ['ServiceAccount'] },
  kyverno: {
    namespace: 'kyverno',
    config: {
      defaultRegistry: 'docker.io',
      enableDefaultRegistryMutation: 'true',
      excludeGroups: 'system:nodes',
      generateSuccessEvents: 'false',
      resourceFilters: RESOURCE_FILTERS.join(' '),
      updateRequestThreshold: '1000',
      webhookAnnotations: '{"admissions.enforcer/disabled":"true"}',
      webhooks: JSON.stringify(WEBHOOKS),
    },
    exceptions: { enabled: true, namespace: '*' },
    forceFailurePolicyIgnore: false,
  },
};
