import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { goJson } from '../language/go-text.ts';
import { asArray, asObject, asString, type Json, type JsonObject, parseJson } from '../model/json.ts';
import { CASE_TEST, caseFiles } from '../testing/case-files.ts';
import { createTestHost } from './host.ts';
import { loadTests } from './load-tests.ts';
import { openTest } from './open-test.ts';
import { responseLines } from './responses-file.ts';
import { type JudgedTest, runTest } from './run-test.ts';
import { compatLines } from './verdict.ts';

const FOLDER = new URL('measured-cases/', import.meta.url);
// Each case is a test that the real `kyverno test` of 1.19.0 has run, with all that its rules answered: `answers`, or
// why it gave up: `abort`; `refused`: policies that it left out; `table`: what it said of the rows.
for (const file of readdirSync(FOLDER)) {
  describe(`as the real command answers: ${file}`, () => {
    const lines = readFileSync(new URL(file, FOLDER), 'utf8').trimEnd().split('\n');
    for (const given of lines.map((line) => asObject(parseJson(line, 'int')) ?? {})) {
      test(String(given['name']), () => {
        const policies = (asArray(given['policies']) ?? []).map((one) => asObject(asObject(one)?.['metadata']) ?? {});
        const rows = policies.map(({ name = '' }) => ({ policy: name, result: 'pass' }));
        const files = caseFiles(given, given['results'] ?? rows);
        const [document] = loadTests([CASE_TEST], files).documents;
        assert.ok(document !== undefined);
        const host = createTestHost({ now: Date.now }, { next: Math.random }, files);
        const result = runTest(document, document.spec.results ?? [], host);
        if (given['abort'] !== undefined) {
          assert.equal(result.state, 'broken', asString(given['abort']));
          return;
        }
        if (result.state !== 'judged') assert.fail(goJson(JSON.parse(JSON.stringify(result)) as Json));
        assert.deepEqual(answersOf(result), sorted(given['answers']));
        if (given['refused'] !== undefined) {
          assert.deepEqual(Object.fromEntries(openTest(document, host).refused), given['refused']);
        }
        if (given['table'] !== undefined) assert.deepEqual(sorted(tableOf(result)), sorted(given['table']));
      });
    }
  });
}

function answersOf({ run }: JudgedTest): readonly string[] {
  const lines = responseLines('case', run).map((line) => asObject(parseJson(line, 'int')) ?? {});
  const answers = lines.flatMap(({ lane = null, key = null, policy = null, rules = null, patched }) =>
    rules === null
      ? []
      : [
          {
            ...{ lane, key, policy: asObject(policy)?.['name'] ?? null },
            rules: (asArray(rules) ?? []).map((rule) => {
              const { result: _, ...rest } = asObject(rule) ?? {};
              return rest;
            }),
            ...(patched === undefined ? {} : { patched }),
          } satisfies JsonObject,
        ],
  );
  return sorted(answers);
}

function tableOf(result: JudgedTest): Json {
  return compatLines(result).map(({ policy, rule, resource, result: verdict, reasonText }) => {
    return [policy, rule, resource, verdict, reasonText];
  });
}

function sorted(values: Json | undefined): readonly string[] {
  return (asArray(values) ?? []).map(goJson).sort();
}
