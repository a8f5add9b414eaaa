import { formatFailure } from '../model/failure.ts';
import { EXIT, type ExitCode, worstExitCode } from '../report/exit-code.ts';
import { type Baseline, formatBaseline, parseBaseline } from './baseline.ts';
import type { TestHost } from './host.ts';
import { type LinesOfTest, type NotRun, renderResults } from './output/render.ts';
import { responseLines } from './responses-file.ts';
import type { TestResult } from './run-test.ts';
import { readIfThere, relativeTest, runTests, type TestsReport } from './run-tests.ts';
import type { TestOptions } from './test-options.ts';
import { compatLines, countTests, findingsOf, type ReadTest, strictLines, type TestCounts } from './verdict.ts';

/** Where the command writes. */
export interface TestOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Replaces the line that shows progress; does nothing away from a terminal. */
  readonly progress: (text: string) => void;
  readonly writeFile: (path: string, text: string) => void;
}

/**
 * The whole of `kyverdict test`: runs, prints, writes the files that were asked for and gives the exit code.
 * Throws `InputError` for bad options, paths and baselines.
 */
export function testCommand(options: TestOptions, host: TestHost, output: TestOutput): ExitCode {
  const baseline = loadBaseline(options, host);
  const report = runTests(options, host, (result, index, total) => output.progress(progressLine(result, index, total)));
  output.progress('');
  const nameOf = (result: ReadTest): string => relativeTest(result.test.file, options.paths);
  const tests: readonly LinesOfTest[] = report.results.flatMap((result) => {
    if (result.state === 'broken') return [];
    if (options.compat) return [{ result, lines: compatLines(result) }];
    const name = nameOf(result);
    const lines = strictLines(
      result,
      (finding) => baseline?.accepts(name, result.rows[finding.rowIndex], finding) ?? false,
    );
    return [{ result, lines }];
  });
  const lines = new Map(tests.map((test) => [test.result, test.lines]));
  const counts = countTests(report, (result) => lines.get(result) ?? []);
  output.out(renderResults(tests, notRun(report), options));
  if (options.responses !== undefined) output.writeFile(options.responses, responsesOf(report, nameOf));
  if (options.updateBaseline && options.baseline !== undefined) {
    const found = findingsOf(report.results).map(({ test, row, finding }) => ({ test: nameOf(test), row, finding }));
    output.writeFile(options.baseline, formatBaseline(found));
  }
  const gone = options.updateBaseline ? [] : (baseline?.gone() ?? []);
  output.err(notes(report, gone, options));
  const isAborted = options.compat && counts.broken > 0;
  const summary = isAborted ? '' : summaryLine(counts, options);
  if (options.output === 'table' || options.output === 'markdown') output.out(summary);
  else output.err(summary);
  if (options.compat) output.err(closingError(report, counts));
  return options.compat ? compatExit(report, counts, options) : strictExit(report, counts, gone, options);
}

function progressLine(result: TestResult, index: number, total: number): string {
  return `[${index + 1}/${total}] ${result.test.file}`;
}

/** Test files without a verdict: broken ones, and those that need what is not built yet. */
function notRun({ bad, results }: TestsReport): readonly NotRun[] {
  return [
    ...bad,
    ...results.flatMap((result): readonly NotRun[] => {
      const { file } = result.test;
      if (result.state === 'broken') return [{ file, failures: result.failures }];
      if (result.state === 'judged') return [];
      const message = `not supported yet: ${result.features.join(', ')}`;
      return [{ file, failures: [{ code: 'not-supported', message, place: result.test.rowPlace(-1) }] }];
    }),
  ];
}

function responsesOf(report: TestsReport, nameOf: (result: ReadTest) => string): string {
  return report.results
    .flatMap((result) => (result.state === 'judged' ? responseLines(nameOf(result), result.run) : []))
    .map((line) => `${line}\n`)
    .join('');
}

function loadBaseline(options: TestOptions, host: TestHost): Baseline | undefined {
  if (options.baseline === undefined || options.updateBaseline) return undefined;
  return parseBaseline(readIfThere(options.baseline, host.files) ?? '[]', options.baseline);
}

function summaryLine(counts: TestCounts, options: TestOptions): string {
  const { passed, failed, skipped, tests, unsupported, broken } = counts;
  if (options.compat) {
    return options.failOnly
      ? `\nTest Summary: ${failed} out of ${passed + skipped + failed} tests failed\n\n`
      : `\nTest Summary: ${passed + skipped} tests passed and ${failed} tests failed\n\n`;
  }
  const files = [
    `${tests} ${tests === 1 ? 'test' : 'tests'}`,
    ...(unsupported > 0 ? [`${unsupported} not supported yet`] : []),
    ...(broken > 0 ? [`${broken} broken`] : []),
  ];
  return `\n${passed} passed, ${failed} failed, ${skipped} skipped (${files.join(', ')})\n`;
}

/** The last line of the real command. */
function closingError(report: TestsReport, counts: TestCounts): string {
  if (report.bad.length > 0) return `Error: found ${report.bad.length} errors after loading tests\n`;
  if (counts.broken > 0) return 'Error: failed to run test\n';
  return counts.failed > 0 ? `Error: ${counts.failed} tests failed\n` : '';
}

/** What the table does not show: broken files, unsupported tests, losses, entries of the baseline that are gone. */
function notes(report: TestsReport, gone: readonly string[], options: TestOptions): string {
  const lines: string[] = [];
  for (const error of report.selectorErrors) lines.push(`selector: ${error}`);
  for (const { failures } of report.bad) lines.push(...failures.map(formatFailure));
  for (const result of report.results) {
    if (result.state === 'broken') lines.push(...result.failures.map(formatFailure));
    else lines.push(...result.losses.map(formatFailure));
    if (result.state === 'unsupported') {
      lines.push(`${result.test.file}: not supported yet: ${result.features.join(', ')}`);
    }
  }
  for (const entry of gone) {
    lines.push(`${options.baseline ?? 'baseline'}: no longer found, delete the entry: ${entry}`);
  }
  if (report.found + report.bad.length === 0) {
    lines.push(`there is no ${options.fileName} below ${options.paths.join(', ')}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

function strictExit(report: TestsReport, counts: TestCounts, gone: readonly string[], options: TestOptions): ExitCode {
  const codes: ExitCode[] = [];
  if (counts.broken > 0 || report.selectorErrors.length > 0) codes.push(EXIT.badInput);
  if (report.results.some((result) => result.state !== 'broken' && result.losses.length > 0)) codes.push(EXIT.badInput);
  if (counts.unsupported > 0) codes.push(EXIT.noAnswer);
  if ((counts.failed > 0 && !options.updateBaseline) || gone.length > 0) codes.push(EXIT.notAsExpected);
  const rows = counts.passed + counts.failed + counts.skipped;
  if (rows === 0 && counts.unsupported === 0 && counts.broken === 0) codes.push(EXIT.nothingTested);
  return worstExitCode(codes);
}

/** The exit code of the real command: 1 for failed rows, files that do not load and tests that cannot run. */
function compatExit(report: TestsReport, counts: TestCounts, options: TestOptions): ExitCode {
  if (counts.unsupported > 0) return EXIT.noAnswer;
  const failed = counts.failed > 0 || counts.broken > 0 || (report.found === 0 && options.requireTests);
  return failed ? EXIT.notAsExpected : EXIT.asExpected;
}
