import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { goJson } from '../language/go-text.ts';
import { asArray, asObject, asString, type Json, type JsonObject } from '../model/json.ts';
import { CASE_TEST, caseFiles } from '../testing/case-files.ts';
import { readDocuments } from '../yaml/index.ts';
import type { FileSystem } from './file-system.ts';
import { createTestHost } from './host.ts';
import { loadTests } from './load-tests.ts';
import { runTest } from './run-test.ts';

const FOLDER = new URL('validating-cases/', import.meta.url);
// Each case is a test that the real command has run: one row for each policy, that expects `measured`.
for (const file of readdirSync(FOLDER)) {
  const text = readFileSync(new URL(file, FOLDER), 'utf8');
  describe(`as the real command says of ValidatingPolicies: ${file}`, () => {
    for (const { value } of readDocuments(text, file, 'int')) {
      test(String(value['name']), () => {
        const files = filesOf(value);
        const [document] = loadTests([CASE_TEST], files).documents;
        assert.ok(document !== undefined);
        const host = createTestHost({ now: Date.now }, { next: Math.random }, files);
        const result = runTest(document, document.spec.results ?? [], host);
        const abort = asString(value['abort']);
        if (abort !== undefined) {
          const [failure] = result.state === 'broken' ? result.failures : [];
          const reason = reasonOf(failure?.message ?? result.state);
          assert.ok(abort.includes(reason), `${reason}\nis not ${abort}`);
          return;
        }
        if (result.state !== 'judged') assert.fail(goJson(JSON.parse(JSON.stringify(result)) as Json));
        assert.ok(result.policies > 0);
        const rows = result.lines.map(({ policy, rule, resource, reasonText, message }) => {
          return [policy, rule, resource, reasonText, message];
        });
        assert.deepEqual(withoutSpareRows(rows), withoutSpareRows(asArray(value['rows']) ?? []));
      });
    }
  });
}

test('of the exceptions among policies one version is passed over, and the others end the run', () => {
  const stateWith = (version: string) => {
    const spec = { policyRefs: [{ name: 'p', kind: 'ValidatingPolicy' }] };
    const apiVersion = `policies.kyverno.io/${version}`;
    const files = filesOf({ policies: [{ apiVersion, kind: 'PolicyException', metadata: { name: 'p' }, spec }] });
    const [document] = loadTests(['case/kyverno-test.yaml'], files).documents;
    assert.ok(document !== undefined);
    return runTest(document, [], createTestHost({ now: Date.now }, { next: Math.random }, files)).state;
  };
  assert.deepEqual(['v1', 'v1beta1', 'v1alpha1'].map(stateWith), ['broken', 'judged', 'broken']);
});

/** What in our error the real command says too. */
function reasonOf(message: string): string {
  return /Kyverno refuses it: (.*?)(?: \(line|$)/.exec(message)?.[1] ?? message;
}

function filesOf(given: JsonObject): FileSystem {
  const names = (asArray(given['policies']) ?? []).map((one) => asObject(asObject(one)?.['metadata'])?.['name'] ?? '');
  const operations = asArray(given['operations']) ?? [null];
  const results = operations.flatMap((operation) =>
    [...new Set(names)].map((policy) => ({ policy, result: 'measured', ...(operation === null ? {} : { operation }) })),
  );
  return caseFiles(given, results);
}

/**
 * Rows in no order. The real command has one row more that says `Excluded` where it happens to ask the wrong copy of a
 * policy first.
 */
function withoutSpareRows(rows: readonly Json[]): readonly string[] {
  const answered = new Set(rows.filter((row) => !isExcluded(row)).map(subjectOf));
  return rows
    .filter((row) => !isExcluded(row) || !answered.has(subjectOf(row)))
    .map(goJson)
    .sort();
}

function isExcluded(row: Json): boolean {
  return asArray(row)?.[3] === 'Excluded';
}

function subjectOf(row: Json): string {
  return goJson([asArray(row)?.[0] ?? '', asArray(row)?.[2] ?? '']);
}
