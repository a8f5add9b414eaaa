import { createHash } from 'node:crypto';
import { goJson } from '../../language/go-text.ts';
import type { ClientRequest } from '../../model/admission.ts';
import { InputError } from '../../model/failure.ts';
import { asObject, asString, isObject, type Json, type JsonObject, parseJson } from '../../model/json.ts';
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
  /** What context entries read in the cluster. */
  readonly live: readonly JsonObject[];
}

/** A recording: JSON Lines, the header first. */
export interface Recording {
  readonly header: RecordingHeader;
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
export function formatRecording(recording: Recording): string {
  const lines = [recording.header as unknown as Json, ...recording.answers.map((answer) => answer as unknown as Json)];
  return lines.map((line) => `${goJson(line)}\n`).join('');
}

/** Reads a recording. Throws `InputError` for text that is none. */
export function parseRecording(text: string, file: string): Recording {
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => parseRow(line, index, file));
  const [header, ...answers] = rows;
  if (
    header === undefined ||
    asString(header['kubernetes']) === undefined ||
    asObject(header['settings']) === undefined
  )
    throw bad(file, 1);
  answers.forEach((row, index) => {
    if (!isObject(row['request']) || !isObject(row['answer'])) throw bad(file, index + 2);
  });
  return { header: header as unknown as RecordingHeader, answers: answers as unknown as readonly RecordedAnswer[] };
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
