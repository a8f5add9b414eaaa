import { asString, getPath, type Json, type JsonObject } from '../../model/json.ts';
import type { ApiClient } from './client.ts';
import { statusMessage } from './client.ts';
import { parseDenial } from './denial.ts';
import { withOwnedLabel } from './owned.ts';
import { type Look, type WaitClock, waitFor } from './wait.ts';

/** The name of the policy that proves others to be in force, and of the objects that it denies. */
export const PROBE = 'kyverdict-probe';
const POLICIES = '/apis/kyverno.io/v1/clusterpolicies';

/** What must be proved. */
export interface ProbeQuestion {
  /** Kinds whose requests must reach the webhook, as policies spell them. */
  readonly kinds: readonly string[];
  /** A word that no earlier probe used. */
  readonly nonce: string;
}

/**
 * A policy that denies objects named `kyverdict-probe` with a word of its own. Kyverno learns of policies in the order of
 * their last change, so once this one, changed after all others were Ready, denies with the new word, the others are
 * in force and the ones that were removed are gone.
 */
export function probePolicy({ kinds, nonce }: ProbeQuestion): JsonObject {
  const policy: JsonObject = {
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    metadata: { name: PROBE, annotations: { 'pod-policies.kyverno.io/autogen-controllers': 'none' } },
    spec: {
      background: false,
      rules: [
        {
          name: 'probe',
          match: { any: [{ resources: { kinds: [...new Set(['ConfigMap', ...kinds])], names: [PROBE] } }] },
          validate: { failureAction: 'Enforce', message: `probe ${nonce}`, deny: {} },
        },
      ],
    },
  };
  return withOwnedLabel(policy, 'policy');
}

/** Makes or changes the probe policy and waits until it is Ready and denies with its new word. */
export async function probe(
  client: ApiClient,
  question: ProbeQuestion,
  namespaces: readonly string[],
  time: WaitClock,
): Promise<void> {
  const body = probePolicy(question);
  await waitFor('policies', () => putProbe(client, body), time, PROBE);
  await waitReady(client, `${POLICIES}/${PROBE}`, time);
  for (const namespace of namespaces) {
    await waitFor(
      'policies',
      () => askProbe(client, namespace, question.nonce),
      time,
      `the probe in namespace ${namespace}`,
    );
  }
}

async function putProbe(client: ApiClient, body: JsonObject): Promise<Look<undefined>> {
  const made = await client.send({ method: 'POST', path: POLICIES, body });
  if (made.status === 201) return { done: true, value: undefined };
  const type = 'application/merge-patch+json';
  const changed = await client.send({ method: 'PATCH', path: `${POLICIES}/${PROBE}`, contentType: type, body });
  if (changed.status === 200) return { done: true, value: undefined };
  return { done: false, seen: statusMessage(changed) };
}

async function askProbe(client: ApiClient, namespace: string, nonce: string): Promise<Look<undefined>> {
  const body: Json = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: PROBE, namespace } };
  const reply = await client.send({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/configmaps?dryRun=All`,
    body,
  });
  const message = reply.status < 300 ? 'the probe was let through' : statusMessage(reply);
  const denied = parseDenial(message)?.denied ?? [];
  if (denied.some((denial) => denial.policy === PROBE && denial.message === `probe ${nonce}`))
    return { done: true, value: undefined };
  return { done: false, seen: message };
}

/** Waits until a policy says Ready for the generation that is stored. */
export async function waitReady(client: ApiClient, path: string, time: WaitClock): Promise<void> {
  await waitFor(
    'policies',
    async (): Promise<Look<undefined>> => {
      const reply = await client.send({ method: 'GET', path });
      if (reply.status !== 200) return { done: false, seen: statusMessage(reply) };
      const conditions = getPath(reply.body, 'status', 'conditions');
      const ready = Array.isArray(conditions)
        ? conditions.find((item) => getPath(item, 'type') === 'Ready')
        : undefined;
      if (getPath(ready, 'status') === 'True') return { done: true, value: undefined };
      return { done: false, seen: `not Ready: ${asString(getPath(ready, 'message')) ?? 'no condition yet'}` };
    },
    time,
    path.slice(path.lastIndexOf('/') + 1),
  );
}
