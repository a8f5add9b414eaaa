import type { PlannedRequest } from '../lanes/cluster/schedule.ts';
import type { LiveData } from '../lanes/live-data.ts';
import type { Observed } from '../lanes/recorded/make-recording.ts';
import type { RecordedCluster } from '../lanes/recorded/recording.ts';
import type { Lane } from '../model/lane.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import type { Exchange } from './exchanges.ts';

/** The cluster that recorded exchanges come from. */
export const CLUSTER: RecordedCluster = { kubernetes: '1.36.3', kyverno: '1.19.0', settings: DEFAULT_SETTINGS };

/** An exchange as though a scenario of its name in `features/NAME.feature` had sent it. */
export function observedExchange({ name, premise, request, answer }: Exchange, live?: LiveData): Observed {
  if (answer === undefined) throw new Error(`${name} has no answer`);
  return { premise, request, feature: `features/${name.replace(/#.*/, '')}.feature`, scenario: name, answer, live };
}

/** What a lane, in the part of a cluster, answers to planned requests. */
export async function observePlanned(lane: Lane, planned: readonly PlannedRequest[]): Promise<readonly Observed[]> {
  return Promise.all(
    planned.map(async (one): Promise<Observed> => {
      const { judged: _judged, ...answer } = await lane.ask(one.premise, one.request);
      const shown = answer.object === undefined ? {} : { judged: answer.object };
      return { ...one, answer: { ...answer, ...shown, lane: 'cluster', rules: [] }, live: undefined };
    }),
  );
}
