import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { goJson } from '../language/go-text.ts';
import { asArray, asObject, asString, getPath, isObject, type JsonObject, parseJson } from '../model/json.ts';
import { shared, sharedLines } from '../testing/shared.ts';
import { realFiles } from './file-system.ts';
import { createTestHost } from './host.ts';
import { loadTests } from './load-tests.ts';
import { responseLines } from './responses-file.ts';
import { runTest } from './run-test.ts';

/** Test documents whose policies are of `kyverno.io`, and generate or verify images; with the objects they generate. */
const SUITES = [
  { suite: 'kyverno-policies', tests: 6, objects: 7 },
  { suite: 'kyverno-cli', tests: 12, objects: 14 },
] as const;

for (const { suite, tests, objects } of SUITES) {
  const { url, skip } = shared(`suites/${suite}`);
  describe(`the generating and image-verifying tests of the suite ${suite}`, { skip }, () => {
    const root = fileURLToPath(url);
    const golden = skip === false ? chosenTests(suite) : new Map<string, readonly JsonObject[]>();
    const host = createTestHost({ now: Date.now }, { next: Math.random });

    test('are all there, and get every status, message and generated object, and no answer more', () => {
      assert.equal(golden.size, tests);
      let generated = 0;
      for (const [name, wanted] of golden) {
        const all = wanted.flatMap(answers).sort();
        generated += all.filter((line) => !line.endsWith(',null]')).length;
        assert.deepEqual(run(name).flatMap(answers).sort(), all, name);
      }
      assert.equal(generated, objects);
    });

    function run(name: string): readonly JsonObject[] {
      const { documents } = loadTests([`${root}/${name}`], realFiles);
      return documents.flatMap((document) => {
        const result = runTest(document, document.spec.results ?? [], host);
        assert.equal(result.state, 'judged', name);
        const lines = result.state === 'judged' ? responseLines(name, result.run) : [];
        return lines.map((line) => asObject(parseJson(line, 'float')) ?? {});
      });
    }
  });
}

/** The records of the real command by test; a nested folder was run more than once, so equal records count once. */
function chosenTests(suite: string): ReadonlyMap<string, readonly JsonObject[]> {
  const unique = new Map(sharedLines(`golden/${suite}.jsonl`, 'float').map((row) => [goJson(row), row]));
  const records = [...unique.values()].filter(isObject);
  const byTest = Map.groupBy(records, ({ test: name = null }) => asString(name) ?? '');
  return new Map(
    [...byTest].filter(
      ([, list]) =>
        list.every(({ policy = null }) => /^(Cluster)?Policy$/.test(asString(getPath(policy, 'kind')) ?? '')) &&
        list.some((record) => rulesOf(record).some(({ type }) => type === 'Generation' || type === 'ImageVerify')),
    ),
  );
}

function rulesOf({ rules = null }: JsonObject): readonly JsonObject[] {
  return (asArray(rules) ?? []).filter(isObject);
}

function answers(record: JsonObject): readonly string[] {
  const { lane = null, key = null, policy = null } = record;
  return rulesOf(record).map(({ name = null, type = null, status = null, message = null, generated = null }) =>
    goJson([lane, key, policy, name, type, status, message, generated]),
  );
}
