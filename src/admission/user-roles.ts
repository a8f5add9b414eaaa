import { isSubject } from '../apiserver/index.ts';
import { asArray, asObject, asString, getPath, type JsonObject } from '../model/json.ts';
import type { UserInfo } from '../model/request.ts';
import { namespaceOf } from '../model/resource.ts';
import type { ClusterState } from './cluster-state.ts';

/** Roles bound to a user, sorted: `namespace:name` of roles, names of cluster roles. */
export interface UserRoles {
  readonly roles: readonly string[];
  readonly clusterRoles: readonly string[];
}

const RBAC = 'rbac.authorization.k8s.io';

interface Binding {
  /** `""` for cluster-wide bindings. */
  readonly home: string;
  readonly role: { readonly kind: string; readonly name: string };
  readonly binds: (user: UserInfo) => boolean;
}

/**
 * Finds the roles that Kyverno counts for a user's request in a namespace: Roles bound in any namespace, ClusterRoles
 * bound cluster-wide or by a RoleBinding of that namespace. Upstream: `pkg/userinfo/roleRef.go`.
 */
export function compileUserRoles(state: ClusterState): (user: UserInfo, namespace: string) => UserRoles {
  const bindings = [...state.list(RBAC, 'RoleBinding'), ...state.list(RBAC, 'ClusterRoleBinding')].map(readBinding);
  return (user, namespace) => {
    const roles = new Set<string>();
    const clusterRoles = new Set<string>();
    for (const { home, role, binds } of bindings) {
      if (!binds(user)) continue;
      if (role.kind === 'Role' && home !== '') roles.add(`${home}:${role.name}`);
      if (role.kind === 'ClusterRole' && (home === '' || home === namespace)) clusterRoles.add(role.name);
    }
    return { roles: [...roles].sort(), clusterRoles: [...clusterRoles].sort() };
  };
}

function readBinding(binding: JsonObject): Binding {
  const home = binding['kind'] === 'RoleBinding' ? namespaceOf(binding) : '';
  const ref = asObject(binding['roleRef']) ?? {};
  const subjects = asArray(getPath(binding, 'subjects')) ?? [];
  return {
    home,
    role: { kind: asString(ref['kind']) ?? '', name: asString(ref['name']) ?? '' },
    binds: (user) => subjects.some((subject) => isSubject(asObject(subject) ?? {}, user, home)),
  };
}
