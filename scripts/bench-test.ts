// Times `kyverdict test` against the real `kyverno test`, when that is on the path, over the folders of the policy
// library whose policies have no CEL, or with `--all` over all that are supported: median of five runs each. Needs
// ../shared; builds first, unless a built command file is given.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isObject } from '../src/model/json.ts';
import type { Policy } from '../src/model/policy.ts';
import { unsupportedKind } from '../src/policy/index.ts';
import { realFiles } from '../src/testrunner/file-system.ts';
import { findTestFiles } from '../src/testrunner/find-tests.ts';
import { createTestHost } from '../src/testrunner/host.ts';
import { loadPolicies } from '../src/testrunner/load-policies.ts';
import { loadTests } from '../src/testrunner/load-tests.ts';

const RUNS = 5;
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SUITE = fileURLToPath(new URL('../../shared/suites/kyverno-policies', import.meta.url));
const TEST_FILE = 'kyverno-test.yaml';

function hasNoCel({ apiVersion, kind, rules }: Policy): boolean {
  if (!apiVersion.startsWith('kyverno.io/') || !/^(Cluster)?Policy$/.test(kind)) return false;
  return rules.every(({ validate }) => !isObject(validate) || validate['cel'] === undefined);
}

/** Deletes the test files of other folders; gives the number of those that stay. */
function keepFolders(folder: string, isMeant: (policy: Policy) => boolean): number {
  const host = createTestHost({ now: Date.now }, { next: Math.random });
  const { documents } = loadTests(findTestFiles(folder, TEST_FILE, realFiles), realFiles);
  const kept = documents.filter((document) => {
    const reader = { ...host.policies, refusal: () => undefined };
    const keep = loadPolicies(document, realFiles, reader, host.known).accepted.every(isMeant);
    if (!keep) rmSync(document.file, { force: true });
    return keep;
  });
  return kept.length;
}

interface Timed {
  readonly median: number;
  readonly all: readonly number[];
  readonly closing: string;
}

function time(command: string, args: readonly string[], cwd: string): Timed {
  let closing = '';
  const all = Array.from({ length: RUNS }, () => {
    const started = performance.now();
    const { stdout } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
    closing = stdout.trim().split('\n').at(-1) ?? '';
    return (performance.now() - started) / 1000;
  }).sort((a, b) => a - b);
  return { median: all[Math.floor(RUNS / 2)] ?? 0, all, closing };
}

function show(name: string, { median, all, closing }: Timed): void {
  const each = all.map((seconds) => seconds.toFixed(2)).join(' ');
  process.stdout.write(`${name.padEnd(15)} ${median.toFixed(2)} s  (${each})  ${closing}\n`);
}

const all = process.argv.includes('--all');
const [given] = process.argv.slice(2).filter((word) => word !== '--all');
if (given === undefined)
  execFileSync(process.execPath, [join(ROOT, 'scripts/build.ts')], { cwd: ROOT, stdio: 'inherit' });
const main = given === undefined ? join(ROOT, 'dist/src/cli/main.js') : resolve(given);
const folder = mkdtempSync(join(tmpdir(), 'kyverdict-bench-'));
try {
  cpSync(SUITE, folder, { recursive: true });
  const count = keepFolders(folder, all ? (policy) => unsupportedKind(policy) === undefined : hasNoCel);
  const which = all ? 'that are supported' : 'without CEL';
  process.stdout.write(`${count} folders of the policy library ${which}, median of ${RUNS} runs\n`);
  const ours = time(process.execPath, [main, 'test', '.', '--compat'], folder);
  show('kyverdict test', ours);
  if (spawnSync('kyverno', ['version']).error !== undefined) {
    process.stdout.write('kyverno is not on the path\n');
  } else {
    const theirs = time('kyverno', ['test', '.', '--remove-color'], folder);
    show('kyverno test', theirs);
    process.stdout.write(`kyverdict takes ${((100 * ours.median) / theirs.median).toFixed(0)} % of the time\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
