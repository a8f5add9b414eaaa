import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Json, parseJson } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { shared, sharedLines } from '../testing/shared.ts';
import { captureOutput } from '../testing/test-output.ts';
import { testCommand } from './command.ts';
import { realFiles } from './file-system.ts';
import { findTestFiles } from './find-tests.ts';
import type { TestHost } from './host.ts';
import { createTestHost } from './host.ts';
import { loadPolicies } from './load-policies.ts';
import { loadTests } from './load-tests.ts';
import type { TestOptions } from './test-options.ts';

/** Folders whose policies have only non-CEL validate rules. */
const SUITES = [
  { suite: 'kyverno-policies', folders: 176 },
  { suite: 'kyverno-cli', folders: 66 },
] as const;

const istio = { skip: shared('suites/kyverno-policies').skip };

/** Messages that cannot be equal, as patterns over `folder policy rule: message`. */
const OTHER_WORDS: readonly RegExp[] = [];

interface Answer {
  readonly id: string;
  readonly message: string;
}

/** What one folder gave: its answers, and its exit code with its closing lines. */
interface Outcome {
  readonly answers: readonly Answer[];
  readonly end: string;
}

const OPTIONS: Omit<TestOptions, 'paths'> = {
  fileName: 'kyverno-test.yaml',
  selector: 'policy=*,rule=*,resource=*',
  output: 'table',
  compat: true,
  failOnly: false,
  detailed: false,
  requireTests: false,
  updateBaseline: false,
};

for (const { suite, folders } of SUITES) {
  const { url, skip } = shared(`suites/${suite}`);
  describe(`the suite ${suite}`, { skip }, () => {
    const root = fileURLToPath(url);
    const host = createTestHost({ now: Date.now }, { next: Math.random });
    const chosen = skip === false ? validateFolders(root, host) : [];
    const ours = new Map(chosen.map((folder) => [folder, runFolder(root, folder, host)]));
    const theirs = goldenAnswers(suite);

    test('has the expected number of folders with only non-CEL validate rules', () => {
      assert.equal(chosen.length, folders);
    });

    test('gets the status of every rule of the real command and no answer more', () => {
      for (const folder of chosen) {
        const wanted = (theirs.get(folder) ?? []).map(({ id }) => id).sort();
        assert.deepEqual(
          ours
            .get(folder)
            ?.answers.map(({ id }) => id)
            .sort(),
          wanted,
          folder,
        );
      }
    });

    test('gets the messages of the real command, but for those with a reason', () => {
      const texts = (answers: readonly Answer[] = []) => answers.map(({ id, message }) => `${id}: ${message}`);
      let compared = 0;
      const different = chosen.flatMap((folder) => {
        const left = texts(theirs.get(folder));
        compared += left.length;
        const extra = texts(ours.get(folder)?.answers).filter((text) => {
          const at = left.indexOf(text);
          if (at >= 0) left.splice(at, 1);
          return at < 0;
        });
        return extra.map((text) => `${folder} ${text}`);
      });
      assert.ok(compared > 300, `${compared} messages`);
      assert.deepEqual(
        different.filter((text) => !OTHER_WORDS.some((pattern) => pattern.test(text))),
        [],
      );
      assert.ok(different.length <= compared * 0.005);
    });

    test('ends each folder with the closing counts and the exit code of the real command', () => {
      const lines = readFileSync(shared(`golden/${suite}.exit.tsv`).url, 'utf8').split('\n');
      const ends = new Map(lines.map((line) => line.split('\t') as [string, string]));
      for (const folder of chosen) assert.equal(ours.get(folder)?.end, ends.get(folder)?.trim(), folder);
    });
  });
}

test('strict mode names the rows of the istio suites whose rules do not exist', istio, () => {
  const root = fileURLToPath(shared('suites/kyverno-policies').url);
  const names = ['add-ambient-mode-namespace', 'enforce-ambient-mode-namespace'];
  const output = captureOutput();
  const host = createTestHost({ now: Date.now }, { next: Math.random });
  const options = { ...OPTIONS, compat: false, paths: names.map((name) => `${root}/istio/${name}`) };
  assert.equal(testCommand(options, host, output), 1);
  for (const name of names) {
    const why = `the policy \`${name}\` has no rule \`check-ambient-mode-enabled\``;
    assert.match(output.shown.out, new RegExp(`${name}/.kyverno-test/kyverno-test.yaml:13:3: Unknown rule: ${why}`));
  }
});

/** The folders, relative to the suite, all of whose policies have nothing but validate rules without CEL. */
function validateFolders(root: string, host: TestHost): readonly string[] {
  const { documents } = loadTests(findTestFiles(root, OPTIONS.fileName, realFiles), realFiles);
  const all = new Map<string, boolean>();
  for (const document of documents) {
    const folder = relative(root, document.folder);
    const { accepted, refused } = loadPolicies(document, realFiles, notJudged(host), host.known);
    assert.equal(refused.size, 0);
    all.set(folder, (all.get(folder) ?? true) && accepted.every(isValidateOnly));
  }
  return [...all].filter(([, only]) => only).map(([folder]) => folder);
}

function notJudged(host: TestHost): TestHost['policies'] {
  return { read: host.policies.read, refusal: () => undefined };
}

function isValidateOnly({ apiVersion, kind, rules }: Policy): boolean {
  if (!apiVersion.startsWith('kyverno.io/') || (kind !== 'ClusterPolicy' && kind !== 'Policy')) return false;
  return rules.every((rule) => {
    const { validate } = rule;
    const others = ['mutate', 'generate', 'verifyImages'].some((block) => isGiven(rule[block]));
    return !others && !(typeof validate === 'object' && validate !== null && 'cel' in validate);
  });
}

function isGiven(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function runFolder(root: string, folder: string, host: TestHost): Outcome {
  const output = captureOutput();
  const code = testCommand({ ...OPTIONS, paths: [`${root}/${folder}`], responses: 'all.jsonl' }, host, output);
  const { out, err, files } = output.shown;
  const closing = `${out}${err}`.split('\n').filter((line) => /^(Test Summary|Error)/.test(line));
  const records = (files.get('all.jsonl') ?? '').split('\n').filter((line) => line !== '');
  return {
    answers: records.flatMap((line) => answersOf(parseJson(line, 'float') as unknown as Response)),
    end: [String(code), ...closing].join(' '),
  };
}

interface Response {
  readonly test: string;
  readonly lane: string;
  readonly key: string;
  readonly policy: { readonly kind: string; readonly name: string; readonly namespace: string };
  readonly rules:
    | readonly {
        readonly name: string;
        readonly type: string;
        readonly status: string;
        readonly result: string;
        readonly message: string;
      }[]
    | null;
}

function answersOf({ lane, key, policy, rules }: Response): readonly Answer[] {
  return (rules ?? []).map(({ name, type, status, result, message }) => ({
    id: [lane, key, policy.kind, policy.namespace, policy.name, name, type, status, result].join(' '),
    message,
  }));
}

/** The real answers by folder. */
function goldenAnswers(suite: string): ReadonlyMap<string, readonly Answer[]> {
  const answers = new Map<string, Answer[]>();
  for (const row of sharedLines(`golden/${suite}.jsonl`, 'float') as unknown as readonly Response[]) {
    const folder = row.test.slice(0, row.test.lastIndexOf('/'));
    const known = answers.get(folder) ?? [];
    known.push(...answersOf(row));
    answers.set(folder, known);
  }
  return answers;
}
