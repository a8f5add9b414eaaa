/** A rule of a role; absent lists are empty. Upstream: `rbac.authorization.k8s.io/v1` PolicyRule. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

const NOTHING: PolicyRule = { verbs: [], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] };

function paths(...nonResourceURLs: readonly string[]): PolicyRule {
  return { ...NOTHING, verbs: ['get'], nonResourceURLs };
}

function creates(group: string, ...resources: readonly string[]): PolicyRule {
  return { ...NOTHING, verbs: ['create'], apiGroups: [group], resources };
}

/**
 * ClusterRoles that every cluster has and that are bound to all users.
 * Upstream: `plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go` of Kubernetes.
 */
export const DEFAULT_CLUSTER_ROLES: ReadonlyMap<string, readonly PolicyRule[]> = new Map([
  [
    'cluster-admin',
    [
      { ...NOTHING, verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      { ...NOTHING, verbs: ['*'], nonResourceURLs: ['*'] },
    ],
  ],
  [
    'system:basic-user',
    [
      creates('authorization.k8s.io', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews'),
      creates('authentication.k8s.io', 'selfsubjectreviews'),
    ],
  ],
  [
    'system:discovery',
    [
      paths(
        ...['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*', '/readyz'],
        ...['/version', '/version/'],
      ),
    ],
  ],
  ['system:public-info-viewer', [paths('/healthz', '/livez', '/readyz', '/version', '/version/')]],
  [
    'system:service-account-issuer-discovery',
    [paths('/.well-known/openid-configuration', '/.well-known/openid-configuration/', '/openid/v1/jwks')],
  ],
]);

/** True for roles that every cluster has, whether their rules are known here or not. */
export function isDefaultRole(name: string): boolean {
  return DEFAULT_CLUSTER_ROLES.has(name) || name.startsWith('system:') || DEFAULT_NAMES.has(name);
}

const DEFAULT_NAMES = new Set(['admin', 'edit', 'view', 'extension-apiserver-authentication-reader']);
