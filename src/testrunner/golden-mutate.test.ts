import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { goJson } from '../language/go-text.ts';
import {
  asArray,
  asObject,
  asString,
  getPath,
  isObject,
  type Json,
  type JsonObject,
  parseJson,
} from '../model/json.ts';
import { shared, sharedLines } from '../testing/shared.ts';
import { realFiles } from './file-system.ts';
import { createTestHost } from './host.ts';
import { loadTests } from './load-tests.ts';
import { responseLines } from './responses-file.ts';
import { runTest } from './run-test.ts';

/** Test documents whose policies are of `kyverno.io`, without CEL, and change something. */
const SUITES = [
  { suite: 'kyverno-policies', tests: 44 },
  { suite: 'kyverno-cli', tests: 22 },
] as const;

for (const { suite, tests } of SUITES) {
  const { url, skip } = shared(`suites/${suite}`);
  describe(`the mutating tests of the suite ${suite}`, { skip }, () => {
    const root = fileURLToPath(url);
    const golden = skip === false ? mutatingTests(suite) : new Map<string, readonly JsonObject[]>();
    const host = createTestHost({ now: Date.now }, { next: Math.random });
    const ours = new Map([...golden.keys()].map((name) => [name, run(root, name)]));

    function run(folder: string, name: string): readonly JsonObject[] {
      const { documents } = loadTests([`${folder}/${name}`], realFiles);
      return documents.flatMap((document) => {
        const result = runTest(document, document.spec.results ?? [], host);
        assert.equal(result.state, 'judged', name);
        const lines = result.state === 'judged' ? responseLines(name, result.run) : [];
        return lines.map((line) => asObject(parseJson(line, 'float')) ?? {});
      });
    }

    test('are all there', () => {
      assert.equal(golden.size, tests);
    });

    const compared = {
      'every status and message, and no answer more': answers,
      'every object after mutation': patchedObjects,
      'every target after mutation': patchedTargets,
    };
    for (const [what, of] of Object.entries(compared)) {
      test(`get ${what}`, () => {
        let rows = 0;
        for (const [name, wanted] of golden) {
          const all = wanted.flatMap(of).sort();
          rows += all.length;
          assert.deepEqual((ours.get(name) ?? []).flatMap(of).sort(), all, name);
        }
        assert.ok(rows > 0 || suite === 'kyverno-policies', `${rows} rows`);
      });
    }
  });
}

/** The records of the real command by test; a nested folder was run more than once, so equal records count once. */
function mutatingTests(suite: string): ReadonlyMap<string, readonly JsonObject[]> {
  const unique = new Map(sharedLines(`golden/${suite}.jsonl`, 'float').map((row) => [goJson(row), row]));
  const records = [...unique.values()].filter(isObject);
  const byTest = Map.groupBy(records, ({ test: name = null }) => asString(name) ?? '');
  return new Map(
    [...byTest].filter(
      ([, list]) =>
        list.every(({ policy = null }) => /^(Cluster)?Policy$/.test(asString(getPath(policy, 'kind')) ?? '')) &&
        list.some((record) => rulesOf(record).some(({ type }) => type === 'Mutation')),
    ),
  );
}

function rulesOf({ rules = null }: JsonObject): readonly JsonObject[] {
  return (asArray(rules) ?? []).filter(isObject);
}

function place({ lane = null, key = null, policy = null }: JsonObject): readonly Json[] {
  return [lane, key, policy];
}

function answers(record: JsonObject): readonly string[] {
  return rulesOf(record).map(({ name = null, type = null, status = null, result = null, message = null }) =>
    goJson([...place(record), name, type, status, result, message]),
  );
}

function patchedObjects(record: JsonObject): readonly string[] {
  const { patched } = record;
  return patched === undefined || rulesOf(record).length === 0 ? [] : [goJson([...place(record), patched])];
}

function patchedTargets(record: JsonObject): readonly string[] {
  return rulesOf(record).flatMap(({ name = null, patchedTarget }) =>
    patchedTarget === undefined ? [] : [goJson([...place(record), name, patchedTarget])],
  );
}
