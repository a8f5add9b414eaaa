import { withoutDrawn } from '../../compare/index.ts';
import type { ClientRequest } from '../../model/admission.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Lane, LaneAnswer, Premise } from '../../model/lane.ts';
import { parseDenial } from '../cluster/denial.ts';
import type { PlannedRequest } from '../cluster/schedule.ts';
import type { LiveData } from '../live-data.ts';
import { fingerprint } from './fingerprint.ts';
import { baseObject } from './make-recording.ts';
import { applyChange } from './object-change.ts';
import { outOfDateText } from './out-of-date.ts';
import { createPrints } from './premise-prints.ts';
import type { RecordedAnswer, RecordedSuite, Recording } from './recording.ts';
import { requestKey } from './request-key.ts';

/** The lane that answers what a cluster answered when the recordings were made. */
export interface RecordedLane extends Lane {
  /** What the cluster held when a request was recorded; `undefined` where nothing was kept. */
  readonly liveData: (premise: Premise, request: ClientRequest) => LiveData | undefined;
  /** Recorded answers that none of the planned requests asks for, in words. */
  readonly unasked: readonly string[];
}

interface Found {
  readonly recording: Recording;
  readonly recorded: RecordedAnswer;
}

/** The lane that answers from recordings; `planned` tells which scenario sends which request. */
export function createRecordedLane({ recordings }: RecordedSuite, planned: readonly PlannedRequest[]): RecordedLane {
  const prints = createPrints();
  const keyOf = (premise: Premise, request: ClientRequest): string =>
    `${prints(premise).id} ${fingerprint(requestKey(request))}`;
  const all = [...recordings].flatMap(([file, recording]) =>
    recording.answers.map((recorded) => ({ file, recording, recorded })),
  );
  const byKey = new Map(all.map((one) => [`${one.recorded.premise} ${one.recorded.request}`, one]));
  const senders = new Map(planned.map((one) => [keyOf(one.premise, one.request), one]));

  const missing = (premise: Premise, request: ClientRequest): LaneAnswer => {
    const scenario = senders.get(keyOf(premise, request))?.scenario;
    const print = fingerprint(requestKey(request));
    const ofScenario = all.filter(({ recorded }) => scenario !== undefined && recorded.scenarios.includes(scenario));
    const same = [...ofScenario, ...all].find(({ recorded }) => recorded.request === print);
    const was = same?.recording.premises[same.recorded.premise];
    return noAnswer(request, outOfDateText({ isKnown: ofScenario.length > 0, was, is: prints(premise) }));
  };

  return {
    name: 'recorded',
    liveData: (premise, request) => {
      const found = byKey.get(keyOf(premise, request));
      const live = found?.recorded.live === undefined ? undefined : found.recording.live[found.recorded.live];
      return live?.map((scope) => ({ ...scope, objects: scope.objects.map(withoutDrawn) }));
    },
    unasked: all
      .filter(({ recorded }) => !senders.has(`${recorded.premise} ${recorded.request}`))
      .map(({ file, recorded: { scenarios, asked } }) => `${file}: ${scenarios.join(', ')}: ${asked}`),
    ask: async (premise, request) => {
      const found = byKey.get(keyOf(premise, request));
      return found === undefined ? missing(premise, request) : answerOf(found, premise, request);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

function answerOf({ recording, recorded }: Found, premise: Premise, request: ClientRequest): LaneAnswer {
  const { code, reason, warnings = [], stored, unmutated } = recorded;
  const base = baseObject(premise, request);
  const objectOf = (id: string | undefined): JsonObject | undefined => {
    const change = id === undefined ? undefined : recording.changes[id];
    return change === undefined ? undefined : applyChange(base, change);
  };
  const message = recorded.message?.join('\n');
  const [judged, unchanged] = [objectOf(stored), objectOf(unmutated)];
  return {
    ...(request.id === undefined ? {} : { id: request.id }),
    lane: 'recorded',
    allowed: message === undefined,
    code,
    message: message ?? '',
    ...(reason === undefined ? {} : { reason }),
    denied: parseDenial(message ?? '')?.denied ?? [],
    warnings,
    rules: [],
    ...(judged === undefined ? {} : { judged }),
    ...(judged === undefined || message !== undefined ? {} : { object: judged }),
    ...(unchanged === undefined ? {} : { unmutated: unchanged }),
  };
}

function noAnswer(request: ClientRequest, error: string): LaneAnswer {
  const id = request.id === undefined ? {} : { id: request.id };
  return { ...id, lane: 'recorded', allowed: null, code: 0, message: '', denied: [], warnings: [], rules: [], error };
}
