import { causeTexts } from '../compare/index.ts';
import type { LaneAnswer, LaneName } from '../model/lane.ts';
import { columns } from './columns.ts';
import type { RequestResult, ScenarioResult } from './result.ts';

/** One line of a comparison: what it is about, what was expected, and what each lane said. */
export interface BesideRow {
  readonly what: string;
  readonly expected: string;
  readonly said: readonly string[];
}

/** A request with what was expected of it and what the lanes said. */
export interface Beside {
  readonly request: RequestResult;
  readonly rows: readonly BesideRow[];
  /** Why the lanes differ, in words; empty where they do not. */
  readonly causes: readonly string[];
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
    const said = (of: (answer: LaneAnswer | undefined) => string): readonly string[] =>
      lanes.map((lane) => of(request.answers.find((answer) => answer.lane === lane)));
    const { differences, place } = request;
    const wrong = scenario.mismatches.filter((mismatch) => belongsTo(mismatch.place?.line, request, scenario));
    const silent = request.answers.some(({ allowed }) => allowed === null);
    if (differences.length === 0 && wrong.length === 0 && !silent) return [];
    const rows: BesideRow[] = [{ what: 'verdict', expected: request.expected, said: said(answerWords) }];
    for (const { part, left, right } of differences) {
      if (part !== 'verdict' && part !== 'denied')
        rows.push({
          what: part,
          expected: '',
          said: lanes.map((lane) => (lane === 'engine' ? ownLines(left, right) : ownLines(right, left))),
        });
    }
    for (const { lane, expected, got } of wrong) {
      if (expected !== request.expected)
        rows.push({ what: 'step', expected, said: lanes.map((one) => (one === lane ? got : '')) });
    }
    const causes = [
      ...new Set(
        differences.map(
          ({ cause, known }) => `${causeTexts[cause]}${known === undefined ? '' : ` (known: ${known.reason})`}`,
        ),
      ),
    ];
    return [{ request: { ...request, place }, rows: mergeRows(rows), causes }];
  });
}

/** The lines of a text that another does not have: of long messages often one differs. */
function ownLines(text: string, other: string): string {
  const others = new Set(other.split('\n'));
  const lines = text.split('\n').filter((line) => !others.has(line) && line.trim() !== '');
  return lines.join('\n').trim() || (text.trim() === '' ? '(none)' : '(the same lines)');
}

/** A mismatch belongs to the last request at or before its step. */
function belongsTo(line: number | undefined, request: RequestResult, { requests }: ScenarioResult): boolean {
  if (line === undefined) return false;
  const before = requests.filter(({ place }) => (place.line ?? 0) <= line);
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

const WHAT = 8;
const CELL = 44;

/** The comparison for a terminal: expected, engine and cluster side by side. */
export function besideText(
  beside: Beside,
  lanes: readonly LaneName[],
  dim: (text: string) => string,
): readonly string[] {
  const widths = [WHAT, CELL, ...lanes.map(() => CELL)];
  const { file, line } = beside.request.place;
  return [
    dim(`${file}:${line ?? 1}`),
    ...beside.causes.map((cause) => `why: ${cause}`),
    dim(columns(['', 'expected', ...lanes], widths)[0] ?? ''),
    ...beside.rows.flatMap(({ what, expected, said }) => columns([what, expected, ...said], widths)),
  ];
}
