import { asArray, asObject, asString, type JsonObject } from '../../model/json.ts';
import { type GroupVersionKind, gvkOf, nameOf, namespaceOf } from '../../model/resource.ts';
import { type ApiClient, statusMessage } from './client.ts';
import { ClusterTroubleError } from './trouble.ts';

/** Where objects of a kind live. */
export interface ResourceInfo extends GroupVersionKind {
  readonly resource: string;
  readonly namespaced: boolean;
}

/** What the API server serves, asked for once per group and version. */
export interface Discovery {
  /** `undefined` when the kind is not served. */
  readonly ofKind: (kind: GroupVersionKind) => Promise<ResourceInfo | undefined>;
  /** By plural name, `pods` or `deployments.apps`, in the preferred version. */
  readonly ofName: (name: string) => Promise<ResourceInfo | undefined>;
  /** Forget a group and version, after a CRD was made or removed. */
  readonly forget: () => void;
}

/** Asks an API server what it serves. */
export function createDiscovery(client: ApiClient): Discovery {
  const known = new Map<string, Promise<readonly ResourceInfo[]>>();
  const load = (group: string, version: string): Promise<readonly ResourceInfo[]> => {
    const key = `${group}/${version}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const loading = loadResources(client, group, version);
    known.set(key, loading);
    loading.catch(() => {
      if (known.get(key) === loading) known.delete(key);
    });
    return loading;
  };
  return {
    ofKind: async ({ group, version, kind }) => (await load(group, version)).find((info) => info.kind === kind),
    ofName: async (name) => {
      const dot = name.indexOf('.');
      const plural = dot < 0 ? name : name.slice(0, dot);
      const group = dot < 0 ? undefined : name.slice(dot + 1);
      for (const [candidate, version] of await servedGroups(client)) {
        if (group !== undefined && candidate !== group) continue;
        const found = (await load(candidate, version)).find((info) => info.resource === plural);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    forget: () => known.clear(),
  };
}

async function servedGroups(client: ApiClient): Promise<readonly (readonly [string, string])[]> {
  const reply = await client.send({ method: 'GET', path: '/apis' });
  const groups = (asArray(reply.body['groups']) ?? []).map((item): readonly [string, string] => {
    const group = asObject(item) ?? {};
    return [asString(group['name']) ?? '', asString(asObject(group['preferredVersion'])?.['version']) ?? ''];
  });
  return [['', 'v1'], ...groups];
}

async function loadResources(client: ApiClient, group: string, version: string): Promise<readonly ResourceInfo[]> {
  const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const reply = await client.send({ method: 'GET', path });
  if (reply.status === 404) return [];
  if (reply.status !== 200) throw new ClusterTroubleError('server', `GET ${path}: ${statusMessage(reply)}`);
  return (asArray(reply.body['resources']) ?? []).flatMap((item) => {
    const entry = asObject(item) ?? {};
    const resource = asString(entry['name']) ?? '';
    if (resource.includes('/')) return [];
    return [
      { group, version, kind: asString(entry['kind']) ?? '', resource, namespaced: entry['namespaced'] === true },
    ];
  });
}

/** The path of a kind's collection, or of one object of it. */
export function resourcePath(info: ResourceInfo, namespace: string, name?: string, subresource?: string): string {
  const root = info.group === '' ? `/api/${info.version}` : `/apis/${info.group}/${info.version}`;
  const inside = info.namespaced && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const parts = [root + inside, info.resource];
  if (name !== undefined) parts.push(encodeURIComponent(name));
  if (subresource !== undefined && subresource !== '') parts.push(subresource);
  return parts.join('/');
}

/** The path of an object; `undefined` when its kind is not served. */
export async function objectPath(discovery: Discovery, object: JsonObject): Promise<string | undefined> {
  const info = await discovery.ofKind(gvkOf(object));
  if (info === undefined) return undefined;
  const namespace = namespaceOf(object);
  return resourcePath(info, info.namespaced && namespace === '' ? 'default' : namespace, nameOf(object));
}
