import { createRegistry } from '../../apiserver/index.ts';
import { asArray, asObject, asString, getPath, type Json, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { gvkOf, namespaceOf } from '../../model/resource.ts';
import { guessPlural } from '../fake-cluster.ts';
import type { UserInfoSpec, ValuesSpec } from '../test-document.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** CustomResourceDefinitions for the kinds of these objects that Kubernetes does not know; any field is allowed. */
export function definitionsFor(
  objects: readonly JsonObject[],
  clusterKinds: ReadonlySet<string>,
): readonly JsonObject[] {
  const builtIn = new Set(createRegistry([]).all.map(({ gvk }) => `${gvk.group}/${gvk.kind}`));
  const unknown = objects.map(gvkOf).filter(({ group, kind }) => !builtIn.has(`${group}/${kind}`) && group !== '');
  const byKind = Map.groupBy(unknown, ({ group, kind }) => `${group}/${kind}`);
  return [...byKind].flatMap(([id, [first, ...others]]): readonly JsonObject[] => {
    if (first === undefined) return [];
    const { group, kind } = first;
    const plural = guessPlural(kind);
    const versions = [...new Set([first, ...others].map(({ version }) => version))];
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
    return [
      {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: `${plural}.${group}` },
        spec: {
          group,
          names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
          scope: clusterKinds.has(id) ? 'Cluster' : 'Namespaced',
          versions: versions.map((name, index) => ({ name, served: true, storage: index === 0, schema })),
        },
      },
    ];
  });
}

/** The bindings that give a user the roles of a UserInfo document; `ns:role` is a role of a namespace. */
export function bindingsFor(user: UserInfoSpec): readonly JsonObject[] {
  const subject = { apiGroup: RBAC, kind: 'User', name: user.userInfo?.username ?? '' };
  const cluster = (user.clusterRoles ?? []).map((name) => ({
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: `test-${name}` },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
    subjects: [subject],
  }));
  const namespaced = (user.roles ?? []).map((role) => {
    const [namespace = '', name = ''] = role.split(':');
    return {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: { name: `test-${name}`, namespace },
      roleRef: { apiGroup: RBAC, kind: 'Role', name },
      subjects: [subject],
    };
  });
  return [...cluster, ...namespaced];
}

/** Namespaces that are not there from the start, with the labels that the test gives them. */
export function namespacesFor(
  objects: readonly JsonObject[],
  values: ValuesSpec,
): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const found = new Map<string, Readonly<Record<string, string>>>();
  for (const object of objects) {
    const name = namespaceOf(object);
    if (name !== '' && name !== 'default') found.set(name, {});
  }
  for (const { name = '', labels = {} } of values.namespaceSelector ?? []) if (name !== '') found.set(name, labels);
  for (const namespace of values.namespaces ?? []) {
    const name = asString(getPath(namespace, 'metadata', 'name')) ?? '';
    found.set(name, (asObject(getPath(namespace, 'metadata', 'labels')) ?? {}) as Readonly<Record<string, string>>);
  }
  return found;
}

/** What the values of a test say about a policy, as far as a cluster can have it. */
export interface ConvertedValues {
  /** ConfigMaps that hold the values of `configMap` entries. */
  readonly configMaps: readonly JsonObject[];
  /** Values that no cluster can have, by their keys. */
  readonly left: readonly string[];
}

/**
 * Makes ConfigMaps of values; the operation and what is left are told apart. `namespaceOf` gives the namespace of a
 * resource, which need not be given as a value.
 */
export function convertValues(
  policy: Policy,
  values: ValuesSpec,
  namespaceOf: (resource: string) => string | undefined,
): ConvertedValues {
  const given: [string, Json][] = Object.entries(values.globalValues ?? {}) as [string, Json][];
  for (const entry of values.policies ?? []) {
    if (entry.name !== policy.name) continue;
    for (const { name = '', values: own = {} } of entry.resources ?? []) {
      const known = ([key, value]: [string, Json]) => key === 'request.namespace' && value === namespaceOf(name);
      given.push(...(Object.entries(own) as [string, Json][]).filter((pair) => !known(pair)));
    }
    for (const rule of entry.rules ?? []) {
      given.push(...(Object.entries(rule.values ?? {}) as [string, Json][]));
      given.push(...Object.keys(rule.foreachValues ?? {}).map((key): [string, Json] => [key, null]));
    }
  }
  const maps = new Map<string, Record<string, Json>>();
  const left: string[] = [];
  for (const [key, value] of given) {
    if (key === 'request.operation') continue;
    const [entry = '', data, ...path] = key.split('.');
    const place = configMapOf(policy, entry);
    if (place === undefined || data !== 'data' || path.length === 0 || typeof value !== 'string') left.push(key);
    else maps.set(place, { ...maps.get(place), [path.join('.').replaceAll('"', '')]: value });
  }
  const configMaps = [...maps].map(([place, data]) => {
    const [namespace = '', name = ''] = place.split('/');
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
  });
  return { configMaps, left: [...new Set(left)] };
}

/** `namespace/name` of the ConfigMap behind a context entry, when it is written out. */
function configMapOf({ rules }: Policy, entry: string): string | undefined {
  for (const rule of rules) {
    for (const one of asArray(rule['context']) ?? []) {
      const name = asString(getPath(one, 'configMap', 'name'));
      const namespace = asString(getPath(one, 'configMap', 'namespace'));
      const isWritten = name !== undefined && namespace !== undefined && !`${name}${namespace}`.includes('{{');
      if (getPath(one, 'name') === entry && isWritten) return `${namespace}/${name}`;
    }
  }
  return undefined;
}
