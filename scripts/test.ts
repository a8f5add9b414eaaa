// `npm test`: types, lint, unit tests and the conformance features, side by side. Prints what failed and what was
// skipped, each by name, and ends with one line of counts.
import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Part } from './part.ts';

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

const ROOT = fileURLToPath(new URL('../', import.meta.url));
process.chdir(ROOT);

async function execute(command: string, args: readonly string[]): Promise<Ended> {
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  const code = await new Promise<number>((done) => {
    child.on('error', (error) => {
      errors += `${command}: ${error.message}\n`;
      done(127);
    });
    child.on('close', (status) => done(status ?? 1));
  });
  return { code, output, errors };
}

async function check(name: string, command: string, args: readonly string[]): Promise<Part> {
  const { code, output, errors } = await execute(command, args);
  return { name, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [], output: output + errors };
}

async function unitTests(files: readonly string[]): Promise<Part> {
  const { code, output, errors } = await execute(process.execPath, ['scripts/unit-tests.ts', ...files]);
  try {
    return JSON.parse(output) as Part;
  } catch {
    const text = `the process ended with ${code}\n${output}${errors}`;
    return { name: 'unit tests', passed: 0, failed: 1, skipped: [], output: text };
  }
}

// Two processes of about the same length for two cores: the lower layers load few modules, so they go together. The
// tests of the package and of containers mostly wait for other programs, so they have one of their own.
function shards(): readonly (readonly string[])[] {
  const files = globSync('{src,steps,scripts,tests}/**/*.test.ts').sort();
  const waiting = /(?:package|k3s)\.test\.ts$/;
  const first = /^src\/(?:admission|apiserver|engine|language|model|policy|yaml)\/|planted-faults/;
  const others = files.filter((file) => !waiting.test(file));
  return [
    files.filter((file) => waiting.test(file)),
    others.filter((file) => first.test(file)),
    others.filter((file) => !first.test(file)),
  ];
}

async function conformance(): Promise<Part> {
  const folder = mkdtempSync(join(tmpdir(), 'kyverdict-'));
  const file = join(folder, 'scenarios.jsonl');
  const args = ['src/cli/main.ts', 'run', 'features', '--no-reports', '--json', file];
  const { code, output, errors } = await execute(process.execPath, args);
  let outcomes: readonly string[] = [];
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    outcomes = lines
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { readonly outcome: string }).outcome);
  } catch {
    // The run ended before it had anything to write; its exit code says so.
  }
  rmSync(folder, { recursive: true, force: true });
  const passed = outcomes.filter((outcome) => outcome === 'passed').length;
  // A run can fail as a whole with every scenario passed: an unused policy, a rule never seen to act.
  const failed = Math.max(outcomes.length - passed, code === 0 ? 0 : 1);
  return { name: 'conformance features', passed, failed, skipped: [], output: output + errors };
}

const started = performance.now();
const parts = await Promise.all([
  check('types', 'tsc', ['-p', '.']),
  check('lint', 'biome', ['check', '--reporter=summary']),
  ...shards().map(unitTests),
  conformance(),
]);
for (const { name, failed, output } of parts) {
  if (failed > 0) process.stdout.write(`\n── ${name} ──\n${output.trimEnd()}\n`);
}
const skipped = parts.flatMap((part) => part.skipped).sort();
if (skipped.length > 0) process.stdout.write(`\nSkipped:\n${skipped.map((name) => `  ${name}\n`).join('')}`);
process.stdout.write('\n');
const counts = new Map<string, { readonly passed: number; readonly failed: number }>();
for (const { name, passed, failed } of parts) {
  const before = counts.get(name) ?? { passed: 0, failed: 0 };
  counts.set(name, { passed: before.passed + passed, failed: before.failed + failed });
}
for (const [name, { passed, failed }] of counts) process.stdout.write(`${name}: ${passed} passed, ${failed} failed\n`);
const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0);
const [passed, failed] = [sum((part) => part.passed), sum((part) => part.failed)];
process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1)} s\n\n`);
process.stdout.write(`${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
