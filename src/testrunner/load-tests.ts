import { dirname } from 'node:path';
import { type Failure, InputError, type Place } from '../model/failure.ts';
import type { FileSystem } from './file-system.ts';
import { readShaped, type ShapedDocument } from './read-shaped.ts';
import { testShape } from './shape.ts';
import type { TestDocument, TestSpec } from './test-document.ts';

/** A test file that could not be read. */
export interface BadTestFile {
  readonly file: string;
  readonly failures: readonly Failure[];
}

/** The documents of all test files, and the files that have none because they are broken. */
export interface LoadedTests {
  readonly documents: readonly TestDocument[];
  readonly bad: readonly BadTestFile[];
}

/** Reads test files; a broken one does not stop the others. */
export function loadTests(paths: readonly string[], files: FileSystem): LoadedTests {
  const documents: TestDocument[] = [];
  const bad: BadTestFile[] = [];
  for (const file of paths) {
    try {
      for (const shaped of readShaped(files.read(file), file, testShape)) documents.push(toTest(file, shaped));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      bad.push({ file, failures: error.failures });
    }
  }
  return { documents, bad };
}

function toTest(file: string, { value, source }: ShapedDocument): TestDocument {
  const spec = value as TestSpec;
  const rows = spec.results ?? [];
  const key = Object.keys(source.value).find((name) => name.toLowerCase() === 'results') ?? 'results';
  const unique = {
    ...spec,
    ...(spec.policies === undefined ? {} : { policies: [...new Set(spec.policies)] }),
    ...(spec.resources === undefined ? {} : { resources: [...new Set(spec.resources)] }),
    ...(spec.jsonPayloads === undefined ? {} : { jsonPayloads: [...new Set(spec.jsonPayloads)] }),
  };
  const rowPlace = (index: number): Place => (rows[index] === undefined ? source.place : source.placeOf([key, index]));
  return { file, folder: dirname(file), spec: unique, rowPlace };
}

/** True for the form without apiVersion and kind, or with a top-level name, which Kyverno refuses. */
export function isLegacy(test: TestDocument): boolean {
  const { apiVersion, kind, name } = test.spec;
  return (
    apiVersion === undefined ||
    apiVersion === '' ||
    kind === undefined ||
    kind === '' ||
    (name !== undefined && name !== '')
  );
}

/** What is said about the form that Kyverno refuses. */
export const LEGACY: Failure = {
  code: 'legacy-test',
  message: 'the test file uses a form that Kyverno no longer reads',
  hint: 'add apiVersion: cli.kyverno.io/v1alpha1 and kind: Test, and put the name under metadata',
};
