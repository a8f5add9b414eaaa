import { asArray, asString, getPath, type Json, type JsonObject } from '../../model/json.ts';
import { type ApiClient, statusMessage } from './client.ts';
import { type DenialText, parseDenial } from './denial.ts';
import { isOwned, OWNED_LABEL, type OwnedObject, withOwnedLabel } from './owned.ts';
import { ClusterTroubleError } from './trouble.ts';
import { type Look, type WaitClock, waitFor } from './wait.ts';

/** The name of the policy that proves others to be in force, and of the objects that it denies. */
export const PROBE = 'kyverdict-probe';
const POLICIES = '/apis/kyverno.io/v1/clusterpolicies';
const MERGE = 'application/merge-patch+json';

/** A namespace of ours, with the value of our label on it. */
export interface ProbedNamespace {
  readonly name: string;
  readonly label: string;
}

/** What must be proved. */
export interface ProbeQuestion {
  /** Kinds whose requests must reach the webhook, as policies spell them. */
  readonly kinds: readonly string[];
  /** A word that no earlier probe used. */
  readonly nonce: string;
  /** Namespaces whose labels Kyverno must know. */
  readonly namespaces: readonly ProbedNamespace[];
  /** Exceptions were made or removed. */
  readonly exceptions: boolean;
}

/** Proves that policies, namespaces and exceptions are in force as they are stored. */
export interface Probe {
  /** Says that the probe's objects are about to be made. */
  readonly announce: (exceptions: boolean) => void;
  readonly prove: (question: ProbeQuestion) => Promise<void>;
  /** Whether what was proved last still is. */
  readonly holds: () => Promise<boolean>;
  /** The probe's own objects, as far as they were made. */
  readonly owned: () => readonly OwnedObject[];
  readonly remove: () => Promise<void>;
}

/**
 * A policy that denies ConfigMaps named `kyverdict-probe` with a word of its own. Kyverno learns of policies in the order
 * of their last change, so once this one, changed after all others were Ready, denies with the new word, the others
 * are in force and the ones that were removed are gone. Its second rule denies only in the namespaces that it knows by
 * their labels. An exception, changed after all others, lets the third rule pass.
 */
export function probePolicy({ kinds, nonce, namespaces, exceptions }: ProbeQuestion): JsonObject {
  const plain = kinds.filter((kind) => !kind.includes('/') && !kind.includes('*'));
  const rule = (name: string, blocks: readonly JsonObject[]): JsonObject => ({
    name,
    match: { any: blocks.map((resources) => ({ resources })) },
    validate: { failureAction: 'Enforce', message: `probe ${nonce}`, deny: {} },
  });
  const rules = [rule('policies', [{ kinds: [...new Set(['ConfigMap', ...plain])], names: [PROBE] }])];
  if (namespaces.length > 0) {
    const known = ({ name, label }: ProbedNamespace): JsonObject => ({
      kinds: ['ConfigMap'],
      names: [PROBE],
      namespaces: [name],
      namespaceSelector: { matchLabels: { [OWNED_LABEL]: label } },
    });
    rules.push(rule('namespaces', namespaces.map(known)));
  }
  if (exceptions) rules.push(rule('exceptions', [{ kinds: ['ConfigMap'], names: [exceptedName(nonce)] }]));
  const policy: JsonObject = {
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    metadata: { name: PROBE, annotations: { 'pod-policies.kyverno.io/autogen-controllers': 'none' } },
    spec: { background: false, rules },
  };
  return withOwnedLabel(policy, 'probe');
}

function exceptedName(nonce: string): string {
  return `${PROBE}-${nonce}`.toLowerCase();
}

function probeException(nonce: string, namespace: string): JsonObject {
  const exception: JsonObject = {
    apiVersion: 'kyverno.io/v2',
    kind: 'PolicyException',
    metadata: { name: PROBE, namespace },
    spec: {
      exceptions: [{ policyName: PROBE, ruleNames: ['exceptions'] }],
      match: { any: [{ resources: { kinds: ['ConfigMap'], names: [exceptedName(nonce)] } }] },
    },
  };
  return withOwnedLabel(exception, 'probe');
}

/** A probe over a client; `exceptionNamespace` is one in which exceptions count, or `*`. */
export function createProbe(client: ApiClient, time: WaitClock, exceptionNamespace: string): Probe {
  const namespace = exceptionNamespace === '*' ? 'default' : exceptionNamespace;
  const exceptions = `/apis/kyverno.io/v2/namespaces/${namespace}/policyexceptions`;
  const made = { policy: false, exception: false };
  let proved: ProbeQuestion | undefined;

  const put = (collection: string, body: JsonObject): Promise<void> =>
    waitFor(
      'policies',
      async (): Promise<Look<void>> => {
        const path = `${collection}/${PROBE}`;
        const there = await client.send({ method: 'GET', path });
        if (there.status === 200 && !isOwned(there.body)) {
          throw new ClusterTroubleError('missing', `${path} is there and is not ours`, 'use a cluster without it');
        }
        const reply =
          there.status === 404
            ? await client.send({ method: 'POST', path: collection, body })
            : await client.send({ method: 'PATCH', path, contentType: MERGE, body });
        if (reply.status < 300) return { done: true, value: undefined };
        const message = statusMessage(reply);
        if (reply.status === 403) throw new ClusterTroubleError('rights', `cannot write ${path}: ${message}`, RIGHTS);
        return { done: false, seen: message };
      },
      time,
      PROBE,
    );

  const ask = (name: string, where: string): Promise<{ readonly text: string; readonly denial?: DenialText }> =>
    dryRun(client, name, where);

  return {
    announce: (withExceptions) => {
      made.policy = true;
      made.exception ||= withExceptions;
    },
    prove: async (question) => {
      proved = undefined;
      if (question.exceptions) await put(exceptions, probeException(question.nonce, namespace));
      await put(POLICIES, probePolicy(question));
      await waitReady(client, `${POLICIES}/${PROBE}`, time);
      const places = new Set(['default', ...question.namespaces.map(({ name }) => name)]);
      for (const place of places) {
        const rules = question.namespaces.some(({ name }) => name === place)
          ? ['policies', 'namespaces']
          : ['policies'];
        const detail = `the probe in namespace ${place}`;
        await waitFor('policies', async () => denies(await ask(PROBE, place), rules, question.nonce), time, detail);
      }
      if (question.exceptions) {
        const look = async (): Promise<Look<undefined>> => {
          const { text, denial } = await ask(exceptedName(question.nonce), 'default');
          return denial === undefined && text === '' ? { done: true, value: undefined } : { done: false, seen: text };
        };
        await waitFor('policies', look, time, 'the probe of exceptions');
      }
      proved = question;
    },
    holds: async () => {
      if (proved === undefined) return false;
      return denies(await ask(PROBE, 'default'), ['policies'], proved.nonce).done;
    },
    owned: () => [
      ...(made.exception ? [{ path: `${exceptions}/${PROBE}`, uid: '' }] : []),
      ...(made.policy ? [{ path: `${POLICIES}/${PROBE}`, uid: '' }] : []),
    ],
    remove: async () => {
      proved = undefined;
      await removeProbe(client, made.policy ? `${POLICIES}/${PROBE}` : undefined);
      await removeProbe(client, made.exception ? `${exceptions}/${PROBE}` : undefined);
      made.policy = false;
      made.exception = false;
    },
  };
}

const RIGHTS = 'use a context with cluster-admin rights';

async function removeProbe(client: ApiClient, path: string | undefined): Promise<void> {
  if (path === undefined) return;
  const reply = await client.send({ method: 'DELETE', path });
  if (reply.status < 300 || reply.status === 404) return;
  const hint = 'run `kyverdict cluster clean` when the cluster answers again';
  throw new ClusterTroubleError('server', `cannot remove ${path}: ${statusMessage(reply)}`, hint);
}

async function dryRun(
  client: ApiClient,
  name: string,
  namespace: string,
): Promise<{ readonly text: string; readonly denial?: DenialText }> {
  const body: Json = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } };
  const path = `/api/v1/namespaces/${namespace}/configmaps?dryRun=All`;
  const reply = await client.send({ method: 'POST', path, body });
  const text = reply.status < 300 ? '' : statusMessage(reply);
  const denial = parseDenial(text);
  return denial === undefined ? { text } : { text, denial };
}

function denies(
  { text, denial }: { readonly text: string; readonly denial?: DenialText },
  rules: readonly string[],
  nonce: string,
): Look<undefined> {
  const all = denial?.denied ?? [];
  const seen = (rule: string): boolean =>
    all.some((one) => one.policy === PROBE && one.rule === rule && one.message === `probe ${nonce}`);
  if (rules.every(seen)) return { done: true, value: undefined };
  return { done: false, seen: text === '' ? 'the probe was let through' : text };
}

/** Waits until a policy says Ready for the generation that is stored. */
export async function waitReady(client: ApiClient, path: string, time: WaitClock): Promise<void> {
  await waitFor(
    'policies',
    async (): Promise<Look<undefined>> => {
      const reply = await client.send({ method: 'GET', path });
      if (reply.status !== 200) return { done: false, seen: statusMessage(reply) };
      const status = getPath(reply.body, 'status');
      const conditions = [getPath(status, 'conditions'), getPath(status, 'conditionStatus', 'conditions')];
      // A CEL policy says on its own whether admission asks it; whether it is Ready depends on reports.
      const ready = conditions
        .flatMap((list) => asArray(list) ?? [])
        .find((item) => ['Ready', 'WebhookConfigured'].includes(String(getPath(item, 'type'))));
      if (getPath(ready, 'status') === 'True') return { done: true, value: undefined };
      return { done: false, seen: `not Ready: ${asString(getPath(ready, 'message')) ?? 'no condition yet'}` };
    },
    time,
    path.slice(path.lastIndexOf('/') + 1),
  );
}
