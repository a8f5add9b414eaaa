import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { goJson } from '../../language/go-text.ts';
import { InputError } from '../../model/failure.ts';
import type { Json } from '../../model/json.ts';
import { makeRecording, type Observed } from './make-recording.ts';
import type { RecordedAnswer, RecordedCluster, RecordedSuite, Recording } from './recording.ts';
import { formatRecorded, parseCluster, parseRecording } from './recording-file.ts';

const CLUSTER = 'cluster.json';

/** Reads every recording of a folder. Throws `InputError` when there is none. */
export function readRecordings(folder: string): RecordedSuite {
  const files = recordingFiles(folder);
  if (files.length === 0 || !existsSync(join(folder, CLUSTER))) {
    throw new InputError({
      code: 'no-recording',
      message: `there is no recording in ${folder}`,
      hint: 'make one with --lane cluster --record',
    });
  }
  const read = <T>(name: string, parse: (text: string, file: string) => T): T =>
    parse(readFileSync(join(folder, name), 'utf8'), join(folder, name));
  return {
    cluster: read(CLUSTER, parseCluster),
    recordings: new Map(files.map((name) => [name, read(name, parseRecording)])),
  };
}

/** What was written. */
export interface Written {
  readonly paths: readonly string[];
  /** Requests without an answer, which cannot be kept. */
  readonly unanswered: number;
}

/**
 * Writes what a cluster answered, one file for each feature. When only some scenarios were run (`partial`), what is kept of
 * others stays; else recordings of features that are gone are removed. Throws `InputError` when what would stay was recorded
 * on another cluster: one engine cannot be judged with both.
 */
export function writeRecordings(
  folder: string,
  cluster: RecordedCluster,
  observed: readonly Observed[],
  partial: boolean,
): Written {
  const answered = observed.filter(({ answer }) => answer.allowed !== null);
  const byFile = Map.groupBy(answered, ({ feature }) => fileOf(feature ?? 'requests'));
  const olds = recordingFiles(folder);
  if (partial && olds.length > 0) requireSameCluster(folder, cluster);
  const recordings = [...byFile].map(([name, rows]): readonly [string, Recording] => {
    const fresh = makeRecording(rows);
    const path = join(folder, name);
    if (!partial || !existsSync(path)) return [path, fresh];
    return [
      path,
      withOthers(
        parseRecording(readFileSync(path, 'utf8'), path),
        fresh,
        new Set(rows.map(({ scenario = '' }) => scenario)),
      ),
    ];
  });
  if (!partial) for (const name of olds.filter((one) => isRecording(join(folder, one)))) rmSync(join(folder, name));
  if (recordings.length > 0) write(join(folder, CLUSTER), formatRecorded(cluster));
  for (const [path, recording] of recordings) write(path, formatRecorded(recording));
  return { paths: recordings.map(([path]) => path), unanswered: observed.length - answered.length };
}

/** The recording of `features/a/b.feature` is `a/b.json`. */
function fileOf(feature: string): string {
  const name = feature.replace(/\.feature(\.md)?$/, '').replace(/^features\//, '');
  return `${name.replaceAll(/(^|\/)\.\.(?=\/)/g, '$1up')}.json`;
}

function recordingFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.json') && name !== CLUSTER)
    .sort();
}

/** Other files may lie in the folder. */
function isRecording(path: string): boolean {
  try {
    parseRecording(readFileSync(path, 'utf8'), path);
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

function requireSameCluster(folder: string, cluster: RecordedCluster): void {
  const path = join(folder, CLUSTER);
  if (!existsSync(path)) return;
  const old = parseCluster(readFileSync(path, 'utf8'), path);
  const text = (value: RecordedCluster): string => goJson(value as unknown as Json);
  if (text(old) === text(cluster)) return;
  throw new InputError({
    code: 'mixed-recordings',
    message: 'the other recordings were made on a cluster of another version or with other settings',
    place: { file: path },
    hint: 'record all features again on one cluster',
  });
}

/** A recording with what an older one has of scenarios that were not run now. */
function withOthers(old: Recording, fresh: Recording, ran: ReadonlySet<string>): Recording {
  const kept = old.answers.flatMap((answer): readonly RecordedAnswer[] => {
    const scenarios = answer.scenarios.filter((name) => !ran.has(name));
    return scenarios.length === 0 ? [] : [{ ...answer, scenarios }];
  });
  const isSame = (a: RecordedAnswer, b: RecordedAnswer): boolean => a.request === b.request && a.premise === b.premise;
  const answers = [
    ...kept.filter((one) => !fresh.answers.some((other) => isSame(one, other))),
    ...fresh.answers.map((one) => ({
      ...one,
      scenarios: [...(kept.find((other) => isSame(one, other))?.scenarios ?? []), ...one.scenarios],
    })),
  ];
  return {
    answers,
    premises: used({ ...old.premises, ...fresh.premises }, answers, ({ premise }) => [premise]),
    changes: used({ ...old.changes, ...fresh.changes }, answers, ({ stored, unmutated }) => [stored, unmutated]),
    live: used({ ...old.live, ...fresh.live }, answers, ({ live }) => [live]),
  };
}

function used<T>(
  table: Readonly<Record<string, T>>,
  answers: readonly RecordedAnswer[],
  ids: (answer: RecordedAnswer) => readonly (string | undefined)[],
): Readonly<Record<string, T>> {
  const wanted = new Set(answers.flatMap(ids));
  return Object.fromEntries(Object.entries(table).filter(([id]) => wanted.has(id)));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
