// `npm test`: types, lint, unit tests and the conformance features, side by side. Prints what failed and what was
// skipped, each by name, and ends with one line of counts.
import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

interface Part {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  /** Names, with the reason. */
  readonly skipped: readonly string[];
  /** What a person needs to see when something failed. */
  readonly output: string;
}

const ROOT = fileURLToPath(new URL('../', import.meta.url));
process.chdir(ROOT);

async function execute(
  command: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const code = await new Promise<number>((done) => {
    child.on('error', (error) => {
      output += `${command}: ${error.message}\n`;
      done(127);
    });
    child.on('close', (status) => done(status ?? 1));
  });
  return { code, output };
}

async function check(name: string, command: string, args: readonly string[]): Promise<Part> {
  const { code, output } = await execute(command, args);
  return { name, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [], output };
}

async function unitTests(): Promise<Part> {
  const files = globSync('{src,steps,scripts,tests}/**/*.test.ts').map((file) => join(ROOT, file));
  const skipped: string[] = [];
  const counts = { passed: 0, failed: 0 };
  let output = '';
  const stream = run({ files, concurrency: 2, forceExit: false });
  stream.on('test:pass', ({ name, file, skip }) => {
    if (skip !== undefined && skip !== false)
      skipped.push(`${name}: ${skip === true ? 'no reason given' : String(skip)} (${short(file)})`);
  });
  stream.on('test:summary', ({ file, counts: { passed, cancelled, tests, skipped: left, todo } }) => {
    if (file !== undefined) return;
    counts.passed = passed;
    counts.failed = Math.max(0, tests - passed - left - todo) + cancelled;
  });
  const failures = stream.compose(new spec());
  for await (const chunk of failures) output += String(chunk);
  // A file that dies before its first test counts as one failure in `tests`.
  const from = output.indexOf('✖ failing tests:');
  return { name: 'unit tests', ...counts, skipped, output: from < 0 ? '' : output.slice(from) };
}

function short(file: string | undefined): string {
  return file === undefined ? '' : file.replace(ROOT, '');
}

async function conformance(): Promise<Part> {
  const folder = mkdtempSync(join(tmpdir(), 'kyverdict-'));
  const file = join(folder, 'scenarios.jsonl');
  const { code, output } = await execute(process.execPath, [
    'src/cli/main.ts',
    'run',
    'features',
    '--no-reports',
    '--json',
    file,
  ]);
  let outcomes: readonly string[] = [];
  try {
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    outcomes = lines.map((line) => (JSON.parse(line) as { readonly outcome: string }).outcome);
  } catch {
    // The run ended before it had anything to write; its exit code says so.
  }
  rmSync(folder, { recursive: true, force: true });
  const passed = outcomes.filter((outcome) => outcome === 'passed').length;
  const failed = outcomes.length - passed;
  // A run can fail as a whole with every scenario passed: an unused policy, a rule never seen to act.
  return { name: 'conformance features', passed, failed: failed === 0 && code !== 0 ? 1 : failed, skipped: [], output };
}

const started = performance.now();
const parts = await Promise.all([
  check('types', 'tsc', ['-p', '.']),
  check('lint', 'biome', ['check', '--reporter=summary']),
  unitTests(),
  conformance(),
]);
for (const { name, failed, output } of parts) {
  if (failed > 0) process.stdout.write(`\n── ${name} ──\n${output.trimEnd()}\n`);
}
const skipped = parts.flatMap((part) => part.skipped).sort();
if (skipped.length > 0) process.stdout.write(`\nSkipped:\n${skipped.map((name) => `  ${name}\n`).join('')}`);
process.stdout.write('\n');
for (const { name, passed, failed } of parts) {
  process.stdout.write(`${name}: ${passed} passed, ${failed} failed\n`);
}
const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0);
const [passed, failed] = [sum((part) => part.passed), sum((part) => part.failed)];
process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1)} s\n\n`);
process.stdout.write(`${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
