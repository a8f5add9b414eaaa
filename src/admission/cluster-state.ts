import type { JsonObject } from '../model/json.ts';
import { gvkOf, labelsOf, nameOf, namespaceOf } from '../model/resource.ts';
import type { Labels } from './label-selector.ts';

/** The objects that exist, found by kind and name. Versions of a kind are one: the group and the kind count. */
export interface ClusterState {
  /** `namespace` is `""` for cluster-scoped kinds. */
  readonly get: (group: string, kind: string, namespace: string, name: string) => JsonObject | undefined;
  /** All objects of a kind by namespace and name; `namespace` `undefined`: of all namespaces. */
  readonly list: (group: string, kind: string, namespace?: string) => readonly JsonObject[];
  /** Labels of a namespace, its own name label included; `undefined` when it does not exist. */
  readonly namespaceLabels: (namespace: string) => Labels | undefined;
}

const NAME_LABEL = 'kubernetes.io/metadata.name';

/** Indexes objects; of several with the same kind and name the last one counts. */
export function createClusterState(objects: readonly JsonObject[]): ClusterState {
  const kinds = new Map<string, Map<string, JsonObject>>();
  for (const object of objects) {
    const { group, kind } = gvkOf(object);
    const key = `${group}/${kind}`;
    const ofKind = kinds.get(key) ?? new Map<string, JsonObject>();
    kinds.set(key, ofKind);
    ofKind.set(`${namespaceOf(object)}/${nameOf(object)}`, object);
  }
  const get: ClusterState['get'] = (group, kind, namespace, name) =>
    kinds.get(`${group}/${kind}`)?.get(`${namespace}/${name}`);
  return {
    get,
    list: (group, kind, namespace) =>
      [...(kinds.get(`${group}/${kind}`) ?? [])]
        .filter(([, object]) => namespace === undefined || namespaceOf(object) === namespace)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, object]) => object),
    namespaceLabels: (namespace) => {
      const object = get('', 'Namespace', '', namespace);
      return object === undefined ? undefined : { ...labelsOf(object), [NAME_LABEL]: namespace };
    },
  };
}
