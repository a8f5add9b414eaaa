import { asArray, asObject, asString, getPath, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { gvkOf, nameOf, namespaceOf } from '../../model/resource.ts';
import type { ApiClient } from './client.ts';

/**
 * The objects that context entries of policies read in a cluster as it really is: whole collections of the resources
 * that `apiCall` paths name, and ConfigMaps where an entry reads one. Paths that are not plain resource paths are left out.
 */
export async function readLiveData(client: ApiClient, policies: readonly Policy[]): Promise<readonly JsonObject[]> {
  const collections = new Set(policies.flatMap((policy) => policy.rules.flatMap(collectionsOf)));
  const objects: JsonObject[] = [];
  for (const path of collections) {
    const reply = await client.send({ method: 'GET', path });
    const [apiVersion, listKind] = [asString(reply.body['apiVersion']), asString(reply.body['kind']) ?? ''];
    if (reply.status !== 200 || apiVersion === undefined || !listKind.endsWith('List')) continue;
    for (const item of asArray(reply.body['items']) ?? []) {
      if (isObject(item)) objects.push({ apiVersion, kind: listKind.slice(0, -4), ...item });
    }
  }
  return objects;
}

/** The given objects, with those of the kinds that were read replaced by what is really there. */
export function withLiveData(objects: readonly JsonObject[], live: readonly JsonObject[]): readonly JsonObject[] {
  const id = (object: JsonObject): string =>
    JSON.stringify([gvkOf(object).group, object['kind'], namespaceOf(object), nameOf(object)]);
  const read = new Set(live.map(id));
  return [...objects.filter((object) => !read.has(id(object))), ...live];
}

function collectionsOf(rule: JsonObject): readonly string[] {
  const validate = asObject(rule['validate']);
  const loops = asArray(validate?.['foreach']) ?? [];
  const entries = [
    ...(asArray(rule['context']) ?? []),
    ...loops.flatMap((loop) => asArray(getPath(loop, 'context')) ?? []),
  ];
  return entries.flatMap(collectionOf);
}

function collectionOf(entry: Json): readonly string[] {
  if (getPath(entry, 'configMap') !== undefined) return ['/api/v1/configmaps'];
  const path = asString(getPath(entry, 'apiCall', 'urlPath'));
  if (path === undefined) return [];
  const match = /^(\/api\/[^/]+|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/[^/]+)?\/([a-z]+)(?:[/?].*)?$/.exec(
    path.replaceAll(/\{\{.*?\}\}/g, 'x'),
  );
  return match === null ? [] : [`${match[1]}/${match[2]}`];
}
