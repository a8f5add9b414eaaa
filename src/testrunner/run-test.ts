import { type Failure, InputError, NotSupportedError } from '../model/failure.ts';
import { evaluateTest } from './evaluate.ts';
import type { TestHost } from './host.ts';
import { judgeRow, type TableLine } from './judge.ts';
import { createManifestCheck } from './manifest-check.ts';
import { type OpenTest, openTest, operationsOf } from './open-test.ts';
import type { TestRun } from './responses.ts';
import { answerFindings, nameFindings, type StrictFinding } from './strict.ts';
import type { ResultRow, TestDocument } from './test-document.ts';

interface AnyTest {
  readonly test: TestDocument;
  readonly rows: readonly ResultRow[];
}

/** A test that ran. */
export interface JudgedTest extends AnyTest {
  readonly state: 'judged';
  readonly lines: readonly TableLine[];
  readonly findings: readonly StrictFinding[];
  readonly run: TestRun;
  readonly policies: number;
  readonly resources: number;
  readonly exceptions: number;
  /** Policy documents that did not load, resource files left out, duplicate resources: the run went on without them. */
  readonly losses: readonly Failure[];
}

/** A test that needs what is not built yet; the names in its rows are checked all the same. */
export interface UnsupportedTest extends AnyTest {
  readonly state: 'unsupported';
  readonly features: readonly string[];
  readonly findings: readonly StrictFinding[];
  readonly losses: readonly Failure[];
}

/** A test that cannot run. */
export interface BrokenTest extends AnyTest {
  readonly state: 'broken';
  readonly failures: readonly Failure[];
}

/** What became of a test document. */
export type TestResult = JudgedTest | UnsupportedTest | BrokenTest;

/** Runs one test document with those of its rows that were selected. */
export function runTest(test: TestDocument, rows: readonly ResultRow[], host: TestHost): TestResult {
  let open: OpenTest | undefined;
  try {
    open = openTest(test, host);
    const operations = operationsOf(rows, test);
    if (open.unsupported.length > 0) return unsupported(test, rows, open.unsupported, open);
    return judge(test, rows, open, evaluateTest(open.inputs, operations), host);
  } catch (error) {
    if (error instanceof NotSupportedError) return unsupported(test, rows, [error.feature], open);
    if (error instanceof InputError) return { test, state: 'broken', rows, failures: error.failures };
    throw error;
  }
}

function judge(
  test: TestDocument,
  rows: readonly ResultRow[],
  open: OpenTest,
  run: TestRun,
  host: TestHost,
): JudgedTest {
  const context = {
    invalidPolicies: open.refused,
    checkManifests: createManifestCheck(test, open.clusterKinds, host.files),
  };
  const byRow = rows.map((row, index) => judgeRow(row, index, run, context));
  let findings: readonly StrictFinding[] | undefined;
  const { inputs, exceptions, losses } = open;
  const { policies: kyverno, admissionPolicies, validatingPolicies } = inputs;
  const policies = kyverno.length + admissionPolicies.policies.length + validatingPolicies.length;
  const counts = { policies, resources: inputs.resources.length, exceptions };
  return {
    ...{ test, state: 'judged', rows, lines: byRow.flat(), run, ...counts, losses },
    // Only strict mode asks for them.
    get findings() {
      findings ??= rows.flatMap((row, index) => {
        const found = nameFindings(row, index, open.names);
        return found.length > 0 ? found : answerFindings(row, index, byRow[index] ?? [], run);
      });
      return findings;
    },
  };
}

function unsupported(
  test: TestDocument,
  rows: readonly ResultRow[],
  features: readonly string[],
  open: OpenTest | undefined,
): UnsupportedTest {
  const findings = open === undefined ? [] : rows.flatMap((row, index) => nameFindings(row, index, open.names));
  return { test, state: 'unsupported', rows, features, findings, losses: open?.losses ?? [] };
}
