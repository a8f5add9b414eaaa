import { goJson } from '../../language/go-text.ts';
import type { Premise } from '../../model/lane.ts';
import type { Policy } from '../../model/policy.ts';
import type { ApiClient } from './client.ts';
import type { Discovery } from './discovery.ts';
import type { Turn } from './lease.ts';
import type { OwnedObject } from './owned.ts';
import { installPolicy, kindsOf } from './policies.ts';
import { PROBE, probe } from './probe.ts';
import { removeObjects } from './remove.ts';
import { makeObject, StateDeniedError, type WantedObject, wantedObjects } from './state.ts';
import type { WaitClock } from './wait.ts';

/** Makes premises true, one after the other, with as little work as the difference needs. */
export interface Installation {
  readonly realise: (premise: Premise) => Promise<void>;
  /** Removes all that was made. */
  readonly removeAll: () => Promise<void>;
}

/** What an installation works with. */
export interface InstallationTools {
  readonly client: ApiClient;
  readonly discovery: Discovery;
  readonly turn: Turn;
  readonly time: WaitClock;
  /** A new word for each probe. */
  readonly nonce: () => string;
}

const PROBE_PATH = `/apis/kyverno.io/v1/clusterpolicies/${PROBE}`;

/** Starts with a cluster in which nothing of ours is left. */
export function createInstallation({ client, discovery, turn, time, nonce }: InstallationTools): Installation {
  const objects = new Map<string, OwnedObject>();
  const policies = new Map<string, { readonly owned: OwnedObject; readonly policy: Policy }>();
  let probed: string | undefined;
  let probeMade = false;

  const record = (more: readonly OwnedObject[]): Promise<void> =>
    turn.record([
      ...objects.values(),
      ...[...policies.values()].map((entry) => entry.owned),
      ...(probeMade ? [{ path: PROBE_PATH, uid: '' }] : []),
      ...more,
    ]);

  const dropPolicies = async (keep: ReadonlySet<string>): Promise<boolean> => {
    const gone = [...policies].filter(([key]) => !keep.has(key));
    await removeObjects(
      client,
      gone.map(([, entry]) => entry.owned),
      time,
    );
    for (const [key] of gone) policies.delete(key);
    return gone.length > 0;
  };

  const dropObjects = async (keep: ReadonlySet<string>): Promise<boolean> => {
    const gone = [...objects].filter(([key]) => !keep.has(key));
    await removeObjects(
      client,
      gone.map(([, owned]) => owned),
      time,
    );
    for (const [key] of gone) objects.delete(key);
    return gone.length > 0;
  };

  const makeAll = async (missing: readonly (readonly [string, WantedObject])[]): Promise<void> => {
    for (const [key, item] of missing) {
      const owned = await makeObject(client, item, time);
      if (owned === undefined) continue;
      objects.set(key, owned);
      if (item.path.includes('/customresourcedefinitions/')) discovery.forget();
    }
  };

  const proveInForce = async (wanted: readonly WantedObject[]): Promise<void> => {
    const kinds = [...new Set([...policies.values()].flatMap(({ policy }) => kindsOf(policy)))].filter(
      (kind) => !kind.includes('/') && kind !== '*',
    );
    probeMade = true;
    await record([]);
    const namespaces = wanted
      .filter((item) => item.isNamespace)
      .map((item) => item.path.slice(item.path.lastIndexOf('/') + 1));
    await probe(
      client,
      { kinds, nonce: nonce() },
      ['default', ...namespaces.filter((name) => name !== 'default')],
      time,
    );
  };

  return {
    realise: async (premise) => {
      const key = premiseKey(premise);
      if (key === probed) return;
      probed = undefined;
      const wanted = await wantedObjects(premise.objects, discovery);
      const keys = new Map(wanted.map((item) => [`${item.path} ${goJson(item.object)}`, item]));
      await dropObjects(new Set(keys.keys()));
      const missing = [...keys].filter(([itemKey]) => !objects.has(itemKey));
      await record(await notThere(client, missing));
      const wantedPolicies = new Map(premise.policies.map((policy) => [policyKey(policy), policy]));
      await dropPolicies(new Set(wantedPolicies.keys()));
      try {
        await makeAll(missing);
      } catch (error) {
        if (!(error instanceof StateDeniedError)) throw error;
        await dropPolicies(new Set());
        await proveInForce([]);
        await makeAll(missing.filter(([itemKey]) => !objects.has(itemKey)));
      }
      for (const [name, policy] of wantedPolicies) {
        if (policies.has(name)) continue;
        policies.set(name, { owned: await installPolicy(client, discovery, policy, time), policy });
        await record([]);
      }
      await proveInForce(wanted);
      probed = key;
    },
    removeAll: async () => {
      probed = undefined;
      await dropPolicies(new Set());
      await removeObjects(client, [...(probeMade ? [{ path: PROBE_PATH, uid: '' }] : [])], time);
      probeMade = false;
      await dropObjects(new Set());
    },
  };
}

/** Objects that nobody has made yet: only these may be written down as ours before they are made. */
async function notThere(
  client: ApiClient,
  missing: readonly (readonly [string, WantedObject])[],
): Promise<readonly OwnedObject[]> {
  const found: OwnedObject[] = [];
  for (const [, { path }] of missing) {
    if ((await client.send({ method: 'GET', path })).status === 404) found.push({ path, uid: '' });
  }
  return found;
}

function policyKey(policy: Policy): string {
  return goJson(policy.document);
}

function premiseKey(premise: Premise): string {
  return goJson([premise.policies.map((policy) => policy.document), premise.objects]);
}
