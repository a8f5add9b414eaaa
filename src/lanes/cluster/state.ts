import { asArray, asObject, asString, deepEqual, getPath, isObject, type JsonObject } from '../../model/json.ts';
import { labelsOf, nameOf } from '../../model/resource.ts';
import { type ApiClient, type ApiReply, statusMessage } from './client.ts';
import { parseDenial } from './denial.ts';
import { describeObject, isOwned, OWNED_LABEL, type OwnedObject, uidOf, withOwnedLabel } from './owned.ts';
import { ClusterTroubleError } from './trouble.ts';
import { type Look, type WaitClock, waitFor } from './wait.ts';
import { GIVEN_NAMESPACES, type WantedObject } from './wanted.ts';

/** Raised when a policy that is in force stands in the way of the state: take the policies away and try again. */
export class StateDeniedError extends Error {
  override readonly name = 'StateDeniedError';
}

/** Kinds that carry our label; on others it might change what rules see. */
const LABELLED: ReadonlySet<WantedObject['kind']> = new Set(['namespace', 'crd', 'exception', 'global context']);

/**
 * Makes one object; `label` marks it as ours where objects of its kind are marked. Gives `undefined` for an object that
 * is there, is not ours and says all that is wanted; when it says something else the scenario cannot be answered here.
 */
export async function makeObject(
  client: ApiClient,
  wanted: WantedObject,
  label: string,
  time: WaitClock,
): Promise<OwnedObject | undefined> {
  const object = LABELLED.has(wanted.kind) ? withOwnedLabel(wanted.object, label) : wanted.object;
  const owned = await waitFor(
    'state',
    async (): Promise<Look<OwnedObject | undefined>> => {
      const reply = await client.send({ method: 'POST', path: wanted.collection, body: object });
      if (reply.status === 201) {
        await putStatus(client, wanted);
        return { done: true, value: { path: wanted.path, uid: uidOf(reply.body) } };
      }
      if (reply.status === 409) return existing(client, wanted);
      const message = statusMessage(reply);
      if (parseDenial(message) !== undefined) throw new StateDeniedError(message);
      if (isPassing(reply, message) || (wanted.ownKind && reply.status === 404)) return { done: false, seen: message };
      throw new ClusterTroubleError(
        reply.status === 403 ? 'rights' : 'missing',
        `cannot make ${describeObject(wanted.object)}: ${message}`,
        'the cluster state of the scenario must be one that this cluster accepts',
      );
    },
    time,
    describeObject(wanted.object),
  );
  return owned;
}

/** Waits until an object that was made is in use: a kind is served, a namespace has its account, an entry has its data. */
export async function waitInUse(
  client: ApiClient,
  wanted: WantedObject,
  serviceAccounts: boolean,
  time: WaitClock,
): Promise<void> {
  const detail = describeObject(wanted.object);
  if (wanted.kind === 'crd')
    await waitFor('state', () => hasCondition(client, wanted.path, 'Established'), time, detail);
  if (wanted.kind === 'global context')
    await waitFor('state', () => hasCondition(client, wanted.path, 'Ready'), time, detail);
  if (wanted.kind === 'namespace' && serviceAccounts)
    await waitFor('state', () => exists(client, `${wanted.path}/serviceaccounts/default`), time, detail);
}

/** Looks whether an object has a condition that is `True`. */
async function hasCondition(client: ApiClient, path: string, type: string): Promise<Look<undefined>> {
  const reply = await client.send({ method: 'GET', path });
  const conditions = asArray(getPath(reply.body, 'status', 'conditions')) ?? [];
  const found = conditions.find((item) => getPath(item, 'type') === type);
  if (getPath(found, 'status') === 'True') return { done: true, value: undefined };
  return { done: false, seen: `not ${type}: ${asString(getPath(found, 'message')) ?? 'no condition yet'}` };
}

async function exists(client: ApiClient, path: string): Promise<Look<undefined>> {
  const reply = await client.send({ method: 'GET', path });
  return reply.status === 200 ? { done: true, value: undefined } : { done: false, seen: statusMessage(reply) };
}

/** A status that the premise gives is stored through the status subresource, where there is one. */
async function putStatus(client: ApiClient, { path, object, kind }: WantedObject): Promise<void> {
  if (!isObject(object['status']) || kind === 'crd') return;
  const body = { status: object['status'] };
  await client.send({ method: 'PATCH', path: `${path}/status`, contentType: 'application/merge-patch+json', body });
}

async function existing(client: ApiClient, wanted: WantedObject): Promise<Look<OwnedObject | undefined>> {
  const reply = await client.send({ method: 'GET', path: wanted.path });
  if (reply.status === 404) return { done: false, seen: 'an object of that name has just gone' };
  if (getPath(reply.body, 'metadata', 'deletionTimestamp') !== undefined || isOwned(reply.body))
    return { done: false, seen: 'an earlier object of that name is being removed' };
  const { metadata: _metadata, status: _status, ...rest } = wanted.object;
  const { [OWNED_LABEL]: _label, ...labels } = labelsOf(wanted.object);
  if (covers(reply.body, rest) && covers(asObject(getPath(reply.body, 'metadata', 'labels')) ?? {}, labels))
    return { done: true, value: undefined };
  const every =
    'every cluster has it and it is left as it is: use a namespace of another name, or tag the scenario @engine';
  throw new ClusterTroubleError(
    'missing',
    `${describeObject(wanted.object)} exists in the cluster, is not ours and is different`,
    wanted.kind === 'namespace' && GIVEN_NAMESPACES.has(nameOf(wanted.object))
      ? every
      : 'use a cluster without it, or another name',
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
  const passing = /being terminated|serviceaccount "default" not found|error looking up service account/;
  return reply.status === 403 && passing.test(message);
}
