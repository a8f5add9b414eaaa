import { createHash } from 'node:crypto';
import { goJson } from '../../language/go-text.ts';
import type { ClientRequest } from '../../model/admission.ts';
import { InputError } from '../../model/failure.ts';
import { asArray, asString, isObject, type Json, type JsonObject, parseJson } from '../../model/json.ts';
import type { LaneAnswer, Premise } from '../../model/lane.ts';
import type { ClusterSettings } from '../../model/settings.ts';

/** The first line of a recording: where it comes from. */
export interface RecordingHeader {
  readonly kubernetes: string;
  readonly kyverno: string;
  readonly settings: ClusterSettings;
}

/** One answer of a cluster with all that it was an answer to. */
export interface RecordedAnswer {
  /** Fingerprints of the premise: a change of either shows that the recording is out of date. */
  readonly policies: string;
  readonly objects: string;
  readonly policyNames: readonly string[];
  readonly request: ClientRequest;
  readonly answer: LaneAnswer;
  /** Fingerprint of what context entries read in the cluster; absent where no policy reads anything. */
  readonly live?: string;
}

/** A recording of one feature: JSON Lines, the header first, then the data that was read, then the answers. */
export interface Recording {
  readonly header: RecordingHeader;
  /** What context entries read, by fingerprint. */
  readonly live: ReadonlyMap<string, readonly JsonObject[]>;
  readonly answers: readonly RecordedAnswer[];
}

/** A short fingerprint of policies or objects, the same for the same content. */
export function fingerprint(objects: readonly JsonObject[]): string {
  return createHash('sha256').update(goJson(objects)).digest('hex').slice(0, 16);
}

/** The fingerprints of a premise. */
export function premiseFingerprints(premise: Premise): { readonly policies: string; readonly objects: string } {
  return {
    policies: fingerprint(premise.policies.map((policy) => policy.document)),
    objects: fingerprint(premise.objects),
  };
}

/** A request as text that is the same for the same request; its `id` does not count. */
export function requestKey(request: ClientRequest): string {
  const { id: _id, ...rest } = request;
  return goJson(rest as unknown as Json);
}

/** The text of a recording. */
export function formatRecording({ header, live, answers }: Recording): string {
  const data = [...live].map(([fingerprintOfData, objects]): Json => ({ live: fingerprintOfData, objects }));
  const lines = [header as unknown as Json, ...data, ...answers.map((answer) => answer as unknown as Json)];
  return lines.map((line) => `${goJson(line)}\n`).join('');
}

/** Reads a recording. Throws `InputError` for text that is none. */
export function parseRecording(text: string, file: string): Recording {
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => parseRow(line, index, file));
  const [header, ...rest] = rows;
  const isHeader = asString(header?.['kubernetes']) !== undefined && isObject(header?.['settings']);
  if (header === undefined || !isHeader) throw bad(file, 1);
  const live = new Map<string, readonly JsonObject[]>();
  const answers: RecordedAnswer[] = [];
  for (const [index, row] of rest.entries()) {
    const objects = asArray(row['objects']);
    if (isObject(row['request']) && isObject(row['answer'])) answers.push(row as unknown as RecordedAnswer);
    else if (objects !== undefined) live.set(asString(row['live']) ?? '', objects.filter(isObject));
    else throw bad(file, index + 2);
  }
  return { header: header as unknown as RecordingHeader, live, answers };
}

/**
 * Several recordings as one. Throws `InputError` when they were made on clusters of other versions or settings: one
 * engine cannot be judged with both.
 */
export function mergeRecordings(recordings: readonly (readonly [file: string, recording: Recording])[]): Recording {
  const [first] = recordings;
  if (first === undefined) throw new InputError({ code: 'no-recording', message: 'there is no recording' });
  const key = ({ header }: Recording): string => goJson(header as unknown as Json);
  const other = recordings.find(([, recording]) => key(recording) !== key(first[1]));
  if (other !== undefined) {
    throw new InputError({
      code: 'mixed-recordings',
      message: `the recording was made on another cluster than ${first[0]}`,
      place: { file: other[0] },
      hint: 'record all features again on one cluster with --record',
    });
  }
  return {
    header: first[1].header,
    live: new Map(recordings.flatMap(([, { live }]) => [...live])),
    answers: recordings.flatMap(([, { answers }]) => answers),
  };
}

function parseRow(line: string, index: number, file: string): JsonObject {
  try {
    const row = parseJson(line, 'int');
    if (isObject(row)) return row;
  } catch {
    // told below
  }
  throw bad(file, index + 1);
}

function bad(file: string, line: number): InputError {
  return new InputError({
    code: 'bad-recording',
    message: 'this is no recording',
    place: { file, line },
    hint: 'make it again with --record',
  });
}
