import { asArray, asObject, asString, getPath, type Json, type JsonObject, parseJson } from '../../model/json.ts';
import { type ApiClient, type ApiReply, statusMessage } from './client.ts';
import { OWNED_LABEL, type OwnedObject } from './owned.ts';
import { TIMEOUTS } from './timeouts.ts';
import { ClusterTroubleError } from './trouble.ts';
import { type Look, type WaitClock, waitFor } from './wait.ts';

/** The one object that says who uses the cluster now and what was made in it. It lies outside Kyverno's webhooks. */
export const LEASE_PATH = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kyverdict';
const COLLECTION = LEASE_PATH.slice(0, LEASE_PATH.lastIndexOf('/'));
const INVENTORY = 'kyverdict.io/inventory';
/** How often the run that holds the lease renews it. */
export const RENEWAL = TIMEOUTS.lease.milliseconds / 4;

/** The turn of one run on a cluster. */
export interface Turn {
  /** What a run that ended early left behind; to be removed before anything is made. */
  readonly leftovers: readonly OwnedObject[];
  /** Writes down what now belongs to the run, before it is made. Throws when another run took the lease. */
  readonly record: (objects: readonly OwnedObject[]) => Promise<void>;
  /** Says that the run still lives. */
  readonly renew: () => Promise<void>;
  /** Ends the turn. */
  readonly release: () => Promise<void>;
}

/**
 * Waits for the cluster to be free and takes it. A run counts as dead when its lease is long past, or was not renewed
 * while we looked. `waiting` is told once when another run is in the way. Upstream: `coordination.k8s.io/v1` Lease.
 */
export async function takeTurn(
  client: ApiClient,
  holder: string,
  wallClock: () => number,
  time: WaitClock,
  waiting: (holder: string) => void,
): Promise<Turn> {
  let told = false;
  const isDead = deathWatch(wallClock, time);
  const taken = await waitFor(
    'turn',
    async (): Promise<Look<{ readonly left: readonly OwnedObject[]; readonly version: string }>> => {
      const current = await readLease(client);
      if (current === undefined) {
        const body = leaseObject(holder, [], wallClock());
        const made = await client.send({ method: 'POST', path: COLLECTION, body });
        if (made.status === 201) return { done: true, value: { left: [], version: versionOf(made.body) } };
        if (made.status === 409) return { done: false, seen: 'another run was faster' };
        throw refused('create the lease kube-system/kyverdict', made);
      }
      if (!isDead(current)) {
        const owner = holderOf(current);
        if (!told) waiting(owner);
        told = true;
        return { done: false, seen: `the run ${owner} is at work` };
      }
      const left = inventoryOf(current);
      const body = leaseObject(holder, left, wallClock(), versionOf(current));
      const put = await client.send({ method: 'PUT', path: LEASE_PATH, body });
      if (put.status === 200) return { done: true, value: { left, version: versionOf(put.body) } };
      return { done: false, seen: 'another run was faster' };
    },
    time,
  );
  let { version } = taken;
  let inventory = taken.left;
  let writing: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    const body = leaseObject(holder, inventory, wallClock(), version);
    const reply = await client.send({ method: 'PUT', path: LEASE_PATH, body });
    if (reply.status === 409 || reply.status === 404) {
      throw new ClusterTroubleError('missing', 'another run took the cluster over', 'run again when it has ended');
    }
    if (reply.status !== 200) throw refused('keep the lease kube-system/kyverdict', reply);
    version = versionOf(reply.body);
  };
  let queued = 0;
  // Each write names the version that it replaces, so they must not overlap.
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    queued++;
    const result = writing.then(work).finally(() => {
      queued--;
    });
    writing = result.catch(() => undefined);
    return result;
  };
  return {
    leftovers: taken.left,
    record: (objects) => {
      inventory = objects;
      return inTurn(write);
    },
    // A write that is under way renews as well; behind a server that hangs they would pile up.
    renew: async () => {
      if (queued === 0) await inTurn(write);
    },
    release: () => inTurn(() => deleteLease(client, version)),
  };
}

/**
 * Waits until the lease is nobody's: it is not there, or its holder is dead. Throws when the holder shows a sign of life.
 * Gives what the lease says was made.
 */
export async function awaitDeath(
  client: ApiClient,
  wallClock: () => number,
  time: WaitClock,
  waiting: (holder: string) => void,
): Promise<{ readonly objects: readonly OwnedObject[]; readonly release: () => Promise<void> }> {
  const isDead = deathWatch(wallClock, time);
  let first: string | undefined;
  return await waitFor(
    'turn',
    async () => {
      const lease = await readLease(client);
      if (lease === undefined) return { done: true, value: { objects: [], release: async () => {} } };
      if (isDead(lease)) {
        const release = (): Promise<void> => deleteLease(client, versionOf(lease));
        return { done: true, value: { objects: inventoryOf(lease), release } };
      }
      const owner = holderOf(lease);
      if (first === undefined) waiting(owner);
      first ??= renewalOf(lease);
      if (first !== renewalOf(lease)) {
        throw new ClusterTroubleError(
          'missing',
          `the run ${owner} is at work on this cluster`,
          'wait until it has ended',
        );
      }
      return { done: false, seen: `the run ${owner} may be at work` };
    },
    time,
  );
}

/** The lease as it is now; `undefined` without one. */
export async function readLease(client: ApiClient): Promise<JsonObject | undefined> {
  const reply = await client.send({ method: 'GET', path: LEASE_PATH });
  if (reply.status === 404) return undefined;
  if (reply.status !== 200) throw refused('read the lease kube-system/kyverdict', reply);
  return reply.body;
}

/** Who holds a lease. */
export function holderOf(lease: JsonObject): string {
  return asString(getPath(lease, 'spec', 'holderIdentity')) ?? '';
}

/** What a lease says was made; nothing for a text that no run of ours wrote. */
export function inventoryOf(lease: JsonObject): readonly OwnedObject[] {
  const text = asString(getPath(lease, 'metadata', 'annotations', INVENTORY)) ?? '[]';
  let entries: Json;
  try {
    entries = parseJson(text, 'float');
  } catch {
    return [];
  }
  return (asArray(entries) ?? []).flatMap((item) => {
    const entry = asObject(item);
    const path = asString(entry?.['path']);
    return path === undefined ? [] : [{ path, uid: asString(entry?.['uid']) ?? '' }];
  });
}

/**
 * Tells whether the holder of a lease is dead: by our own clock it has not renewed it while we looked, or by the time
 * written in it, with room for clocks that differ.
 */
function deathWatch(wallClock: () => number, time: WaitClock): (lease: JsonObject) => boolean {
  let seen: { readonly renewal: string; readonly since: number } | undefined;
  const { milliseconds } = TIMEOUTS.lease;
  return (lease) => {
    const renewal = renewalOf(lease);
    if (seen?.renewal !== renewal) seen = { renewal, since: time.now() };
    if (time.now() - seen.since >= milliseconds) return true;
    const written = Date.parse(renewal);
    return !Number.isFinite(written) || Math.abs(wallClock() - written) > 10 * milliseconds;
  };
}

function renewalOf(lease: JsonObject): string {
  return asString(getPath(lease, 'spec', 'renewTime')) ?? '';
}

function versionOf(lease: JsonObject): string {
  return asString(getPath(lease, 'metadata', 'resourceVersion')) ?? '';
}

async function deleteLease(client: ApiClient, resourceVersion: string): Promise<void> {
  const body = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { resourceVersion } };
  const reply = await client.send({ method: 'DELETE', path: LEASE_PATH, body });
  if (reply.status >= 300 && reply.status !== 404 && reply.status !== 409) throw refused('remove the lease', reply);
}

function leaseObject(
  holder: string,
  inventory: readonly OwnedObject[],
  now: number,
  resourceVersion?: string,
): JsonObject {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: 'kyverdict',
      namespace: 'kube-system',
      labels: { [OWNED_LABEL]: 'lease' },
      annotations: { [INVENTORY]: JSON.stringify(inventory) },
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: BigInt(TIMEOUTS.lease.milliseconds / 1000),
      renewTime: `${new Date(now).toISOString().replace('Z', '')}000Z`,
    },
  };
}

function refused(what: string, reply: ApiReply): ClusterTroubleError {
  const kind = reply.status === 401 || reply.status === 403 ? 'rights' : 'server';
  return new ClusterTroubleError(
    kind,
    `cannot ${what}: ${statusMessage(reply)}`,
    kind === 'rights' ? 'use a context with cluster-admin rights' : undefined,
  );
}
