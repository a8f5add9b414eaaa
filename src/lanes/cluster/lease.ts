import { asArray, asObject, asString, getPath, type JsonObject, parseJson } from '../../model/json.ts';
import { type ApiClient, type ApiReply, statusMessage } from './client.ts';
import { OWNED_LABEL, type OwnedObject } from './owned.ts';
import { ClusterTroubleError } from './trouble.ts';
import { type Look, type WaitClock, waitFor } from './wait.ts';

/** The one object that says who uses the cluster now and what was made in it. It lies outside Kyverno's webhooks. */
export const LEASE_PATH = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kyverdict';
const COLLECTION = LEASE_PATH.slice(0, LEASE_PATH.lastIndexOf('/'));
const INVENTORY = 'kyverdict.io/inventory';
const SECONDS = 60;

/** The turn of one run on a cluster. */
export interface Turn {
  /** What a run that ended early left behind; to be removed before anything is made. */
  readonly leftovers: readonly OwnedObject[];
  /** Writes down what now belongs to the run, before it is made. */
  readonly record: (objects: readonly OwnedObject[]) => Promise<void>;
  /** Says that the run still lives. */
  readonly renew: () => Promise<void>;
  /** Ends the turn. */
  readonly release: () => Promise<void>;
}

/**
 * Waits for the cluster to be free and takes it. A run that stopped renewing for a minute counts as dead. `waiting` is
 * told once when another run is in the way. Upstream: `coordination.k8s.io/v1` Lease.
 */
export async function takeTurn(
  client: ApiClient,
  holder: string,
  wallClock: () => number,
  time: WaitClock,
  waiting: (holder: string) => void,
): Promise<Turn> {
  let told = false;
  const leftovers = await waitFor(
    'turn',
    async (): Promise<Look<readonly OwnedObject[]>> => {
      const current = await client.send({ method: 'GET', path: LEASE_PATH });
      if (current.status === 404) {
        const made = await client.send({
          method: 'POST',
          path: COLLECTION,
          body: leaseObject(holder, [], wallClock()),
        });
        if (made.status === 201) return { done: true, value: [] };
        if (made.status === 409) return { done: false, seen: 'another run was faster' };
        throw refused('create the lease kube-system/kyverdict', made);
      }
      if (current.status !== 200) throw refused('read the lease kube-system/kyverdict', current);
      const owner = asString(getPath(current.body, 'spec', 'holderIdentity')) ?? '';
      if (isAlive(current.body, wallClock())) {
        if (!told) waiting(owner);
        told = true;
        return { done: false, seen: `the run ${owner} is at work` };
      }
      const left = inventoryOf(current.body);
      const body = leaseObject(
        holder,
        left,
        wallClock(),
        asString(getPath(current.body, 'metadata', 'resourceVersion')),
      );
      const taken = await client.send({ method: 'PUT', path: LEASE_PATH, body });
      return taken.status === 200 ? { done: true, value: left } : { done: false, seen: 'another run was faster' };
    },
    time,
  );
  let inventory: readonly OwnedObject[] = leftovers;
  const write = async (): Promise<void> => {
    const body = leaseObject(holder, inventory, wallClock());
    const reply = await client.send({
      method: 'PATCH',
      path: LEASE_PATH,
      contentType: 'application/merge-patch+json',
      body,
    });
    if (reply.status !== 200) throw refused('keep the lease kube-system/kyverdict', reply);
  };
  return {
    leftovers,
    record: async (objects) => {
      inventory = objects;
      await write();
    },
    renew: write,
    release: async () => void (await client.send({ method: 'DELETE', path: LEASE_PATH })),
  };
}

/** What the lease says was made; empty without a lease. */
export async function readInventory(
  client: ApiClient,
): Promise<{ readonly objects: readonly OwnedObject[]; readonly holder?: string }> {
  const reply = await client.send({ method: 'GET', path: LEASE_PATH });
  if (reply.status === 404) return { objects: [] };
  if (reply.status !== 200) throw refused('read the lease kube-system/kyverdict', reply);
  const holder = asString(getPath(reply.body, 'spec', 'holderIdentity'));
  return { objects: inventoryOf(reply.body), ...(holder === undefined ? {} : { holder }) };
}

/** True while the run that holds the lease renews it. */
export function isAlive(lease: JsonObject, now: number): boolean {
  const renewed = Date.parse(asString(getPath(lease, 'spec', 'renewTime')) ?? '');
  return Number.isFinite(renewed) && now - renewed < SECONDS * 1000;
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
      leaseDurationSeconds: BigInt(SECONDS),
      renewTime: `${new Date(now).toISOString().replace('Z', '')}000Z`,
    },
  };
}

function inventoryOf(lease: JsonObject): readonly OwnedObject[] {
  const text = asString(getPath(lease, 'metadata', 'annotations', INVENTORY)) ?? '[]';
  return (asArray(parseJson(text, 'float')) ?? []).flatMap((item) => {
    const entry = asObject(item);
    const path = asString(entry?.['path']);
    return path === undefined ? [] : [{ path, uid: asString(entry?.['uid']) ?? '' }];
  });
}

function refused(what: string, reply: ApiReply): ClusterTroubleError {
  const kind = reply.status === 401 || reply.status === 403 ? 'rights' : 'server';
  return new ClusterTroubleError(
    kind,
    `cannot ${what}: ${statusMessage(reply)}`,
    kind === 'rights' ? 'use a context with cluster-admin rights' : undefined,
  );
}
