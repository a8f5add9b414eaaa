import type { ClientRequest } from '../../model/admission.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Lane, LaneAnswer, Premise } from '../../model/lane.ts';
import { nameOf, namespaceOf } from '../../model/resource.ts';
import { requestKey } from '../recorded/request-key.ts';
import { withoutValidation } from '../without-validation.ts';
import { noAnswer } from './answer.ts';
import { type AskTools, askOnce, tellsDryRun } from './ask-once.ts';
import { createInstallation, type InstallationTools } from './installation.ts';
import { kyvernoAnswers } from './kyverno-answers.ts';
import { createPatience, TRIES } from './patience.ts';
import { createKeys, type PlannedRequest, schedule } from './schedule.ts';
import { ClusterTroubleError, mayPass } from './trouble.ts';
import { waitFor } from './wait.ts';

/** What the cluster lane works with; the turn is the run's own. */
export interface ClusterLaneOptions extends AskTools, Omit<InstallationTools, 'keys'> {
  /** Told of every try that is made again. */
  readonly onRetry: (error: ClusterTroubleError) => void;
}

/** Told of an answer while its premise still holds. */
export type WhileInForce = (premise: Premise, request: ClientRequest, answer: LaneAnswer) => Promise<void>;

/** The lane that asks a real cluster. */
export interface ClusterLane extends Lane {
  /**
   * Asks all these requests ahead, in the order that needs the fewest changes: those of one premise side by side, different
   * premises one after the other. `ask` then gives these answers. Denied requests are asked again without validation,
   * so that the object is known that was judged, and those that policies change without any policy.
   */
  readonly prepare: (planned: readonly PlannedRequest[], whileInForce: WhileInForce) => Promise<void>;
  /** Asks nothing any more; requests that wait end without an answer. */
  readonly stop: (why: ClusterTroubleError) => void;
}

const SIDE_BY_SIDE = 8;

/**
 * The lane that asks a real cluster. Trouble that may pass is tried again a few times and is then an answer with
 * `allowed: null`. Disposing removes all that the lane made.
 */
export function createClusterLane(options: ClusterLaneOptions): ClusterLane {
  const keys = createKeys();
  const installation = createInstallation({ ...options, keys });
  const patience = createPatience({
    ...options,
    comesBack: () => comesBack(options),
    kyvernoIsThere: () => kyvernoIsThere(options),
  });
  const answers = new Map<string, LaneAnswer>();
  const key = (premise: Premise, request: ClientRequest): string =>
    `${keys.premise(premise)}\n\n${requestKey(request)}`;
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work);
    queue = result.catch(() => undefined);
    return result;
  };

  const askPatiently = async (premise: Premise, request: ClientRequest, realising: Realising): Promise<LaneAnswer> => {
    try {
      return await patience.attempt(async () => {
        await realising(premise);
        try {
          const { answer, touched } = await askOnce(options, premise.policies, request);
          if (touched !== undefined) await installation.touched(touched);
          return answer;
        } catch (error) {
          if (error instanceof ClusterTroubleError) installation.doubt();
          throw error;
        }
      });
    } catch (error) {
      if (error instanceof ClusterTroubleError) return noAnswer(request, error);
      throw error;
    }
  };

  const askGroup = async (premise: Premise, requests: readonly ClientRequest[]): Promise<readonly LaneAnswer[]> => {
    for (let round = 1; ; round++) {
      const realising = oneAtATime(installation.realise);
      const width = tellsDryRun(premise.policies) ? 1 : SIDE_BY_SIDE;
      const got = await mapSideBySide(requests, width, (request) => askPatiently(premise, request, realising));
      if (got.every(({ allowed }) => allowed === null) || (await stillHolds())) return got;
      installation.doubt();
      if (round < TRIES) continue;
      const why = new ClusterTroubleError(
        'server',
        'the policies were not in force all the time',
        'is Kyverno healthy?',
      );
      return requests.map((request) => noAnswer(request, why));
    }
  };

  // Premises of requests that were no dry runs are made anew for each, and proved then.
  const stillHolds = async (): Promise<boolean> => {
    try {
      return await patience.attempt(() => installation.holds());
    } catch (error) {
      if (error instanceof ClusterTroubleError) return false;
      throw error;
    }
  };

  /** Asks requests once more under other premises, and adds the objects that come back to the answers. */
  const askForObjects = async (
    planned: readonly PlannedRequest[],
    under: (premise: Premise) => Premise,
    isWanted: (answer: LaneAnswer, premise: Premise) => boolean,
    as: 'judged' | 'unmutated',
  ): Promise<void> => {
    const again = planned.flatMap(({ premise, request }) => {
      const answer = answers.get(key(premise, request));
      if (answer === undefined || !isWanted(answer, premise)) return [];
      const hasObject = request.operation === 'CREATE' || request.operation === 'UPDATE';
      return hasObject ? [{ premise: under(premise), request, of: premise }] : [];
    });
    for (const group of schedule(again, keys)) {
      const requests = [...group.requests.values()];
      const got = await askGroup(group.premise, requests);
      for (const { premise, request, of } of again) {
        if (keys.premise(premise) !== keys.premise(group.premise)) continue;
        const object = got[requests.findIndex((one) => requestKey(one) === requestKey(request))]?.object;
        const answer = answers.get(key(of, request));
        if (object !== undefined && answer !== undefined) answers.set(key(of, request), { ...answer, [as]: object });
      }
    }
  };

  const judgedObjects = async (planned: readonly PlannedRequest[]): Promise<void> => {
    const bare = withoutValidation();
    const none: Premise['policies'] = [];
    const isDenied = (answer: LaneAnswer): boolean => answer.allowed === false && answer.denied.length > 0;
    await askForObjects(planned, bare, isDenied, 'judged');
    const isMutated = ({ judged }: LaneAnswer, premise: Premise): boolean =>
      judged !== undefined && bare(premise).policies.length > 0;
    await askForObjects(planned, ({ objects }) => ({ policies: none, objects }), isMutated, 'unmutated');
  };

  return {
    name: 'cluster',
    ask: async (given, request) => {
      const premise = withStored(given, request);
      const known = answers.get(key(premise, request));
      if (known !== undefined) return withId(known, request);
      const [answer] = await inTurn(() => askGroup(premise, [request]));
      return answer ?? noAnswer(request, new ClusterTroubleError('server', 'the cluster was not asked'));
    },
    prepare: (given, whileInForce) =>
      inTurn(async () => {
        const planned = given.map(({ premise, request }) => ({ premise: withStored(premise, request), request }));
        for (const { premise, requests } of schedule(planned, keys)) {
          const wanted = [...requests.values()];
          const got = await askGroup(premise, wanted);
          for (const [i, request] of wanted.entries()) {
            const answer = got[i];
            if (answer === undefined) continue;
            answers.set(key(premise, request), answer);
            await whileInForce(premise, request, answer);
          }
        }
        await judgedObjects(planned);
      }),
    stop: (why) => patience.giveUp(why),
    [Symbol.asyncDispose]: async () => {
      await queue;
      // Behind a server that hangs each removal would wait on its own.
      await options.client.send({ method: 'GET', path: '/readyz' });
      // When something could not be removed, the lease stays: it lists what is left for `kyverdict cluster clean`.
      await installation.removeAll();
      await options.turn.release();
    },
  };
}

type Realising = (premise: Premise) => Promise<void>;

/** Requests side by side share the work of making their premise true. What has failed for good is not done again. */
function oneAtATime(realise: Realising): Realising {
  let last: Promise<void> = Promise.resolve();
  return (premise) => {
    last = last.then(
      () => realise(premise),
      (error: unknown) => {
        if (error instanceof ClusterTroubleError && !mayPass(error)) throw error;
        return realise(premise);
      },
    );
    return last;
  };
}

async function comesBack({ client, time }: ClusterLaneOptions): Promise<boolean> {
  try {
    await waitFor(
      'recovery',
      async () => {
        try {
          const { status } = await client.send({ method: 'GET', path: '/readyz' });
          return status === 200 ? { done: true, value: undefined } : { done: false, seen: `HTTP ${status}` };
        } catch (error) {
          return { done: false, seen: error instanceof Error ? error.message : '' };
        }
      },
      time,
    );
    return true;
  } catch {
    return false;
  }
}

async function kyvernoIsThere({ client }: ClusterLaneOptions): Promise<boolean> {
  try {
    return (await kyvernoAnswers(client)).done;
  } catch {
    return false;
  }
}

async function mapSideBySide<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i] as T);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return results;
}

function withId(answer: LaneAnswer, request: ClientRequest): LaneAnswer {
  const { id: _id, ...rest } = answer;
  return request.id === undefined ? rest : { ...rest, id: request.id };
}

/** The object that a request replaces belongs to the state, also when only the request gives it. */
function withStored(premise: Premise, request: ClientRequest): Premise {
  const { oldObject } = request;
  if (oldObject === undefined || nameOf(oldObject) === '') return premise;
  const same = (object: JsonObject): boolean =>
    object['kind'] === oldObject['kind'] &&
    nameOf(object) === nameOf(oldObject) &&
    namespaceOf(object) === namespaceOf(oldObject);
  return premise.objects.some(same) ? premise : { ...premise, objects: [...premise.objects, oldObject] };
}
