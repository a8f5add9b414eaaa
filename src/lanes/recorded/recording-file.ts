import { goJson } from '../../language/go-text.ts';
import { indentJson } from '../../language/json-indent.ts';
import { InputError } from '../../model/failure.ts';
import {
  asArray,
  asString,
  getPath,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  parseJson,
} from '../../model/json.ts';
import type { RecordedCluster, Recording } from './recording.ts';

/** The text of a recording or of the cluster it was made on: JSON with sorted keys, a line for each value. */
export function formatRecorded(value: Recording | RecordedCluster): string {
  return `${indentJson(goJson(value as unknown as Json))}\n`;
}

/** Reads the recording of a feature. Throws `InputError` for a text that is none. */
export function parseRecording(text: string, file: string): Recording {
  const value = parseObject(text, file);
  const [answers, ...tables] = ['answers', 'premises', 'changes', 'live'].map((key) => value[key]);
  const isAnswer = (one: Json): boolean =>
    isObject(one) && ['asked', 'request', 'premise'].every((key) => asString(one[key]) !== undefined);
  const known = (one: Json, key: string, table: Json | undefined): boolean => {
    const id = asString(getPath(one, key));
    return id === undefined || getPath(table, id) !== undefined;
  };
  const [premises, changes, live] = tables;
  const isSound =
    isArray(answers) &&
    tables.every(isObject) &&
    answers.every(
      (one) =>
        isAnswer(one) &&
        known(one, 'premise', premises) &&
        known(one, 'stored', changes) &&
        known(one, 'unmutated', changes) &&
        known(one, 'live', live),
    );
  if (!isSound) throw notRecorded(file, 'this is no recording, or a part of it is missing');
  return {
    ...value,
    answers: answers.map((one) => ({ ...(one as JsonObject), code: Number(getPath(one, 'code')) })),
  } as unknown as Recording;
}

/** Reads what cluster recordings were made on. Throws `InputError` for a text that does not say it. */
export function parseCluster(text: string, file: string): RecordedCluster {
  const value = parseObject(text, file);
  const hasVersions = ['kubernetes', 'kyverno'].every((key) => asString(value[key]) !== undefined);
  const config = getPath(value, 'settings', 'kyverno', 'config');
  const plugins = asArray(getPath(value, 'settings', 'kubernetes', 'disabledPlugins'));
  if (!hasVersions || !isObject(config) || plugins === undefined)
    throw notRecorded(file, 'the file does not say on what cluster the recordings were made');
  return value as unknown as RecordedCluster;
}

function parseObject(text: string, file: string): JsonObject {
  let value: Json;
  try {
    value = parseJson(text, 'int');
  } catch (error) {
    throw notRecorded(file, `this is no recording: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(value)) throw notRecorded(file, 'this is no recording');
  return value;
}

function notRecorded(file: string, message: string): InputError {
  return new InputError({ code: 'bad-recording', message, place: { file }, hint: 'make it again with --record' });
}
