import type { ClientRequest } from '../../model/admission.ts';
import { InputError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Lane, LaneAnswer, Premise } from '../../model/lane.ts';
import type { UserInfo } from '../../model/request.ts';
import { nameOf, namespaceOf } from '../../model/resource.ts';
import { answerOf, noAnswer } from './answer.ts';
import type { ApiClient } from './client.ts';
import type { Discovery } from './discovery.ts';
import { objectPath } from './discovery.ts';
import { toHttp } from './http-request.ts';
import { createInstallation } from './installation.ts';
import type { Turn } from './lease.ts';
import { removeObjects } from './remove.ts';
import { ClusterTroubleError, mayPass } from './trouble.ts';
import type { WaitClock } from './wait.ts';

/** Whom requests come from when a scenario names nobody. */
const ADMIN: UserInfo = { username: 'admin', groups: ['system:masters', 'system:authenticated'] };
const TRIES = 3;

/** What the cluster lane works with; the turn is the run's own. */
export interface ClusterLaneOptions {
  readonly client: ApiClient;
  readonly discovery: Discovery;
  readonly turn: Turn;
  readonly time: WaitClock;
  readonly nonce: () => string;
  /** Who the context's credentials say we are; the admin of scenarios is impersonated when it is somebody else. */
  readonly self: UserInfo;
  /** Told of every try that is made again. */
  readonly onRetry: (error: ClusterTroubleError, attempt: number) => void;
}

/**
 * The lane that asks a real cluster. Requests are asked one after the other; trouble that may pass is tried again a few
 * times and is then an answer with `allowed: null`. Disposing removes all that the lane made.
 */
export function createClusterLane(options: ClusterLaneOptions): Lane {
  const installation = createInstallation(options);
  let queue: Promise<unknown> = Promise.resolve();
  const ask = async (premise: Premise, request: ClientRequest): Promise<LaneAnswer> => {
    for (let attempt = 1; ; attempt++) {
      try {
        await installation.realise(withStored(premise, request));
        return await askOnce(options, request);
      } catch (error) {
        if (!(error instanceof ClusterTroubleError)) throw error;
        if (!mayPass(error) || attempt >= TRIES) return noAnswer(request, error);
        options.onRetry(error, attempt);
      }
    }
  };
  return {
    name: 'cluster',
    ask: (premise, request) => {
      const answer = queue.then(() => ask(premise, request));
      queue = answer.catch(() => undefined);
      return answer;
    },
    [Symbol.asyncDispose]: async () => {
      await queue;
      await installation.removeAll();
      await removeObjects(options.client, options.turn.leftovers, options.time);
      await options.turn.release();
    },
  };
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

async function askOnce(options: ClusterLaneOptions, request: ClientRequest): Promise<LaneAnswer> {
  const { client, discovery, self } = options;
  const wanted = request.userInfo ?? ADMIN;
  const { userInfo: _asked, ...plain } = request;
  const http = await toHttp(
    sameUser(wanted, self) ? plain : { ...plain, userInfo: wanted },
    discovery,
    await storedObject(options, request),
  );
  if (!http.path.startsWith('/api')) throw new InputError({ code: 'bad-path', message: `cannot address ${http.path}` });
  return answerOf(request, await client.send(http));
}

/** The stored object that an update, a deletion or a subresource is about, with the version that the cluster gave it. */
async function storedObject(
  { client, discovery }: ClusterLaneOptions,
  request: ClientRequest,
): Promise<JsonObject | undefined> {
  const object = request.oldObject ?? (request.operation === 'CREATE' ? undefined : request.object);
  if (object === undefined || nameOf(object) === '') return object;
  const path = await objectPath(
    discovery,
    namespaceOf(object) === '' && request.namespace !== undefined
      ? { ...object, metadata: { ...(object['metadata'] as JsonObject), namespace: request.namespace } }
      : object,
  );
  if (path === undefined) return object;
  const reply = await client.send({ method: 'GET', path });
  return reply.status === 200 ? reply.body : object;
}

function sameUser(a: UserInfo, b: UserInfo): boolean {
  const groups = (user: UserInfo): string => [...(user.groups ?? [])].sort().join('\n');
  return a.username === b.username && groups(a) === groups(b) && Object.keys(a.extra ?? {}).length === 0;
}
