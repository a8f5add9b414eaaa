import type { ClientRequest } from '../../model/admission.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Lane, LaneAnswer, Premise } from '../../model/lane.ts';
import { premiseFingerprints, type RecordedAnswer, type Recording, requestKey } from './recording.ts';

type Fingerprints = ReturnType<typeof premiseFingerprints>;

/** The lane that answers what a cluster answered when the recording was made. */
export interface RecordedLane extends Lane {
  /** What context entries read in the cluster for a request; `undefined` where nothing was read. */
  readonly liveData: (premise: Premise, request: ClientRequest) => readonly JsonObject[] | undefined;
}

/** The lane that answers from a recording. */
export function createRecordedLane(recording: Recording): RecordedLane {
  const byRequest = Map.groupBy(recording.answers, (recorded) => requestKey(recorded.request));
  const known = new WeakMap<Premise['policies'], WeakMap<Premise['objects'], Fingerprints>>();
  const fingerprints = (premise: Premise): Fingerprints => {
    const ofPolicies = known.get(premise.policies) ?? new WeakMap<Premise['objects'], Fingerprints>();
    known.set(premise.policies, ofPolicies);
    const found = ofPolicies.get(premise.objects) ?? premiseFingerprints(premise);
    ofPolicies.set(premise.objects, found);
    return found;
  };
  const find = (premise: Premise, request: ClientRequest): RecordedAnswer | undefined => {
    const { policies, objects } = fingerprints(premise);
    const candidates = byRequest.get(requestKey(request)) ?? [];
    return candidates.find((recorded) => recorded.policies === policies && recorded.objects === objects);
  };
  return {
    name: 'recorded',
    liveData: (premise, request) => {
      const found = find(premise, request);
      return found?.live === undefined ? undefined : recording.live.get(found.live);
    },
    ask: async (premise, request) => {
      const found = find(premise, request);
      if (found === undefined) {
        const candidates = byRequest.get(requestKey(request)) ?? [];
        return missing(request, outOfDate(candidates, premise, fingerprints(premise).policies));
      }
      const { id: _old, ...answer } = found.answer;
      return { ...answer, ...(request.id === undefined ? {} : { id: request.id }), lane: 'recorded' };
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Why a recording does not fit any more, in words that say what changed. */
function outOfDate(candidates: readonly RecordedAnswer[], premise: Premise, policies: string): string {
  const [nearest] = candidates;
  if (nearest === undefined)
    return 'the recording has no such request: the scenario is new or was changed; record again with --record';
  if (nearest.policies !== policies) {
    const names = premise.policies.map((policy) => policy.name).join(', ');
    return `the recording was made with other policies (${nearest.policyNames.join(', ') || 'none'}) than these (${names || 'none'}), or they were changed since; record again with --record`;
  }
  return 'the recording was made with another cluster state; record again with --record';
}

function missing(request: ClientRequest, error: string): LaneAnswer {
  const id = request.id === undefined ? {} : { id: request.id };
  return { ...id, lane: 'recorded', allowed: null, code: 0, message: '', denied: [], warnings: [], rules: [], error };
}
