import { asArray, asString, getPath } from '../../model/json.ts';
import { type ApiClient, statusMessage } from './client.ts';
import { OWNED_LABEL, type OwnedObject } from './owned.ts';
import { ClusterTroubleError } from './trouble.ts';
import { type Look, type WaitClock, waitFor } from './wait.ts';

/** Collections whose members of ours carry our label, in the order in which they are removed. */
const LABELLED = [
  '/apis/kyverno.io/v1/clusterpolicies',
  '/apis/kyverno.io/v1/policies',
  '/apis/kyverno.io/v2/policyexceptions',
  '/api/v1/namespaces',
] as const;

/**
 * Removes objects that the lane made, the latest first, and waits until they are gone. An object of another uid than
 * the one written down is somebody else's and stays.
 */
export async function removeObjects(
  client: ApiClient,
  objects: readonly OwnedObject[],
  time: WaitClock,
): Promise<void> {
  for (const object of objects.toReversed()) await startRemoval(client, object);
  for (const object of objects.toReversed()) await waitGone(client, object, time);
}

/** Everything in the cluster that carries our label. */
export async function findLabelled(client: ApiClient): Promise<readonly OwnedObject[]> {
  const found: OwnedObject[] = [];
  for (const collection of LABELLED) {
    const reply = await client.send({
      method: 'GET',
      path: `${collection}?labelSelector=${encodeURIComponent(OWNED_LABEL)}`,
    });
    if (reply.status === 404) continue;
    if (reply.status !== 200)
      throw new ClusterTroubleError('rights', `cannot list ${collection}: ${statusMessage(reply)}`);
    for (const item of asArray(reply.body['items']) ?? []) {
      const name = asString(getPath(item, 'metadata', 'name')) ?? '';
      const namespace = asString(getPath(item, 'metadata', 'namespace'));
      const slash = collection.lastIndexOf('/');
      const path =
        namespace === undefined
          ? `${collection}/${name}`
          : `${collection.slice(0, slash)}/namespaces/${namespace}${collection.slice(slash)}/${name}`;
      found.push({ path, uid: asString(getPath(item, 'metadata', 'uid')) ?? '' });
    }
  }
  return found.toReversed();
}

async function startRemoval(client: ApiClient, { path, uid }: OwnedObject): Promise<void> {
  const preconditions = uid === '' ? {} : { preconditions: { uid } };
  const body = { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0n, ...preconditions };
  const reply = await client.send({ method: 'DELETE', path, body });
  if (reply.status < 300 || reply.status === 404 || reply.status === 409) return;
  throw new ClusterTroubleError(
    'server',
    `cannot remove ${path}: ${statusMessage(reply)}`,
    'run `kyverdict cluster clean` when the cluster answers again',
  );
}

async function waitGone(client: ApiClient, { path, uid }: OwnedObject, time: WaitClock): Promise<void> {
  const isNamespace = /^\/api\/v1\/namespaces\/[^/]+$/.test(path);
  await waitFor(
    'removal',
    async (): Promise<Look<undefined>> => {
      const reply = await client.send({ method: 'GET', path });
      if (reply.status === 404) return { done: true, value: undefined };
      if (uid !== '' && asString(getPath(reply.body, 'metadata', 'uid')) !== uid)
        return { done: true, value: undefined };
      if (isNamespace && !(await hasController(client))) await finalize(client, path);
      return { done: false, seen: `${path} is ${asString(getPath(reply.body, 'status', 'phase')) ?? 'still there'}` };
    },
    time,
    path,
  );
}

/** Namespaces are emptied by the controller manager; a bare API server has none and they would stay for ever. */
async function hasController(client: ApiClient): Promise<boolean> {
  const reply = await client.send({
    method: 'GET',
    path: '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager',
  });
  return reply.status !== 404;
}

async function finalize(client: ApiClient, path: string): Promise<void> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: { finalizers: [] } };
  await client.send({ method: 'PUT', path: `${path}/finalize`, body });
}
