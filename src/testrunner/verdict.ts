import type { TableLine } from './judge.ts';
import type { JudgedTest, TestResult, UnsupportedTest } from './run-test.ts';
import type { TestsReport } from './run-tests.ts';
import { FINDING_TITLES, type StrictFinding } from './strict.ts';
import type { ResultRow } from './test-document.ts';

/** A test whose rows were looked at. */
export type ReadTest = JudgedTest | UnsupportedTest;

/** A strict finding with the test and the row it is about. */
export interface PlacedFinding {
  readonly test: ReadTest;
  readonly row: ResultRow | undefined;
  readonly finding: StrictFinding;
}

/** The counts at the end of a run. */
export interface TestCounts {
  readonly tests: number;
  readonly unsupported: number;
  readonly broken: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** All strict findings of a run, those of rows that failed anyway included. */
export function findingsOf(results: readonly TestResult[]): readonly PlacedFinding[] {
  return results.flatMap((result) =>
    result.state === 'broken'
      ? []
      : result.findings.map((finding) => ({ test: result, row: result.rows[finding.rowIndex], finding })),
  );
}

/** The lines of a test as the real command counts them: none when the test could not be run. */
export function compatLines(result: ReadTest): readonly TableLine[] {
  return result.state === 'judged' ? result.lines : [];
}

/**
 * The lines of a test as they count in strict mode: a line whose row has a finding that is not accepted fails and says
 * why; a finding without a line gets one. `accepted` decides by finding. What nothing was compared with is skipped.
 */
export function strictLines(result: ReadTest, accepted: (finding: StrictFinding) => boolean): readonly TableLine[] {
  const open = result.findings.filter((finding) => !accepted(finding));
  const lines = compatLines(result).map(
    (line): TableLine => (line.reason === 'Excluded' && line.result === 'Pass' ? { ...line, result: 'Skip' } : line),
  );
  for (const finding of open.toReversed()) {
    const about = lines.flatMap((line, index) => (isAbout(finding, line) ? [index] : []));
    for (const index of about) lines[index] = failed(lines[index] ?? emptyLine(result, finding), finding);
    if (about.length === 0) lines.push(failed(emptyLine(result, finding), finding));
  }
  return lines;
}

function isAbout({ rowIndex, resource }: StrictFinding, line: TableLine): boolean {
  return line.rowIndex === rowIndex && (resource === undefined || line.resource === resource);
}

function failed(line: TableLine, { code, message, hint }: StrictFinding): TableLine {
  const text = hint === undefined ? message : `${message} (${hint})`;
  return { ...line, result: 'Fail', reasonText: FINDING_TITLES[code], message: text };
}

function emptyLine({ rows }: ReadTest, { rowIndex }: StrictFinding): TableLine {
  const row = rows[rowIndex] ?? {};
  const names = { policy: row.policy ?? '', rule: row.rule ?? '', resource: '' };
  return { row, rowIndex, ...names, result: 'Fail', reason: 'Not found', reasonText: '', message: '' };
}

/** Adds up a run; `linesOf` gives the lines as they count. */
export function countTests(report: TestsReport, linesOf: (result: ReadTest) => readonly TableLine[]): TestCounts {
  const lines = report.results.flatMap((result) => (result.state === 'broken' ? [] : linesOf(result)));
  const tests = (state: TestResult['state']): number => report.results.filter((one) => one.state === state).length;
  const count = (word: TableLine['result']): number => lines.filter((line) => line.result === word).length;
  return {
    tests: tests('judged'),
    unsupported: tests('unsupported'),
    broken: report.bad.length + tests('broken'),
    passed: count('Pass'),
    failed: count('Fail'),
    skipped: count('Skip'),
  };
}
