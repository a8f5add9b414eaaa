import assert from 'node:assert/strict';
import { relative } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { asObject, parseJson } from '../model/json.ts';
import { shared, sharedLines } from '../testing/shared.ts';
import { captureOutput } from '../testing/test-output.ts';
import { testCommand } from './command.ts';
import { realFiles } from './file-system.ts';
import { findTestFiles } from './find-tests.ts';
import { createTestHost, type TestHost } from './host.ts';
import { loadPolicies } from './load-policies.ts';
import { loadTests } from './load-tests.ts';

/** Folders with a policy that has a `validate.cel` rule, and how many there are. */
const SUITES = [
  { suite: 'kyverno-policies', folders: 127 },
  { suite: 'kyverno-cli', folders: 3 },
] as const;

const OPTIONS = {
  fileName: 'kyverno-test.yaml',
  selector: 'policy=*,rule=*,resource=*',
  output: 'table',
  compat: true,
  failOnly: false,
  detailed: false,
  requireTests: false,
  updateBaseline: false,
} as const;

interface Response {
  readonly test: string;
  readonly lane: string;
  readonly key: string;
  readonly policy: { readonly kind: string; readonly name: string };
  readonly rules:
    | readonly { readonly name: string; readonly status: string; readonly result: string; readonly message: string }[]
    | null;
}

for (const { suite, folders } of SUITES) {
  const { url, skip } = shared(`suites/${suite}`);
  describe(`validate.cel in the suite ${suite}`, { skip }, () => {
    test('gets the statuses and messages of the real command, and no answer more', () => {
      const root = fileURLToPath(url);
      const host = createTestHost({ now: Date.now }, { next: Math.random });
      const chosen = celFolders(root, host);
      assert.equal(chosen.length, folders);
      const golden = Map.groupBy(sharedLines(`golden/${suite}.jsonl`, 'float') as unknown as Response[], folderOf);
      for (const folder of chosen) {
        const ours = runFolder(`${root}/${folder}`, host).flatMap(answers).sort();
        const theirs = (golden.get(folder) ?? []).flatMap(answers).sort();
        assert.ok(theirs.length > 0, folder);
        assert.deepEqual(ours, theirs, folder);
      }
    });
  });
}

function folderOf({ test: file }: Response): string {
  return file.slice(0, file.lastIndexOf('/'));
}

function answers({ lane, key, policy, rules }: Response): readonly string[] {
  return (rules ?? []).map(({ name, status, result, message }) =>
    [lane, key, policy.kind, policy.name, name, status, result, message].join(' '),
  );
}

function celFolders(root: string, host: TestHost): readonly string[] {
  const { documents } = loadTests(findTestFiles(root, OPTIONS.fileName, realFiles), realFiles);
  const reader = { read: host.policies.read, refusal: () => undefined };
  const found = documents.filter((document) =>
    loadPolicies(document, realFiles, reader, host.known).accepted.some(({ rules }) =>
      rules.some((rule) => asObject(asObject(rule['validate'])?.['cel']) !== undefined),
    ),
  );
  return [...new Set(found.map(({ folder }) => relative(root, folder)))];
}

function runFolder(folder: string, host: TestHost): readonly Response[] {
  const output = captureOutput();
  testCommand({ ...OPTIONS, paths: [folder], responses: 'all.jsonl' }, host, output);
  const lines = (output.shown.files.get('all.jsonl') ?? '').split('\n').filter((line) => line !== '');
  return lines.map((line) => parseJson(line, 'float') as unknown as Response);
}
