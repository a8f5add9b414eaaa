import { asArray, asString, getPath } from '../../model/json.ts';
import type { UserInfo } from '../../model/request.ts';
import { removeLeftovers } from './clean.ts';
import { type ApiClient, createClient, statusMessage } from './client.ts';
import { type ClusterChoice, connect } from './connection.ts';
import { createDiscovery } from './discovery.ts';
import { kyvernoAnswers } from './kyverno-answers.ts';
import { type ClusterLane, createClusterLane } from './lane.ts';
import { RENEWAL, takeTurn } from './lease.ts';
import { type ClusterFacts, readFacts } from './read-settings.ts';
import { ClusterTroubleError } from './trouble.ts';
import { type Look, realTime, type WaitClock, waitFor } from './wait.ts';

/** A cluster that is ready to be asked. */
export interface OpenCluster extends AsyncDisposable {
  readonly lane: ClusterLane;
  readonly client: ApiClient;
  readonly facts: ClusterFacts;
  /** How often something was tried again. */
  readonly retries: () => number;
}

/** What opening a cluster needs from outside. */
export interface OpenOptions {
  readonly choice: ClusterChoice;
  /** Tells the user what is being done. */
  readonly say: (text: string) => void;
  /** Milliseconds since 1970, for the lease. */
  readonly now: () => number;
  /** A word that no other run has. */
  readonly runId: string;
  /** Stops the opening; its reason is thrown then. */
  readonly signal: AbortSignal;
}

/**
 * Opens the cluster that was named: waits until it is ready, reads its settings, waits for other runs to end, and removes
 * what a run that crashed left there. Throws `ClusterTroubleError` (exit code 5) and `InputError` (3).
 */
export async function openCluster({ choice, say, now, runId, signal }: OpenOptions): Promise<OpenCluster> {
  signal.throwIfAborted();
  const connection = connect(choice);
  const client = createClient(connection);
  const endings = [() => client[Symbol.dispose]()];
  const time = stoppable(realTime, signal);
  try {
    say(
      `cluster: ${connection.server} (context ${choice.context}); policies, namespaces and objects of the scenarios are made there and removed again`,
    );
    await ready(client, time);
    const self = await whoAmI(client);
    const facts = await readFacts(client);
    await waitFor('recovery', () => kyvernoAnswers(client), time, 'of Kyverno');
    const turn = await takeTurn(client, runId, now, time, (holder) =>
      say(`cluster: waiting for the run ${holder} to end`),
    );
    let lane: ClusterLane | undefined;
    const timer = setInterval(() => {
      turn.renew().catch((error: unknown) => {
        if (error instanceof ClusterTroubleError && error.kind === 'missing') lane?.stop(error);
      });
    }, RENEWAL);
    timer.unref();
    endings.unshift(() => clearInterval(timer));
    const left = await removeLeftovers(client, turn.leftovers, realTime);
    if (left.length > 0) say(`cluster: removed ${left.length} objects of a run that did not end`);
    await turn.record([]);
    let retries = 0;
    let probes = 0;
    const opened = createClusterLane({
      client,
      discovery: createDiscovery(client),
      turn,
      time: realTime,
      nonce: () => `${runId}-${++probes}`,
      self,
      serviceAccounts: !facts.settings.kubernetes.disabledPlugins.includes('ServiceAccount'),
      exceptionNamespace: facts.settings.kyverno.exceptions.enabled
        ? facts.settings.kyverno.exceptions.namespace
        : undefined,
      onRetry: () => {
        retries++;
      },
    });
    lane = opened;
    return {
      lane,
      client,
      facts,
      retries: () => retries,
      [Symbol.asyncDispose]: async () => {
        clearInterval(timer);
        try {
          await opened[Symbol.asyncDispose]();
        } finally {
          for (const end of endings) end();
        }
      },
    };
  } catch (error) {
    for (const end of endings) end();
    throw error;
  }
}

/** A clock whose pauses end with the reason when the signal comes. */
function stoppable(time: WaitClock, signal: AbortSignal): WaitClock {
  const pause = async (milliseconds: number): Promise<void> => {
    signal.throwIfAborted();
    await time.pause(milliseconds);
    signal.throwIfAborted();
  };
  return { now: time.now, pause };
}

async function ready(client: ApiClient, time: WaitClock): Promise<void> {
  await waitFor(
    'ready',
    async (): Promise<Look<undefined>> => {
      const reply = await client.send({ method: 'GET', path: '/readyz' });
      if (reply.status === 200) return { done: true, value: undefined };
      if (reply.status === 401 || reply.status === 403) {
        throw new ClusterTroubleError(
          'rights',
          statusMessage(reply),
          'the credentials of the context are not accepted',
        );
      }
      return { done: false, seen: statusMessage(reply) };
    },
    time,
  );
}

/** Who the credentials are, as the API server sees them. Upstream: `authentication.k8s.io/v1` SelfSubjectReview. */
async function whoAmI(client: ApiClient): Promise<UserInfo> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const reply = await client.send({ method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body });
  if (reply.status !== 201) throw new ClusterTroubleError('rights', `cannot ask who we are: ${statusMessage(reply)}`);
  const groups = asArray(getPath(reply.body, 'status', 'userInfo', 'groups')) ?? [];
  return {
    username: asString(getPath(reply.body, 'status', 'userInfo', 'username')) ?? '',
    groups: groups.flatMap((group) => asString(group) ?? []),
  };
}
