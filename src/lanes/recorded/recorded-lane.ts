import type { ClientRequest } from '../../model/admission.ts';
import type { Lane, LaneAnswer, Premise } from '../../model/lane.ts';
import { premiseFingerprints, type RecordedAnswer, type Recording, requestKey } from './recording.ts';

/** The lane that answers what a cluster answered when the recording was made. */
export function createRecordedLane(recording: Recording): Lane {
  const byRequest = Map.groupBy(recording.answers, (recorded) => requestKey(recorded.request));
  return {
    name: 'recorded',
    ask: async (premise, request) => {
      const candidates = byRequest.get(requestKey(request)) ?? [];
      const { policies, objects } = premiseFingerprints(premise);
      const found = candidates.find((recorded) => recorded.policies === policies && recorded.objects === objects);
      if (found === undefined) return missing(request, outOfDate(candidates, premise, policies));
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

/** A lane that passes everything on and tells of each answer, for `--record`. */
export function createRecordingLane(
  inner: Lane,
  told: (premise: Premise, request: ClientRequest, answer: LaneAnswer) => Promise<void>,
): Lane {
  return {
    name: inner.name,
    ask: async (premise, request) => {
      const answer = await inner.ask(premise, request);
      if (answer.allowed !== null) await told(premise, request, answer);
      return answer;
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}
