import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../../model/failure.ts';
import { EXIT, EXIT_CODE_HELP } from '../../report/exit-code.ts';
import { ALLURE_CONFIG } from '../allure-results.ts';
import type { Command, Io } from '../command.ts';
import { parseOptions } from '../options.ts';
import { fileLink, REPORTS } from '../report-files.ts';

const OPTIONS = { reports: { type: 'string', default: 'reports' } } as const;

const USAGE = `Usage: kyverdict report [OPTIONS]

Makes the Allure report of the last run: one HTML file that opens by a double click, no server, no Java.
It needs the npm package \`allure\` (npm install --save-dev allure).

Options:
  --reports DIR  the reports folder (default: reports)

${EXIT_CODE_HELP}
`;

/** `kyverdict report`: makes the Allure report of the last run. */
export const reportCommand: Command = {
  name: 'report',
  summary: 'make the Allure report of the last run',
  usage: USAGE,
  async run(args: readonly string[], io: Io): Promise<number> {
    const { values } = parseOptions(args, OPTIONS);
    const folder = resolve(io.cwd, values.reports);
    const results = join(folder, REPORTS.allure);
    if (!existsSync(results) || readdirSync(results).length === 0) {
      throw new InputError({
        code: 'no-results',
        message: `there are no results in ${relative(io.cwd, results)}`,
        hint: 'run `kyverdict run` first',
      });
    }
    const target = join(folder, 'allure-report');
    rmSync(target, { recursive: true, force: true });
    const output = await runAllure(results, target, folder);
    const file = join(target, 'index.html');
    if (!existsSync(file)) throw new Error(`allure made no report:\n${output}`);
    io.stdout.write(`Allure report: ${relative(io.cwd, file)}\n${fileLink(file)}\n`);
    return EXIT.asExpected;
  },
};

async function runAllure(results: string, target: string, cwd: string): Promise<string> {
  const config = join(cwd, ALLURE_CONFIG);
  const args = [
    allureScript(cwd),
    'awesome',
    results,
    '-o',
    target,
    '--single-file',
    '--name',
    'Kyverdict',
    ...(existsSync(config) ? ['--config', config] : []),
  ];
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const code = await new Promise<number | null>((done) => child.on('close', done));
  if (code !== 0) throw new Error(`allure ended with ${code}:\n${output}`);
  return output;
}

// The user's own `allure` first, then one beside us.
function allureScript(cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const manifest = join(folder, 'node_modules/allure/package.json');
    if (existsSync(manifest)) return binOf(manifest);
    if (folder === dirname(folder)) break;
  }
  try {
    return binOf(fileURLToPath(new URL('../package.json', import.meta.resolve('allure'))));
  } catch {
    throw new InputError({
      code: 'no-allure',
      message: 'the package `allure` is not installed',
      hint: 'npm install --save-dev allure',
    });
  }
}

function binOf(manifest: string): string {
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: string | Record<string, string> };
  return join(dirname(manifest), typeof bin === 'string' ? bin : (bin['allure'] ?? ''));
}
