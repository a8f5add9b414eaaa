import { asString, getPath, type JsonObject } from '../../model/json.ts';
import { gvkOf, nameOf, namespaceOf } from '../../model/resource.ts';
import type { Store } from '../plugins/plugin.ts';

/** Namespaces and priority classes that every cluster has. */
const ALWAYS_THERE: readonly JsonObject[] = [
  ...['default', 'kube-system', 'kube-public', 'kube-node-lease'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  })),
  ...(
    [
      ['system-cluster-critical', 2000000000n],
      ['system-node-critical', 2000001000n],
    ] as const
  ).map(([name, value]) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
    description: 'Used for system critical pods that must run in the cluster.',
  })),
];

/**
 * An index over the cluster state. Objects take their stored form when first asked for.
 * `isNamespaced` says whether objects of a kind live in a namespace.
 */
export function createStore(
  objects: readonly JsonObject[],
  isNamespaced: (object: JsonObject) => boolean,
  storedForm: (object: JsonObject) => JsonObject,
): Store {
  const raw = new Map<string, JsonObject>();
  const byKind = new Map<string, string[]>();
  const formed = new Map<string, JsonObject>();
  const add = (object: JsonObject): void => {
    const { group, kind } = gvkOf(object);
    const namespace = isNamespaced(object) ? namespaceOf(object) || 'default' : '';
    const key = keyOf(group, kind, namespace, nameOf(object));
    if (!raw.has(key)) {
      const kindKey = `${group}/${kind}`;
      const known = byKind.get(kindKey);
      if (known === undefined) byKind.set(kindKey, [key]);
      else known.push(key);
    }
    raw.set(key, object);
  };
  for (const object of ALWAYS_THERE) add(object);
  for (const object of objects) for (const item of itemsOf(object)) add(item);
  const form = (key: string): JsonObject | undefined => {
    const known = formed.get(key);
    if (known !== undefined) return known;
    const object = raw.get(key);
    if (object === undefined) return undefined;
    const stored = storedForm(object);
    formed.set(key, stored);
    return stored;
  };
  return {
    get: (group, kind, namespace, name) => form(keyOf(group, kind, namespace, name)),
    list: (group, kind, namespace) =>
      (byKind.get(`${group}/${kind}`) ?? [])
        .map(form)
        .filter((object): object is JsonObject => object !== undefined)
        .filter((object) => namespace === undefined || namespaceOf(object) === namespace),
  };
}

/** The items of a `List`, or the object itself. */
function itemsOf(object: JsonObject): readonly JsonObject[] {
  const items = object['items'];
  if (!(asString(object['kind']) ?? '').endsWith('List') || !Array.isArray(items)) return [object];
  return items.filter((item): item is JsonObject => getPath(item, 'kind') !== undefined);
}

function keyOf(group: string, kind: string, namespace: string, name: string): string {
  return `${group}/${kind}/${namespace}/${name}`;
}
