import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { formatFailure, InputError } from '../../model/failure.ts';
import { EXIT, type ExitCode, worstExitCode } from '../../report/exit-code.ts';
import { type Converted, convertTest } from '../../testrunner/convert/convert.ts';
import { createTestHost } from '../../testrunner/host.ts';
import type { TestResult } from '../../testrunner/run-test.ts';
import { runTests } from '../../testrunner/run-tests.ts';
import type { Command, Io } from '../command.ts';
import { parseOptions } from '../options.ts';
import { fromHere } from '../paths.ts';

const USAGE = `Usage: kyverdict convert FOLDER... [options]

Makes features of kyverno-test.yaml files: each resource is a scenario that says what each rule answers. Files are named
as they stand from the project, the folder that holds features/.

Options:
  -f, --file-name NAME  base name of test files (kyverno-test.yaml)
      --project FOLDER  the project (default: where you are)
  -o, --output FOLDER   write a .feature file for each test there (default: print them)

Examples:
  kyverdict convert tests/require-labels
  kyverdict convert tests -o features/converted && kyverdict run features/converted

Exit codes: 0 all is said, 1 something of a test could not be said (it is named), 3 bad input, 4 there was no test,
5 a test needs what is not supported.
`;

/** `kyverdict convert`: makes features of test files. */
export const convertCommand: Command = {
  name: 'convert',
  summary: 'make features of kyverno-test.yaml files',
  usage: USAGE,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, {
      'file-name': { type: 'string', short: 'f', default: 'kyverno-test.yaml' },
      project: { type: 'string', default: '.' },
      output: { type: 'string', short: 'o' },
    });
    if (positionals.length === 0) {
      throw new InputError({ code: 'no-path', message: 'no folder is named', hint: 'kyverdict convert FOLDER...' });
    }
    const host = createTestHost({ now: io.now }, { next: Math.random });
    const root = resolve(io.cwd, values.project);
    const paths = positionals.map((path) => fromHere(path, io));
    const options = { paths, fileName: values['file-name'], selector: 'policy=*', compat: false };
    const report = runTests(options, host, () => undefined);
    const codes: ExitCode[] = report.results.length + report.bad.length === 0 ? [EXIT.nothingTested] : [];
    if (report.found + report.bad.length === 0)
      io.stderr.write(`there is no ${options.fileName} below ${paths.join(', ')}\n`);
    for (const { failures } of report.bad) io.stderr.write(failures.map((one) => `${formatFailure(one)}\n`).join(''));
    if (report.bad.length > 0) codes.push(EXIT.badInput);
    const names = new Map<string, number>();
    for (const result of report.results) {
      const converted =
        result.state === 'judged' && result.rows.length > 0 ? convertTest(result, root, host) : undefined;
      codes.push(converted === undefined ? problem(result, io) : told(result.test.file, converted, io));
      if (converted?.feature === undefined) continue;
      if (values.output === undefined) io.stdout.write(converted.feature);
      else write(converted.feature, featureName(result, root, names), resolve(io.cwd, values.output));
    }
    return worstExitCode(codes);
  },
};

function problem(result: TestResult, io: Io): ExitCode {
  const { file } = result.test;
  if (result.state === 'broken') {
    io.stderr.write(result.failures.map((failure) => `${formatFailure(failure)}\n`).join(''));
    return EXIT.badInput;
  }
  const unsupported = result.state === 'unsupported';
  io.stderr.write(
    `${file}: ${unsupported ? `not supported yet: ${result.features.join(', ')}` : 'the test has no rows'}\n`,
  );
  return unsupported ? EXIT.noAnswer : EXIT.notAsExpected;
}

function told(file: string, { feature, notes }: Converted, io: Io): ExitCode {
  if (feature === undefined) io.stderr.write(`${file}: no feature is made: nothing of the test can be said\n`);
  for (const note of notes) io.stderr.write(`${file}: the feature does not say: ${note}\n`);
  return notes.length === 0 && feature !== undefined ? EXIT.asExpected : EXIT.notAsExpected;
}

/** `require-labels.feature`, and `require-labels-2.feature` for the next of that name. */
function featureName({ test }: TestResult, root: string, names: Map<string, number>): string {
  const parts = relative(root, resolve(test.folder)).split('/');
  const base = parts.filter((part) => !part.startsWith('.')).at(-1) ?? 'test';
  const count = (names.get(base) ?? 0) + 1;
  names.set(base, count);
  return count === 1 ? `${base}.feature` : `${base}-${count}.feature`;
}

function write(text: string, name: string, folder: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
