import { withoutOwnLabel } from '../../compare/index.ts';
import { asArray, asString, isObject } from '../../model/json.ts';
import { nameOf } from '../../model/resource.ts';
import type { LiveObjects, LiveScope } from '../live-data.ts';
import type { ApiClient } from './client.ts';
import { PROBE } from './probe.ts';

/** Made in every namespace by a controller, with certificates of the cluster. */
const OF_EVERY_NAMESPACE = 'kube-root-ca.crt';

/** The objects of a scope as a cluster really holds them, but for the probe's own; `undefined` where it does not serve the collection. */
export async function readLiveObjects(client: ApiClient, scope: LiveScope): Promise<LiveObjects | undefined> {
  const { status, body } = await client.send({ method: 'GET', path: scope.collection });
  const [apiVersion, listKind] = [asString(body['apiVersion']), asString(body['kind']) ?? ''];
  if (status !== 200 || apiVersion === undefined || !listKind.endsWith('List')) return undefined;
  const kind = listKind.slice(0, -'List'.length);
  const objects = (asArray(body['items']) ?? [])
    .filter(isObject)
    .filter((item) => nameOf(item) !== PROBE)
    .filter((item) => (scope.name === '' ? nameOf(item) !== OF_EVERY_NAMESPACE : nameOf(item) === scope.name))
    .map((item) => withoutOwnLabel({ apiVersion, kind, ...item }));
  return { ...scope, apiVersion, kind, objects };
}
