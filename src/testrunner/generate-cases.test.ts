import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { describe, test } from 'node:test';
import { goJson } from '../language/go-text.ts';
import { asArray, asObject, asString, isObject, type Json, type JsonObject, parseJson } from '../model/json.ts';
import { writeFiles } from '../testing/write-files.ts';
import { readDocuments } from '../yaml/index.ts';
import { realFiles } from './file-system.ts';
import { createTestHost } from './host.ts';
import { loadTests } from './load-tests.ts';
import { responseLines } from './responses-file.ts';
import { runTest } from './run-test.ts';

const file = new URL('generate-cases.yaml', import.meta.url);
const cases = readDocuments(readFileSync(file, 'utf8'), 'generate-cases.yaml', 'int').map(({ value }) => value);
const host = createTestHost({ now: Date.now }, { next: Math.random });

describe('as the real program generates', () => {
  test('there are cases, and each says what confirmed it', () => {
    assert.equal(cases.length, 21);
    assert.ok(cases.every(({ confirmed = null }) => asString(confirmed)));
  });

  for (const { name = '', answers = null, generated = null, ...given } of cases) {
    test(String(name), () => {
      const rules = run(given);
      const statuses = rules.map(({ name: rule = null, status = null, message = null }) => [rule, status, message]);
      const wanted = list(answers).map(({ rule = null, result = null, message = null }) => [rule, result, message]);
      assert.deepEqual(sorted(statuses), sorted(wanted));
      assert.deepEqual(sorted(rules.flatMap((rule) => list(rule['generated'] ?? null))), sorted(list(generated)));
    });
  }
});

function run({ policy = null, resources = null, exceptions = null }: JsonObject): readonly JsonObject[] {
  const exceptionFile = exceptions === null ? {} : { 'exceptions.yaml': documents(exceptions) };
  const test = {
    apiVersion: 'cli.kyverno.io/v1alpha1',
    kind: 'Test',
    metadata: { name: 'case' },
    policies: ['policy.yaml'],
    resources: ['resources.yaml'],
    ...(exceptions === null ? {} : { exceptions: ['exceptions.yaml'] }),
    results: [],
  };
  const folder = writeFiles({
    'policy.yaml': goJson(policy),
    'resources.yaml': documents(resources),
    'kyverno-test.yaml': goJson(test),
    ...exceptionFile,
  });
  try {
    const { documents: tests } = loadTests([`${folder}/kyverno-test.yaml`], realFiles);
    return tests.flatMap((document) => {
      const result = runTest(document, [], host);
      if (result.state !== 'judged') assert.fail(goJson(JSON.parse(JSON.stringify(result.state)) as Json));
      return responseLines('case', result.run).flatMap((line) => {
        return list(asObject(parseJson(line, 'int'))?.['rules'] ?? null);
      });
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function list(value: Json): readonly JsonObject[] {
  return (asArray(value) ?? []).filter(isObject);
}

function documents(value: Json): string {
  return list(value).map(goJson).join('\n---\n');
}

function sorted(values: readonly Json[]): readonly string[] {
  return values.map(goJson).sort();
}
