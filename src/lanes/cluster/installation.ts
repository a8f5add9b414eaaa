import { goJson } from '../../language/go-text.ts';
import { getPath } from '../../model/json.ts';
import type { Premise } from '../../model/lane.ts';
import type { Policy } from '../../model/policy.ts';
import { type CelKind, celKindOf, proveCelPolicies } from './cel-probe.ts';
import type { ApiClient } from './client.ts';
import type { Discovery } from './discovery.ts';
import type { Turn } from './lease.ts';
import { type OwnedObject, uidOf } from './owned.ts';
import { type InstalledPolicy, installPolicy, isUnchanged, kindsOf } from './policies.ts';
import { createProbe, PROBE, type ProbedNamespace } from './probe.ts';
import { type OnDenial, removeObjects } from './remove.ts';
import type { Keys } from './schedule.ts';
import { makeObject, StateDeniedError, waitInUse } from './state.ts';
import type { WaitClock } from './wait.ts';
import { type WantedObject, wantedObjects } from './wanted.ts';

/** Makes premises true, one after the other, with as little work as the difference needs. */
export interface Installation {
  /** Makes a premise true and proves its policies to be in force. Does nothing when that has been done. */
  readonly realise: (premise: Premise) => Promise<void>;
  /** Whether the policies of the latest premise are still in force. */
  readonly holds: () => Promise<boolean>;
  /** Something happened: look at everything and prove again before the next request. */
  readonly doubt: () => void;
  /** Something was made by a request that was no dry run, or changed by it: it is removed before the next premise. */
  readonly touched: (object: OwnedObject) => Promise<void>;
  /** Removes all that was made. */
  readonly removeAll: () => Promise<void>;
}

/** What an installation works with. */
export interface InstallationTools {
  readonly client: ApiClient;
  readonly discovery: Discovery;
  readonly turn: Turn;
  readonly time: WaitClock;
  readonly keys: Keys;
  /** A new word for each probe. */
  readonly nonce: () => string;
  /** Namespaces get a service account, without which no pod is admitted. */
  readonly serviceAccounts: boolean;
  /** The namespace in which policy exceptions count, `*` for all; `undefined` when they are switched off. */
  readonly exceptionNamespace: string | undefined;
}

interface MadeObject {
  readonly owned: OwnedObject;
  readonly wanted: WantedObject | undefined;
  /** The value of our label on it. */
  readonly label: string;
}

/** Starts with a cluster in which nothing of ours is left. */
export function createInstallation(tools: InstallationTools): Installation {
  const { client, discovery, turn, time, keys, nonce } = tools;
  const objects = new Map<string, MadeObject>();
  const policies = new Map<string, Omit<InstalledPolicy, 'ready'> & { readonly policy: Policy }>();
  const probe = createProbe(client, time, tools.exceptionNamespace ?? '*');
  let realised: string | undefined;
  let exceptionsChanged = false;
  let celExceptionsChanged = false;
  /** Kinds of policies without rules that were in force at the latest proof. */
  let provedKinds: ReadonlySet<CelKind> = new Set();
  let doubted = false;

  const record = (more: readonly OwnedObject[] = []): Promise<void> =>
    turn.record([
      ...[...objects.values()].map(({ owned }) => owned),
      ...more,
      ...probe.owned(),
      ...[...policies.values()].map(({ owned }) => owned),
    ]);

  const drop = async <T extends { readonly owned: OwnedObject }>(
    from: Map<string, T>,
    keep: ReadonlySet<string>,
    onDenial: OnDenial,
  ): Promise<void> => {
    const gone = [...from].filter(([key]) => !keep.has(key));
    await removeObjects(
      client,
      gone.map(([, { owned }]) => owned),
      time,
      onDenial,
    );
    for (const [key] of gone) from.delete(key);
  };

  const noteException = ({ kind, object }: WantedObject): void => {
    if (kind !== 'exception') return;
    exceptionsChanged = true;
    celExceptionsChanged ||= String(object['apiVersion']).startsWith('policies.kyverno.io/');
  };

  /**
   * Kyverno may compile a CEL policy anew before it knows of the exception that made it do so, and then never does again:
   * policies are made after their exceptions.
   */
  const dropExcepted = async (): Promise<void> => {
    if (!celExceptionsChanged) return;
    const others = [...policies].filter(([, { policy }]) => celKindOf(policy.kind) === undefined);
    await drop(policies, new Set(others.map(([key]) => key)), 'wait');
    celExceptionsChanged = false;
  };

  const dropObjects = async (keep: ReadonlySet<string>, onDenial: OnDenial): Promise<void> => {
    const gone = [...objects].filter(([key]) => !keep.has(key));
    if (gone.length === 0) return;
    for (const [, { wanted }] of gone) if (wanted !== undefined) noteException(wanted);
    await drop(objects, keep, onDenial);
    if (gone.some(([, { wanted }]) => wanted?.kind === 'crd')) discovery.forget();
  };

  const makeMissing = async (wanted: ReadonlyMap<string, WantedObject>): Promise<void> => {
    for (const [key, item] of wanted) {
      if (objects.has(key)) continue;
      const label = nonce();
      const owned = await makeObject(client, item, label, time);
      if (owned === undefined) continue;
      objects.set(key, { owned, wanted: item, label });
      noteException(item);
      if (item.kind === 'crd') discovery.forget();
      await waitInUse(client, item, tools.serviceAccounts, time);
    }
  };

  /** Does something with objects; when a policy denies it, once more without policies. */
  const despitePolicies = async (work: (onDenial: OnDenial) => Promise<void>): Promise<void> => {
    try {
      await work('throw');
    } catch (error) {
      if (!(error instanceof StateDeniedError)) throw error;
      await drop(policies, new Set(), 'wait');
      await proveInForce();
      await work('wait');
    }
  };

  const installMissing = async (wanted: ReadonlyMap<string, Policy>): Promise<void> => {
    const missing = [...wanted].filter(([key]) => !policies.has(key));
    const results = await Promise.allSettled(
      missing.map(async ([key, policy]) => {
        const { ready, ...installed } = await installPolicy(client, discovery, policy, time);
        policies.set(key, { ...installed, policy });
        await ready;
      }),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };

  /** Keys of policies that somebody removed or changed. */
  const changedPolicies = async (): Promise<readonly string[]> => {
    const looks = [...policies].map(async ([key, policy]) => ((await isUnchanged(client, policy)) ? [] : [key]));
    return (await Promise.all(looks)).flat();
  };

  /** Forgets what is no longer there, so that it is made again. */
  const lookAgain = async (): Promise<void> => {
    const keep = new Set(policies.keys());
    for (const key of await changedPolicies()) keep.delete(key);
    await drop(policies, keep, 'wait');
    for (const [key, { owned }] of objects) {
      const there = await client.send({ method: 'GET', path: owned.path });
      const another = owned.uid !== '' && uidOf(there.body) !== owned.uid;
      if (there.status === 404 || another) objects.delete(key);
    }
    doubted = false;
  };

  const namespaces = (): readonly ProbedNamespace[] =>
    [...objects.values()]
      .filter(({ wanted }) => wanted?.kind === 'namespace')
      .map(({ owned, label }) => ({ name: owned.path.slice(owned.path.lastIndexOf('/') + 1), label }));

  const proveInForce = async (): Promise<void> => {
    const exceptions = exceptionsChanged && tools.exceptionNamespace !== undefined;
    probe.announce(exceptions);
    await record();
    const kinds = [...policies.values()].flatMap(({ policy }) => kindsOf(policy));
    await probe.prove({ kinds, nonce: nonce(), namespaces: namespaces(), exceptions });
    const present = new Set([...policies.values()].flatMap(({ policy }) => celKindOf(policy.kind) ?? []));
    const cel = new Set([...present, ...provedKinds]);
    const where = tools.exceptionNamespace === '*' ? 'default' : tools.exceptionNamespace;
    const name = `${PROBE}-${nonce()}`.toLowerCase();
    const params = [...policies.values()].some(
      ({ policy }) => getPath(policy.spec, 'paramKind', 'kind') === 'ConfigMap',
    );
    const excepted = exceptions && where !== undefined ? { exceptionNamespace: where } : {};
    if (cel.size > 0) await proveCelPolicies(client, { kinds: cel, name, params, ...excepted }, time);
    provedKinds = present;
    exceptionsChanged = false;
  };

  return {
    realise: async (premise) => {
      const key = keys.premise(premise);
      if (key === realised) return;
      realised = undefined;
      if (doubted) await lookAgain();
      const items = await wantedObjects(premise.objects, discovery);
      const wanted = new Map(items.map((item) => [`${item.path} ${goJson(item.object)}`, item]));
      const wantedPolicies = new Map(premise.policies.map((policy) => [keys.item(policy.document), policy]));
      await drop(policies, new Set(wantedPolicies.keys()), 'wait');
      await despitePolicies((onDenial) => dropObjects(new Set(wanted.keys()), onDenial));
      await record(
        await notThere(
          client,
          [...wanted].filter(([name]) => !objects.has(name)),
        ),
      );
      await despitePolicies(() => makeMissing(wanted));
      await dropExcepted();
      await installMissing(wantedPolicies);
      await proveInForce();
      realised = key;
    },
    holds: async () => (await probe.holds()) && (await changedPolicies()).length === 0,
    doubt: () => {
      realised = undefined;
      doubted = true;
    },
    touched: async (owned) => {
      for (const [key, made] of objects) if (made.owned.path === owned.path) objects.delete(key);
      objects.set(`touched ${owned.path}`, { owned, wanted: undefined, label: '' });
      realised = undefined;
      await record();
    },
    removeAll: async () => {
      realised = undefined;
      const failures: unknown[] = [];
      const attempt = async (work: () => Promise<void>): Promise<void> => {
        try {
          await work();
        } catch (error) {
          failures.push(error);
        }
      };
      await attempt(() => drop(policies, new Set(), 'wait'));
      await attempt(() => probe.remove());
      await attempt(() => dropObjects(new Set(), 'wait'));
      if (failures.length > 0) throw failures[0];
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
