import type { ExplainedDifference } from '../compare/index.ts';
import type { ClientRequest } from '../model/admission.ts';
import type { Lane, LaneAnswer, LaneName, Premise } from '../model/lane.ts';
import type { LaneFacts } from '../report/result.ts';
import type { PlannedRequest } from './cluster/schedule.ts';

/** Lanes that are ready to be asked. */
export interface OpenLanes {
  readonly lanes: readonly Lane[];
  /** What the cluster, or the recording, is; absent when only the engine answers. */
  readonly facts?: LaneFacts;
  /** In what the lanes differ on a request, with the cause; absent when only one lane answers. */
  readonly differences?: (
    premise: Premise,
    request: ClientRequest,
    answers: readonly LaneAnswer[],
  ) => Promise<readonly ExplainedDifference[]>;
}

/** Lanes to be opened once it is known what will be asked. */
export interface LaneSet {
  readonly names: readonly LaneName[];
  /** Opens the lanes. Throws `ClusterTroubleError` and `InputError`. */
  readonly open: (planned: readonly PlannedRequest[]) => Promise<OpenLanes>;
  /** How often a request to a cluster was tried again. */
  readonly retries: () => number;
  /** Ends the asking and removes all that was made; may be called more than once. Throws `ClusterTroubleError`. */
  readonly close: () => Promise<void>;
}

/** Lanes that are open already. */
export function openedLanes(lanes: readonly Lane[]): LaneSet {
  return {
    names: lanes.map(({ name }) => name),
    open: async () => ({ lanes }),
    retries: () => 0,
    close: async () => {
      for (const lane of lanes) await lane[Symbol.asyncDispose]();
    },
  };
}
