import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { describe, test } from 'node:test';
import { goJson } from '../language/go-text.ts';
import { asArray, asObject, asString, isObject, type Json, type JsonObject, parseJson } from '../model/json.ts';
import { captureOutput } from '../testing/test-output.ts';
import { writeFiles } from '../testing/write-files.ts';
import { readDocuments } from '../yaml/index.ts';
import { testCommand } from './command.ts';
import { createTestHost } from './host.ts';

const file = new URL('compat-cases.yaml', import.meta.url);
const cases = readDocuments(readFileSync(file, 'utf8'), 'compat-cases.yaml', 'float').map(({ value }) => value);
const host = createTestHost({ now: Date.now }, { next: Math.random });

describe('as the real test command judges', () => {
  test('there are cases', () => assert.ok(cases.length >= 8));

  for (const { name = '', files = null, code = null, summary = '', answers = null } of cases) {
    test(String(name), () => {
      const given = Object.entries(asObject(files) ?? {}).map(([path, text]) => [path, asString(text) ?? '']);
      const outcome = run(Object.fromEntries(given));
      assert.deepEqual(
        { ...outcome, answers: sorted(outcome.answers) },
        { code, summary, answers: sorted(list(answers)) },
      );
    });
  }
});

interface Outcome {
  readonly code: number;
  readonly summary: string;
  readonly answers: readonly Json[];
}

function run(files: Readonly<Record<string, string>>): Outcome {
  const folder = writeFiles(files);
  const output = captureOutput();
  try {
    const code = testCommand(
      {
        ...{ paths: [folder], fileName: 'kyverno-test.yaml', selector: 'policy=*,rule=*,resource=*', output: 'table' },
        ...{ compat: true, failOnly: false, detailed: false, requireTests: false, updateBaseline: false },
        responses: 'all.jsonl',
      },
      host,
      output,
    );
    const { out, files: written } = output.shown;
    const records = (written.get('all.jsonl') ?? '').split('\n').filter((line) => line !== '');
    return {
      code,
      summary: /^Test Summary: .*/m.exec(out)?.[0] ?? '',
      answers: records.flatMap((line) => answersOf(asObject(parseJson(line, 'float')) ?? {})),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function answersOf({ key = null, policy = null, rules = null }: JsonObject): readonly JsonObject[] {
  return list(rules).map(({ name = null, status = null, message = null }) => ({
    ...{ key, policy: asObject(policy)?.['name'] ?? null, rule: name, status, message },
  }));
}

function list(value: Json): readonly JsonObject[] {
  return (asArray(value) ?? []).filter(isObject);
}

function sorted(values: readonly Json[]): readonly string[] {
  return values.map(goJson).sort();
}
