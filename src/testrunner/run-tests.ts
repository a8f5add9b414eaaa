import { relative } from 'node:path';
import type { FileSystem } from './file-system.ts';
import { findTestFiles } from './find-tests.ts';
import type { TestHost } from './host.ts';
import { type BadTestFile, isLegacy, LEGACY, loadTests } from './load-tests.ts';
import { runTest, type TestResult } from './run-test.ts';
import { parseSelector } from './selector.ts';
import type { StrictFinding } from './strict.ts';
import type { ResultRow, TestDocument } from './test-document.ts';
import type { TestOptions } from './test-options.ts';

/** Everything that happened in one invocation of `kyverdict test`. */
export interface TestsReport {
  readonly results: readonly TestResult[];
  /** Test files that could not be read. */
  readonly bad: readonly BadTestFile[];
  /** How many test documents were found, run or not. */
  readonly found: number;
  readonly selectorErrors: readonly string[];
}

/**
 * Finds, loads and runs tests one after the other. `done` is told of each finished one, for progress. Documents without
 * a row (left) are not run. As the real command does, `compat` runs nothing when a test file cannot be read, and stops
 * at the first test that cannot run. Throws `InputError` for a path that is no folder.
 */
export function runTests(
  options: Pick<TestOptions, 'paths' | 'fileName' | 'selector' | 'compat'>,
  host: TestHost,
  done: (result: TestResult, index: number, total: number) => void,
): TestsReport {
  const paths = options.paths.flatMap((path) => findTestFiles(path, options.fileName, host.files));
  const { documents, bad } = loadTests(paths, host.files);
  const selector = parseSelector(options.selector);
  const chosen = documents.flatMap((test) => {
    const all = test.spec.results ?? [];
    const rows = all.map(selector.select);
    const isRun = rows.some((row) => row !== undefined) || isLegacy(test) || (all.length === 0 && !options.compat);
    return isRun ? [withRows(test, rows)] : [];
  });
  const results: TestResult[] = [];
  for (const [index, test] of chosen.entries()) {
    if (options.compat && bad.length > 0) break;
    const rows = test.spec.results ?? [];
    const result = isLegacy(test) ? legacy(test, rows) : rows.length === 0 ? rowless(test) : runTest(test, rows, host);
    results.push(result);
    done(result, index, chosen.length);
    if (options.compat && result.state === 'broken') break;
  }
  return { results, bad, found: documents.length, selectorErrors: selector.errors };
}

/** The test with only the rows that are there. */
function withRows(test: TestDocument, rows: readonly (ResultRow | undefined)[]): TestDocument {
  return {
    ...test,
    spec: { ...test.spec, results: rows.filter((row) => row !== undefined) },
    rowPlace: (index) => test.rowPlace(rows.flatMap((row, i) => (row === undefined ? [] : [i]))[index] ?? -1),
  };
}

/** A test without rows: the real command passes over it in silence. */
function rowless(test: TestDocument): TestResult {
  const finding: StrictFinding = {
    rowIndex: -1,
    code: 'no-rows',
    message: 'the test has no `results`, so it is not run',
    hint: 'add a row to `results`, or delete the file',
  };
  const run = { trigger: new Map(), byOperation: new Map(), targets: new Map() };
  const counts = { policies: 0, resources: 0, exceptions: 0 };
  return { test, state: 'judged', rows: [], lines: [], findings: [finding], run, losses: [], ...counts };
}

function legacy(test: TestDocument, rows: readonly ResultRow[]): TestResult {
  return { test, state: 'broken', rows, failures: [{ ...LEGACY, place: test.rowPlace(-1) }] };
}

/** The path of a test file relative to the folder given that holds it. */
export function relativeTest(file: string, paths: readonly string[]): string {
  const folder = paths.find((path) => !relative(path, file).startsWith('..')) ?? '.';
  return relative(folder, file);
}

/** Reads a file, or gives `undefined` when it is not there. */
export function readIfThere(path: string, files: FileSystem): string | undefined {
  return files.kind(path) === 'file' ? files.read(path) : undefined;
}
