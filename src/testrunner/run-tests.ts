import { relative } from 'node:path';
import type { Failure } from '../model/failure.ts';
import type { FileSystem } from './file-system.ts';
import { findTestFiles } from './find-tests.ts';
import { type BadTestFile, isLegacy, loadTests } from './load-tests.ts';
import { runTest, type TestHost, type TestResult } from './run-test.ts';
import { parseSelector } from './selector.ts';
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
 * Finds, loads and runs tests one after the other. `done` is told of each finished one, for progress.
 * Throws `InputError` for a path that is no folder.
 */
export function runTests(
  options: TestOptions,
  host: TestHost,
  done: (result: TestResult, index: number, total: number) => void,
): TestsReport {
  const paths = options.paths.flatMap((path) => findTestFiles(path, options.fileName, host.files));
  const { documents, bad } = loadTests(paths, host.files);
  const selector = parseSelector(options.selector);
  const chosen = documents.flatMap((test) => {
    const rows = selectedRows(test, selector.select);
    return rows.length === 0 && (test.spec.results?.length ?? 0) > 0 ? [] : [{ test, rows }];
  });
  const results = chosen.map(({ test, rows }, index) => {
    const result = isLegacy(test) ? legacy(test, rows) : runTest(test, rows, host);
    done(result, index, chosen.length);
    return result;
  });
  return { results, bad, found: documents.length, selectorErrors: selector.errors };
}

function selectedRows(test: TestDocument, select: (row: ResultRow) => ResultRow | undefined): readonly ResultRow[] {
  return (test.spec.results ?? []).map(select).filter((row) => row !== undefined);
}

function legacy(test: TestDocument, rows: readonly ResultRow[]): TestResult {
  const failure: Failure = {
    code: 'legacy-test',
    message: 'the test file uses a form that Kyverno no longer reads',
    place: { file: test.file, line: 1 },
    hint: 'add apiVersion: cli.kyverno.io/v1alpha1 and kind: Test, and put the name under metadata',
  };
  return { test, state: 'broken', rows, failures: [failure] };
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
