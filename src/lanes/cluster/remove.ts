import { asArray, asString, getPath, type JsonObject } from '../../model/json.ts';
import { type ApiClient, statusMessage } from './client.ts';
import { parseDenial } from './denial.ts';
import { OWNED_LABEL, type OwnedObject } from './owned.ts';
import { StateDeniedError } from './state.ts';
import { ClusterTroubleError } from './trouble.ts';
import { type Look, type WaitClock, waitFor } from './wait.ts';

/** Collections whose members of ours carry our label; members of the first are removed first. */
const LABELLED = [
  '/apis/kyverno.io/v1/clusterpolicies',
  '/apis/kyverno.io/v1/policies',
  '/apis/policies.kyverno.io/v1/validatingpolicies',
  '/apis/policies.kyverno.io/v1/namespacedvalidatingpolicies',
  '/apis/policies.kyverno.io/v1/policyexceptions',
  '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies',
  '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings',
  '/apis/kyverno.io/v2/policyexceptions',
  '/apis/kyverno.io/v2alpha1/globalcontextentries',
  '/api/v1/namespaces',
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
] as const;

/** How often an object of ours is looked at before its finalizers are taken away: its controller may do that itself. */
const PATIENT_LOOKS = 4;

/** What to do when a policy denies a removal: a policy that was removed just now may still act for a moment. */
export type OnDenial = 'throw' | 'wait';

/**
 * Removes objects that the lane made, the latest first, and waits until they are gone. An object of another uid than the
 * one written down is somebody else's and stays. All are tried; throws the first trouble after that, or
 * `StateDeniedError` when a policy denies a removal and `onDenial` is `throw`.
 */
export async function removeObjects(
  client: ApiClient,
  objects: readonly OwnedObject[],
  time: WaitClock,
  onDenial: OnDenial = 'wait',
): Promise<void> {
  const latestFirst = objects.toReversed();
  const started = await Promise.allSettled(latestFirst.map((object) => startRemoval(client, object, time, onDenial)));
  const gone: PromiseSettledResult<void>[] = [];
  for (const [i, object] of latestFirst.entries()) {
    if (started[i]?.status === 'fulfilled') gone.push(...(await Promise.allSettled([waitGone(client, object, time)])));
  }
  const failed = [...started, ...gone].find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** Everything in the cluster that carries our label, in an order to be removed from the end. */
export async function findLabelled(client: ApiClient): Promise<readonly OwnedObject[]> {
  const found: OwnedObject[] = [];
  for (const collection of LABELLED) {
    const path = `${collection}?labelSelector=${encodeURIComponent(OWNED_LABEL)}`;
    const reply = await client.send({ method: 'GET', path });
    if (reply.status === 404) continue;
    if (reply.status !== 200)
      throw new ClusterTroubleError('rights', `cannot list ${collection}: ${statusMessage(reply)}`);
    for (const item of asArray(reply.body['items']) ?? []) {
      const name = asString(getPath(item, 'metadata', 'name')) ?? '';
      const namespace = asString(getPath(item, 'metadata', 'namespace'));
      const slash = collection.lastIndexOf('/');
      const folder =
        namespace === undefined
          ? collection
          : `${collection.slice(0, slash)}/namespaces/${namespace}${collection.slice(slash)}`;
      found.push({ path: `${folder}/${name}`, uid: asString(getPath(item, 'metadata', 'uid')) ?? '' });
    }
  }
  return found.toReversed();
}

async function startRemoval(
  client: ApiClient,
  { path, uid }: OwnedObject,
  time: WaitClock,
  onDenial: OnDenial,
): Promise<void> {
  const preconditions = uid === '' ? {} : { preconditions: { uid } };
  // In the background: otherwise Jobs wait for the garbage collector, which a bare API server does not have.
  const options = { gracePeriodSeconds: 0n, propagationPolicy: 'Background' };
  const body = { kind: 'DeleteOptions', apiVersion: 'v1', ...options, ...preconditions };
  await waitFor(
    'removal',
    async (): Promise<Look<undefined>> => {
      const reply = await client.send({ method: 'DELETE', path, body });
      if (reply.status < 300 || reply.status === 404 || reply.status === 409) return { done: true, value: undefined };
      const message = statusMessage(reply);
      if (parseDenial(message) === undefined) {
        const hint = 'run `kyverdict cluster clean` when the cluster and Kyverno answer again';
        throw new ClusterTroubleError('server', `cannot remove ${path}: ${message}`, hint);
      }
      if (onDenial === 'throw') throw new StateDeniedError(message);
      return { done: false, seen: message };
    },
    time,
    path,
  );
}

async function waitGone(client: ApiClient, { path, uid }: OwnedObject, time: WaitClock): Promise<void> {
  const isNamespace = /^\/api\/v1\/namespaces\/[^/]+$/.test(path);
  let looks = 0;
  await waitFor(
    'removal',
    async (): Promise<Look<undefined>> => {
      const reply = await client.send({ method: 'GET', path });
      if (reply.status === 404) return { done: true, value: undefined };
      if (uid !== '' && asString(getPath(reply.body, 'metadata', 'uid')) !== uid)
        return { done: true, value: undefined };
      if (isNamespace && !(await hasController(client))) await finalize(client, path);
      if (!isNamespace && looks++ >= PATIENT_LOOKS) await dropFinalizers(client, path, reply.body);
      return { done: false, seen: `${path} is ${asString(getPath(reply.body, 'status', 'phase')) ?? 'still there'}` };
    },
    time,
    path,
  );
}

/**
 * Namespaces are emptied by the controller manager, which also makes their service accounts; a bare API server has none
 * and its namespaces would stay for ever.
 */
async function hasController(client: ApiClient): Promise<boolean> {
  const reply = await client.send({ method: 'GET', path: '/api/v1/namespaces/default/serviceaccounts/default' });
  return reply.status !== 404;
}

/**
 * Finalizers are taken away by whoever set them; those that a scenario gives, and on a bare API server those of storage
 * protection, are nobody's.
 */
async function dropFinalizers(client: ApiClient, path: string, { metadata }: JsonObject): Promise<void> {
  if (getPath(metadata, 'deletionTimestamp') === undefined || getPath(metadata, 'finalizers') === undefined) return;
  const uid = getPath(metadata, 'uid') ?? null;
  const body = { metadata: { uid, finalizers: null } };
  await client.send({ method: 'PATCH', path, contentType: 'application/merge-patch+json', body });
}

async function finalize(client: ApiClient, path: string): Promise<void> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: { finalizers: [] } };
  await client.send({ method: 'PUT', path: `${path}/finalize`, body });
}
