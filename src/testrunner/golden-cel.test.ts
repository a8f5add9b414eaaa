import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { asObject, parseJson } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { isValidatingPolicy } from '../policy/index.ts';
import { shared, sharedLines } from '../testing/shared.ts';
import { captureOutput } from '../testing/test-output.ts';
import { testCommand } from './command.ts';
import { realFiles } from './file-system.ts';
import { findTestFiles } from './find-tests.ts';
import { createTestHost, type TestHost } from './host.ts';
import { loadPolicies } from './load-policies.ts';
import { loadTests } from './load-tests.ts';
import type { TestDocument } from './test-document.ts';

/** Folders with a policy of a kind, and how many there are. */
const SUITES: readonly {
  readonly suite: string;
  readonly what: string;
  readonly has: (policy: Policy) => boolean;
  readonly folders: number;
}[] = [
  { suite: 'kyverno-policies', what: 'validate.cel', has: hasCelRule, folders: 127 },
  { suite: 'kyverno-cli', what: 'validate.cel', has: hasCelRule, folders: 3 },
  { suite: 'kyverno-cli', what: 'ValidatingAdmissionPolicy', has: isAdmissionPolicy, folders: 11 },
  { suite: 'kyverno-policies', what: 'ValidatingPolicy', has: isValidatingPolicy, folders: 100 },
  { suite: 'kyverno-cli', what: 'ValidatingPolicy', has: isValidatingPolicy, folders: 30 },
];

/** Folders that need what is not built yet, with what the run says. */
const NOT_SUPPORTED: Readonly<Record<string, RegExp>> = {
  'sample-policy-exclusion': /ImageValidatingPolicy, MutatingPolicy/,
  'test-validating-policy/envoy-allow': /`envoyPayloads` in a test/,
  'test-validating-policy/envoy-deny': /`envoyPayloads` in a test/,
  'test-validating-policy/envoy-jwt': /`envoyPayloads` in a test/,
  'test-validating-policy/http-allow': /`httpPayloads` in a test/,
  'test-validating-policy/http-deny': /`httpPayloads` in a test/,
};

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

/** A suite, read once for all kinds of policies. */
interface Suite {
  readonly root: string;
  readonly host: TestHost;
  readonly documents: readonly TestDocument[];
  readonly golden: ReadonlyMap<string, readonly Response[]>;
  readonly ends: readonly string[];
}

const suites = new Map<string, Suite>();

function openSuite(suite: string): Suite {
  const root = fileURLToPath(shared(`suites/${suite}`).url);
  const known = suites.get(suite) ?? {
    root,
    host: createTestHost({ now: Date.now }, { next: Math.random }),
    documents: loadTests(findTestFiles(root, OPTIONS.fileName, realFiles), realFiles).documents,
    golden: Map.groupBy(sharedLines(`golden/${suite}.jsonl`, 'float') as unknown as Response[], folderOf),
    ends: readFileSync(shared(`golden/${suite}.exit.tsv`).url, 'utf8').split('\n'),
  };
  suites.set(suite, known);
  return known;
}

for (const { suite, what, has, folders } of SUITES) {
  const { skip } = shared(`suites/${suite}`);
  describe(`${what} in the suite ${suite}`, { skip }, () => {
    test('gets the statuses and messages of the real command, no answer more, and ends as it does', () => {
      const opened = openSuite(suite);
      const { root, host, golden, ends } = opened;
      const chosen = foldersWith(opened, has);
      assert.equal(chosen.length, folders);
      for (const folder of chosen) {
        const ours = runFolder(`${root}/${folder}`, host);
        const missing = NOT_SUPPORTED[folder];
        if (missing !== undefined) {
          assert.match(ours.err, missing, folder);
          continue;
        }
        const theirs = (golden.get(folder) ?? []).flatMap(answers).sort();
        assert.ok(theirs.length > 0, folder);
        assert.deepEqual(ours.responses.flatMap(answers).sort(), theirs, folder);
        // With CEL rules the closing counts of the real command vary from run to run.
        if (what === 'validate.cel') continue;
        const end = (ends.find((line) => line.startsWith(`${folder}\t`)) ?? '').slice(folder.length + 1).trim();
        const extra = what === 'ValidatingPolicy' ? emptyCopies(ours.responses) : 0;
        const possible = Array.from({ length: extra + 1 }, (_, more) => withMorePassed(ours.end, more));
        assert.ok(possible.includes(end), `${folder}: ${ours.end} is not ${end}`);
      }
    });
  });
}

/**
 * The real command asks the copies of a policy for CronJobs and for other controllers in an order that varies from run to
 * run. Where the other one comes first, it prints one row more for each row about a CronJob.
 */
function emptyCopies(responses: readonly Response[]): number {
  return responses.filter(({ key, rules }) => rules === null && key.startsWith('batch/v1,CronJob,')).length * 2;
}

function withMorePassed(end: string, more: number): string {
  return end.replace(/: (\d+) tests passed/, (_, passed: string) => `: ${Number(passed) + more} tests passed`);
}

function folderOf({ test: file }: Response): string {
  return file.slice(0, file.lastIndexOf('/'));
}

function answers({ lane, key, policy, rules }: Response): readonly string[] {
  return (rules ?? []).map(({ name, status, result, message }) =>
    [lane, key, policy.kind, policy.name, name, status, result, message].join(' '),
  );
}

function hasCelRule({ rules }: Policy): boolean {
  return rules.some((rule) => asObject(asObject(rule['validate'])?.['cel']) !== undefined);
}

function isAdmissionPolicy({ kind }: Policy): boolean {
  return kind === 'ValidatingAdmissionPolicy';
}

function foldersWith({ root, host, documents }: Suite, has: (policy: Policy) => boolean): readonly string[] {
  const reader = { read: host.policies.read, refusal: () => undefined };
  const found = documents.filter((document) =>
    loadPolicies(document, realFiles, reader, host.known).accepted.some(has),
  );
  return [...new Set(found.map(({ folder }) => relative(root, folder)))];
}

/** What a folder gave: every response, the exit code with the closing lines, and what was said about it. */
interface Outcome {
  readonly responses: readonly Response[];
  readonly end: string;
  readonly err: string;
}

function runFolder(folder: string, host: TestHost): Outcome {
  const output = captureOutput();
  const code = testCommand({ ...OPTIONS, paths: [folder], responses: 'all.jsonl' }, host, output);
  const { out, err, files } = output.shown;
  const lines = (files.get('all.jsonl') ?? '').split('\n').filter((line) => line !== '');
  const closing = `${out}${err}`.split('\n').filter((line) => /^(Test Summary|Error)/.test(line));
  return {
    responses: lines.map((line) => parseJson(line, 'float') as unknown as Response),
    end: [String(code), ...closing].join(' ').trim(),
    err,
  };
}
