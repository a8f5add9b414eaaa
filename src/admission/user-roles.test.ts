import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApiServer } from '../apiserver/index.ts';
import type { JsonObject } from '../model/json.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import { type ClusterState, createClusterState } from './cluster-state.ts';
import { defaultObjects } from './default-objects.ts';
import { compileUserRoles } from './user-roles.ts';

function stateOf(objects: readonly JsonObject[]): ClusterState {
  const world = { objects, settings: {}, clock: { now: () => 0 }, random: { next: () => 0.5 } };
  return createClusterState(createApiServer(world).store);
}

function binding(home: string, name: string, roleKind: string, subject: JsonObject): JsonObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: home === '' ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: home === '' ? { name } : { name, namespace: home },
    roleRef: { kind: roleKind, name },
    subjects: [subject],
  };
}

test('an administrator has the roles of a fresh cluster', () => {
  const rolesOf = compileUserRoles(stateOf(defaultObjects(DEFAULT_SETTINGS)));
  const user = { username: 'admin', groups: ['system:masters', 'system:authenticated'] };
  assert.deepEqual(rolesOf(user, 'default'), {
    roles: [],
    clusterRoles: ['cluster-admin', 'system:basic-user', 'system:discovery', 'system:public-info-viewer'],
  });
});

test('roles count from every namespace, cluster roles only from the namespace of the request', () => {
  const user = { kind: 'User', name: 'dana' };
  const rolesOf = compileUserRoles(
    stateOf([
      binding('a', 'reader', 'Role', user),
      binding('b', 'writer', 'Role', user),
      binding('a', 'view', 'ClusterRole', user),
      binding('', 'edit', 'ClusterRole', user),
      binding('', 'odd', 'Role', user),
    ]),
  );
  assert.deepEqual(rolesOf({ username: 'dana' }, 'a'), {
    roles: ['a:reader', 'b:writer'],
    clusterRoles: ['edit', 'view'],
  });
  assert.deepEqual(rolesOf({ username: 'dana' }, 'b'), { roles: ['a:reader', 'b:writer'], clusterRoles: ['edit'] });
  assert.deepEqual(rolesOf({ username: 'eve' }, 'a'), { roles: [], clusterRoles: [] });
});

test('a service account without a namespace is one of the binding, never of a cluster-wide one', () => {
  const account = { kind: 'ServiceAccount', name: 'ci' };
  const rolesOf = compileUserRoles(
    stateOf([binding('a', 'deploy', 'Role', account), binding('', 'edit', 'ClusterRole', account)]),
  );
  const roles = rolesOf({ username: 'system:serviceaccount:a:ci' }, 'a');
  assert.deepEqual(roles, { roles: ['a:deploy'], clusterRoles: [] });
});
