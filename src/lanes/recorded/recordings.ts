import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { InputError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import type { LaneAnswer } from '../../model/lane.ts';
import type { PlannedRequest } from '../cluster/schedule.ts';
import {
  fingerprint,
  formatRecording,
  mergeRecordings,
  parseRecording,
  premiseFingerprints,
  type RecordedAnswer,
  type Recording,
  type RecordingHeader,
  requestKey,
} from './recording.ts';

/** Reads every recording of a folder as one. Throws `InputError` when there is none. */
export function readRecordings(folder: string): Recording {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : [];
  if (files.length === 0) {
    throw new InputError({
      code: 'no-recording',
      message: `there is no recording in ${folder}`,
      hint: 'make one with --lane cluster --record',
    });
  }
  return mergeRecordings(
    files.sort().map((name) => [name, parseRecording(readFileSync(join(folder, name), 'utf8'), join(folder, name))]),
  );
}

/** A request with what a cluster answered and what context entries read there. */
export interface Observed extends PlannedRequest {
  readonly answer: LaneAnswer;
  readonly live: readonly JsonObject[] | undefined;
}

/**
 * Writes what a cluster answered, one file for each feature. Answers that the file has of other requests are kept when only
 * some scenarios were run (`partial`). Answers that are none are not recorded. Gives the paths.
 */
export function writeRecordings(
  folder: string,
  header: RecordingHeader,
  observed: readonly Observed[],
  partial: boolean,
): readonly string[] {
  const paths: string[] = [];
  for (const [feature, rows] of Map.groupBy(observed, (one) => one.feature ?? 'requests')) {
    const answered = rows.filter(({ answer }) => answer.allowed !== null);
    if (answered.length === 0) continue;
    const path = join(folder, `${basename(feature).replace(/\.feature(\.md)?$/, '')}.jsonl`);
    const fresh = recordingOf(header, answered);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, formatRecording(partial && existsSync(path) ? keepOthers(path, fresh) : fresh));
    paths.push(path);
  }
  return paths;
}

function recordingOf(header: RecordingHeader, observed: readonly Observed[]): Recording {
  const live = new Map<string, readonly JsonObject[]>();
  const answers = new Map<string, RecordedAnswer>();
  for (const { premise, request, answer, live: data } of observed) {
    const prints = premiseFingerprints(premise);
    const print = data === undefined ? undefined : fingerprint(data);
    if (data !== undefined && print !== undefined) live.set(print, data);
    const { id: _id, ...plain } = request;
    answers.set(`${prints.policies} ${prints.objects} ${requestKey(request)}`, {
      ...prints,
      policyNames: premise.policies.map(({ name }) => name),
      request: plain,
      answer,
      ...(print === undefined ? {} : { live: print }),
    });
  }
  return { header, live, answers: [...answers.values()] };
}

function keepOthers(path: string, fresh: Recording): Recording {
  const old = parseRecording(readFileSync(path, 'utf8'), path);
  const asked = new Set(fresh.answers.map(({ request }) => requestKey(request)));
  const kept = old.answers.filter(({ request }) => !asked.has(requestKey(request)));
  return { header: fresh.header, live: new Map([...old.live, ...fresh.live]), answers: [...kept, ...fresh.answers] };
}
