import { type AnswerPart, causeTexts } from '../compare/index.ts';
import type { LaneAnswer, LaneName } from '../model/lane.ts';
import type { DifferenceResult, Mismatch, RequestResult, ScenarioResult } from './result.ts';

/** One line of a comparison: what it is about, what was expected, and what each lane said. */
export interface BesideRow {
  readonly what: string;
  readonly expected: string;
  readonly said: readonly string[];
}

/** What is compared of a request. */
export type Compared = Pick<RequestResult, 'place' | 'answers' | 'differences' | 'expected'>;

/** A request with what was expected of it and what the lanes said. */
export interface Beside {
  readonly request: Compared;
  readonly rows: readonly BesideRow[];
  /** The expectations that are not met. */
  readonly wrong: readonly Mismatch[];
  /** Why the lanes differ; empty where they do not. */
  readonly causes: readonly CauseText[];
}

/** A cause in words, with what asking the engine again showed. */
export interface CauseText {
  readonly text: string;
  readonly tried: readonly string[];
}

/** An answer in few words: `pass`, `fail policy/rule`, `refused (422)`, `no answer`. */
export function answerWords(answer: LaneAnswer | undefined): string {
  if (answer === undefined) return 'not asked';
  if (answer.allowed === null) return `no answer: ${answer.error ?? ''}`.trim();
  if (answer.allowed) return 'pass';
  if (answer.denied.length > 0) return answer.denied.map(({ policy, rule }) => `fail ${policy}/${rule}`).join('\n');
  return `refused (${answer.code}): ${answer.message.trim()}`;
}

/** The requests of a scenario that a lane answered otherwise than expected, or in which the lanes differ. */
export function besideRows(scenario: ScenarioResult, lanes: readonly LaneName[]): readonly Beside[] {
  return scenario.requests.flatMap((request) => {
    const wrong = scenario.mismatches.filter((mismatch) => belongsTo(mismatch, request, scenario));
    const isSilent = request.answers.some(({ allowed }) => allowed === null);
    if (request.differences.length === 0 && wrong.length === 0 && !isSilent) return [];
    return [besideOf(request, wrong, lanes)];
  });
}

/** A request with what was expected and said, wrong or not. */
export function besideOf(request: Compared, wrong: readonly Mismatch[], lanes: readonly LaneName[]): Beside {
  const said = (of: (answer: LaneAnswer | undefined) => string): readonly string[] =>
    lanes.map((lane) => of(request.answers.find((answer) => answer.lane === lane)));
  const rows: BesideRow[] = [{ what: 'verdict', expected: request.expected, said: said(answerWords) }];
  for (const { part, left, right } of request.differences.filter(isTelling)) {
    const own = (lane: LaneName): string => (lane === 'engine' ? ownLines(left, right) : ownLines(right, left));
    rows.push({ what: part, expected: '', said: lanes.map(own) });
  }
  for (const { lane, expected, got } of wrong) {
    if (expected !== request.expected)
      rows.push({ what: 'step', expected, said: lanes.map((one) => (one === lane ? got : '')) });
  }
  return { request, rows: mergeRows(rows), wrong, causes: causesOf(request.differences) };
}

const IN_VERDICT: readonly AnswerPart[] = ['verdict', 'denied'];

/** Words of a verdict say who denies; a message that only one lane has goes with its verdict. */
function isTelling({ part, left, right }: DifferenceResult): boolean {
  if (IN_VERDICT.includes(part)) return false;
  return part !== 'message' || (left.trim() !== '' && right.trim() !== '');
}

function causesOf(differences: readonly DifferenceResult[]): readonly CauseText[] {
  const byText = Map.groupBy(differences, ({ cause, known }) => {
    return `${causeTexts[cause]}${known === undefined ? '' : ` (known: ${known.reason})`}`;
  });
  return [...byText].map(([text, group]) => ({ text, tried: [...new Set(group.flatMap(({ tried }) => tried))] }));
}

/** The lines of a text that another does not have: of long messages often one differs. */
function ownLines(text: string, other: string): string {
  const others = new Set(other.split('\n'));
  const lines = text.split('\n').filter((line) => !others.has(line) && line.trim() !== '');
  return lines.join('\n').trim() || (text.trim() === '' ? '(none)' : '(the same lines)');
}

/** A mismatch belongs to the last request at or before its step. */
function belongsTo({ place }: Mismatch, request: RequestResult, { requests }: ScenarioResult): boolean {
  const line = place?.line;
  if (line === undefined) return false;
  const before = requests.filter((other) => (other.place.line ?? 0) <= line);
  return before.at(-1) === request;
}

/** Rows about the same expectation of several lanes become one. */
function mergeRows(rows: readonly BesideRow[]): readonly BesideRow[] {
  const merged: BesideRow[] = [];
  for (const row of rows) {
    const same = merged.findIndex(
      ({ what, expected }) => what === 'step' && row.what === 'step' && expected === row.expected,
    );
    const other = merged[same];
    if (other === undefined) merged.push(row);
    else merged[same] = { ...other, said: other.said.map((text, i) => text || (row.said[i] ?? '')) };
  }
  return merged;
}
