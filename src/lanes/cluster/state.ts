import { asObject, deepEqual, getPath, isObject, type JsonObject } from '../../model/json.ts';
import { gvkOf, nameOf, namespaceOf } from '../../model/resource.ts';
import { type ApiClient, type ApiReply, statusMessage } from './client.ts';
import { parseDenial } from './denial.ts';
import { type Discovery, type ResourceInfo, resourcePath } from './discovery.ts';
import { describeObject, isOwned, type OwnedObject, uidOf, withOwnedLabel } from './owned.ts';
import { ClusterTroubleError } from './trouble.ts';
import { type Look, type WaitClock, waitFor } from './wait.ts';

/** An object that a scenario needs, with its address. */
export interface WantedObject {
  readonly path: string;
  readonly collection: string;
  readonly object: JsonObject;
  readonly isNamespace: boolean;
}

/** Raised when a policy that is in force stands in the way of the state: take the policies away and try again. */
export class StateDeniedError extends Error {
  override readonly name = 'StateDeniedError';
}

/** Namespaces that every cluster has; a scenario may name them as they are. */
const GIVEN_NAMESPACES = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease', 'kyverno']);

/** Finds where the objects of a premise belong. Throws `ClusterTroubleError` for a kind that is not served. */
export async function wantedObjects(
  objects: readonly JsonObject[],
  discovery: Discovery,
): Promise<readonly WantedObject[]> {
  const wanted: WantedObject[] = [];
  for (const object of inOrder(objects)) {
    const kind = gvkOf(object);
    if (kind.kind === 'Namespace' && GIVEN_NAMESPACES.has(nameOf(object)) && !hasOwnLabels(object)) continue;
    const info = await discovery.ofKind(kind);
    if (info === undefined) {
      const hint = 'give its CustomResourceDefinition as cluster state';
      throw new ClusterTroubleError('missing', `the cluster does not serve ${describeObject(object)}`, hint);
    }
    wanted.push(address(info, object));
  }
  return wanted;
}

function address(info: ResourceInfo, object: JsonObject): WantedObject {
  const namespace = info.namespaced ? namespaceOf(object) || 'default' : '';
  const isNamespace = info.kind === 'Namespace' && info.group === '';
  return {
    path: resourcePath(info, namespace, nameOf(object)),
    collection: resourcePath(info, namespace),
    object: isNamespace ? withOwnedLabel(object, 'state') : object,
    isNamespace,
  };
}

/** Custom resource definitions first, then namespaces, then the rest as given. */
function inOrder(objects: readonly JsonObject[]): readonly JsonObject[] {
  const rank = (object: JsonObject): number =>
    ['CustomResourceDefinition', 'Namespace'].indexOf(String(object['kind']));
  return [...objects].sort((a, b) => (rank(a) === -1 ? 9 : rank(a)) - (rank(b) === -1 ? 9 : rank(b)));
}

function hasOwnLabels(namespace: JsonObject): boolean {
  const labels = asObject(getPath(namespace, 'metadata', 'labels')) ?? {};
  return Object.keys(labels).some((key) => key !== 'kubernetes.io/metadata.name');
}

/**
 * Makes one object. An object of the same name that is not ours is left alone: when it says all that is wanted it
 * serves, otherwise the scenario cannot be answered here.
 */
export async function makeObject(
  client: ApiClient,
  wanted: WantedObject,
  time: WaitClock,
): Promise<OwnedObject | undefined> {
  return waitFor(
    'state',
    async (): Promise<Look<OwnedObject | undefined>> => {
      const reply = await client.send({ method: 'POST', path: wanted.collection, body: wanted.object });
      if (reply.status === 201) {
        await putStatus(client, wanted);
        return { done: true, value: { path: wanted.path, uid: uidOf(reply.body) } };
      }
      if (reply.status === 409) return existing(client, wanted);
      const message = statusMessage(reply);
      if (parseDenial(message) !== undefined) throw new StateDeniedError(message);
      if (isPassing(reply, message)) return { done: false, seen: message };
      const kind = reply.status === 403 ? 'rights' : 'missing';
      throw new ClusterTroubleError(
        kind,
        `cannot make ${describeObject(wanted.object)}: ${message}`,
        'the cluster state of the scenario must be one that this cluster accepts',
      );
    },
    time,
    describeObject(wanted.object),
  );
}

/** A status that the premise gives is stored through the status subresource, where there is one. */
async function putStatus(client: ApiClient, { path, object }: WantedObject): Promise<void> {
  if (!isObject(object['status'])) return;
  await client.send({
    method: 'PATCH',
    path: `${path}/status`,
    contentType: 'application/merge-patch+json',
    body: { status: object['status'] },
  });
}

async function existing(client: ApiClient, wanted: WantedObject): Promise<Look<OwnedObject | undefined>> {
  const reply = await client.send({ method: 'GET', path: wanted.path });
  if (reply.status === 404) return { done: false, seen: 'an object of that name has just gone' };
  const labels = getPath(reply.body, 'metadata', 'deletionTimestamp');
  if (labels !== undefined || isOwned(reply.body))
    return { done: false, seen: 'an earlier object of ours is being removed' };
  const { metadata, ...rest } = wanted.object;
  const wantedLabels = asObject(asObject(metadata)?.['labels']) ?? {};
  const { 'kyverdict.io/owned': _label, ...needed } = wantedLabels;
  if (covers(reply.body, rest) && covers(asObject(getPath(reply.body, 'metadata', 'labels')) ?? {}, needed))
    return { done: true, value: undefined };
  const hint = 'use a cluster without it, or another name';
  throw new ClusterTroubleError(
    'missing',
    `${describeObject(wanted.object)} exists in the cluster, is not ours and is different`,
    hint,
  );
}

/** True when `actual` says everything that `wanted` says. */
function covers(actual: JsonObject, wanted: JsonObject): boolean {
  return Object.entries(wanted).every(([key, value]) => {
    const other = actual[key];
    return isObject(value) && isObject(other) ? covers(other, value) : deepEqual(value, other);
  });
}

/** Refusals that pass by themselves: a namespace going away, a service account not made yet, a webhook starting. */
function isPassing(reply: ApiReply, message: string): boolean {
  if (reply.status >= 500 || reply.status === 429) return true;
  return (
    reply.status === 403 &&
    /being terminated|serviceaccount "default" not found|error looking up service account/.test(message)
  );
}
