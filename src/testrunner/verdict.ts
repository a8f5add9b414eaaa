import type { TableLine } from './judge.ts';
import type { JudgedTest, TestResult } from './run-test.ts';
import type { TestsReport } from './run-tests.ts';
import type { StrictFinding } from './strict.ts';
import type { ResultRow } from './test-document.ts';

/** A strict finding with the test and the row it is about. */
export interface PlacedFinding {
  readonly test: JudgedTest;
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
    result.state === 'judged'
      ? result.findings.map((finding) => ({ test: result, row: result.rows[finding.rowIndex], finding }))
      : [],
  );
}

/**
 * The lines of a test as they count in strict mode: a line whose row has a finding that is not accepted fails and says
 * why. `accepted` decides by finding.
 */
export function strictLines(result: JudgedTest, accepted: (finding: StrictFinding) => boolean): readonly TableLine[] {
  const open = result.findings.filter((finding) => !accepted(finding));
  if (open.length === 0) return result.lines;
  const byRow = Map.groupBy(open, (finding) => finding.rowIndex);
  const told = new Set<number>();
  const lines = result.lines.map((line): TableLine => {
    const findings = byRow.get(line.rowIndex);
    if (findings === undefined || line.result === 'Fail') return line;
    const about = findings.filter(
      (finding) => finding.code !== 'no-answer' || finding.message.includes(` ${line.resource}:`),
    );
    const [finding] = about;
    if (finding === undefined) return line;
    told.add(line.rowIndex);
    return { ...line, result: 'Fail', reasonText: finding.message, message: finding.hint ?? line.message };
  });
  for (const [rowIndex, [finding]] of byRow) {
    const row = result.rows[rowIndex];
    if (
      finding === undefined ||
      row === undefined ||
      told.has(rowIndex) ||
      result.lines.some((line) => line.rowIndex === rowIndex)
    )
      continue;
    lines.push({
      row,
      rowIndex,
      policy: row.policy ?? '',
      rule: row.rule ?? '',
      resource: '',
      result: 'Fail',
      reason: 'Not found',
      reasonText: finding.message,
      message: finding.hint ?? '',
    });
  }
  return lines;
}

/** Adds up a run; `linesOf` gives the lines as they count. */
export function countTests(report: TestsReport, linesOf: (result: JudgedTest) => readonly TableLine[]): TestCounts {
  const judged = report.results.filter((result): result is JudgedTest => result.state === 'judged');
  const lines = judged.flatMap(linesOf);
  const count = (word: TableLine['result']): number => lines.filter((line) => line.result === word).length;
  return {
    tests: judged.length,
    unsupported: report.results.filter((result) => result.state === 'unsupported').length,
    broken: report.bad.length + report.results.filter((result) => result.state === 'broken').length,
    passed: count('Pass'),
    failed: count('Fail'),
    skipped: count('Skip'),
  };
}
