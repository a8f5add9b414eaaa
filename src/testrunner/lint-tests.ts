import { type Failure, InputError, NotSupportedError, type Place } from '../model/failure.ts';
import type { TestHost } from './host.ts';
import { isLegacy, LEGACY, loadTests } from './load-tests.ts';
import { openTest, operationsOf } from './open-test.ts';
import { nameFindings } from './strict.ts';
import type { TestDocument } from './test-document.ts';

/** What is wrong in a test file; `error`: a test fails or is not what it seems. */
export interface TestLint extends Failure {
  readonly severity: 'error' | 'warning';
  readonly place: Place;
}

/**
 * Everything wrong in a test file that can be seen without running it: fields, files that are not there or do not load,
 * names that match nothing, tests without rows. Policies are read but not judged for themselves. Throws nothing.
 */
export function lintTestFile(file: string, host: TestHost): readonly TestLint[] {
  const { documents, bad } = loadTests([file], host.files);
  const broken = bad.flatMap(({ failures }) => failures.map((failure) => located(failure, 'error', { file })));
  return [...broken, ...documents.flatMap((test) => lintTest(test, host))].sort(byPlace);
}

function lintTest(test: TestDocument, host: TestHost): readonly TestLint[] {
  const start = test.rowPlace(-1);
  if (isLegacy(test)) return [located(LEGACY, 'error', start)];
  const rows = test.spec.results ?? [];
  const found: TestLint[] = [];
  if (rows.length === 0) {
    const hint = 'add a row to `results`, or delete the file';
    found.push(
      located({ code: 'no-rows', message: 'the test has no `results`: nothing is tested', hint }, 'error', start),
    );
  }
  try {
    operationsOf(rows, test);
    const { names, losses } = openTest(test, host);
    // Policies have their own findings; what else is lost is told here.
    found.push(...losses.filter(({ place }) => place?.file === test.file).map((one) => located(one, 'error', start)));
    for (const [index, row] of rows.entries()) {
      found.push(...nameFindings(row, index, names).map((one) => located(one, 'error', test.rowPlace(index))));
    }
  } catch (error) {
    if (error instanceof InputError) found.push(...error.failures.map((one) => located(one, 'error', start)));
    else if (error instanceof NotSupportedError) {
      const message = `the names are not checked: ${error.feature} is not supported yet`;
      found.push(located({ code: 'not-supported', message }, 'warning', start));
    } else throw error;
  }
  return found;
}

function located({ code, message, place, hint }: Failure, severity: TestLint['severity'], otherwise: Place): TestLint {
  const where = place?.line === undefined && place?.file === otherwise.file ? otherwise : (place ?? otherwise);
  return { code, message, severity, place: where, ...(hint === undefined ? {} : { hint }) };
}

function byPlace(a: TestLint, b: TestLint): number {
  return (a.place.line ?? 0) - (b.place.line ?? 0) || (a.place.column ?? 0) - (b.place.column ?? 0);
}
