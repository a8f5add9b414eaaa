import { asArray, asObject, asString, getPath, type Json, type JsonObject } from '../model/json.ts';
import type { UserInfo } from '../model/request.ts';
import { namespaceOf } from '../model/resource.ts';
import type { ClusterState } from './cluster-state.ts';

/** Roles bound to a user, sorted: `namespace:name` of roles, names of cluster roles. */
export interface UserRoles {
  readonly roles: readonly string[];
  readonly clusterRoles: readonly string[];
}

const RBAC = 'rbac.authorization.k8s.io';

/**
 * The roles that Kyverno counts for a request in `namespace`: Roles bound in any namespace, ClusterRoles bound
 * cluster-wide or by a RoleBinding of that namespace. Upstream: `pkg/userinfo/roleRef.go`.
 */
export function rolesOf(state: ClusterState, user: UserInfo, namespace: string): UserRoles {
  const roles = new Set<string>();
  const clusterRoles = new Set<string>();
  for (const binding of state.list(RBAC, 'RoleBinding')) {
    const home = namespaceOf(binding);
    if (!binds(binding, user, home)) continue;
    const { kind, name } = roleRef(binding);
    if (kind === 'Role') roles.add(`${home}:${name}`);
    if (kind === 'ClusterRole' && home === namespace) clusterRoles.add(name);
  }
  for (const binding of state.list(RBAC, 'ClusterRoleBinding')) {
    const { kind, name } = roleRef(binding);
    if (kind === 'ClusterRole' && binds(binding, user, '')) clusterRoles.add(name);
  }
  return { roles: [...roles].sort(), clusterRoles: [...clusterRoles].sort() };
}

function roleRef(binding: JsonObject): { readonly kind: string; readonly name: string } {
  const ref = asObject(binding['roleRef']) ?? {};
  return { kind: asString(ref['kind']) ?? '', name: asString(ref['name']) ?? '' };
}

function binds(binding: JsonObject, user: UserInfo, home: string): boolean {
  return (asArray(getPath(binding, 'subjects')) ?? []).some((subject) => isSubject(subject, user, home));
}

function isSubject(subject: Json, user: UserInfo, home: string): boolean {
  const name = asString(getPath(subject, 'name')) ?? '';
  switch (getPath(subject, 'kind')) {
    case 'User':
      return user.username === name;
    case 'Group':
      return (user.groups ?? []).includes(name);
    case 'ServiceAccount': {
      const namespace = asString(getPath(subject, 'namespace')) || home;
      return namespace !== '' && user.username === `system:serviceaccount:${namespace}:${name}`;
    }
    default:
      return false;
  }
}
