import type { JsonObject } from '../model/json.ts';
import { labelsOf, nameOf, namespaceOf } from '../model/resource.ts';
import type { Labels } from './label-selector.ts';

/** Where stored objects are found, as the API server shows them. */
export interface ObjectStore {
  /** `namespace` is `""` for cluster-scoped kinds. */
  readonly get: (group: string, kind: string, namespace: string, name: string) => JsonObject | undefined;
  /** All objects of a kind; `namespace` `undefined`: of all namespaces. */
  readonly list: (group: string, kind: string, namespace?: string) => readonly JsonObject[];
}

/** The objects that exist. Versions of a kind are one: the group and the kind count. */
export interface ClusterState extends ObjectStore {
  /** Labels of a namespace; `undefined` when it does not exist. */
  readonly namespaceLabels: (namespace: string) => Labels | undefined;
}

const NAME_LABEL = 'kubernetes.io/metadata.name';

/** A store whose lists are in the order of the API server's: by namespace and name. */
export function createClusterState(store: ObjectStore): ClusterState {
  return {
    get: store.get,
    list: (...query) => [...store.list(...query)].sort((a, b) => (storageKey(a) < storageKey(b) ? -1 : 1)),
    namespaceLabels: (namespace) => {
      const object = store.get('', 'Namespace', '', namespace);
      return object === undefined ? undefined : { ...labelsOf(object), [NAME_LABEL]: namespace };
    },
  };
}

function storageKey(object: JsonObject): string {
  return `${namespaceOf(object)}/${nameOf(object)}`;
}
