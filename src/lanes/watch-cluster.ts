import { compareAnswers } from '../compare/index.ts';
import type { ClientRequest } from '../model/admission.ts';
import type { Lane, LaneAnswer, Premise } from '../model/lane.ts';
import type { ApiClient } from './cluster/client.ts';
import type { WhileInForce } from './cluster/lane.ts';
import { readLiveObjects } from './cluster/live-data.ts';
import { createKeys } from './cluster/schedule.ts';
import { ClusterTroubleError } from './cluster/trouble.ts';
import { type LiveData, type LiveObjects, liveScopes } from './live-data.ts';
import { requestKey } from './recorded/request-key.ts';

/** Looks at what a cluster holds while premises are in force there. */
export interface ClusterWatch {
  /** To be told of each answer while its premise holds. */
  readonly told: WhileInForce;
  /** What the cluster held when a request was answered; `undefined` where nobody looked. */
  readonly liveData: (premise: Premise, request: ClientRequest) => LiveData | undefined;
}

/** Watches a cluster: where the engine differs, or always when there is no engine to compare with. */
export function watchCluster(client: ApiClient, engine: Lane | undefined, always: boolean): ClusterWatch {
  const keys = createKeys();
  const readings = new Map<string, Promise<LiveObjects | undefined>>();
  const data = new Map<string, LiveData>();
  const keyOf = (premise: Premise, request: ClientRequest): string =>
    `${keys.premise(premise)}\n${requestKey(request)}`;
  const differs = async (premise: Premise, request: ClientRequest, answer: LaneAnswer): Promise<boolean> => {
    if (engine === undefined || answer.allowed === null) return false;
    try {
      return compareAnswers(await engine.ask(premise, request), answer).length > 0;
    } catch {
      // What the engine cannot take is told when the scenario is run.
      return false;
    }
  };
  return {
    told: async (premise, request, answer) => {
      if (!always && !(await differs(premise, request, answer))) return;
      try {
        const reads = liveScopes(premise, request).map((scope) => {
          const key = `${keys.premise(premise)}\n${scope.collection}/${scope.name}`;
          const reading = readings.get(key) ?? readLiveObjects(client, scope);
          readings.set(key, reading);
          return reading;
        });
        const found = (await Promise.all(reads)).filter((one) => one !== undefined);
        if (found.length > 0) data.set(keyOf(premise, request), found);
      } catch (error) {
        // Without the cluster's data the difference has one explanation less.
        if (!(error instanceof ClusterTroubleError)) throw error;
      }
    },
    liveData: (premise, request) => data.get(keyOf(premise, request)),
  };
}
