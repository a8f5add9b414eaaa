import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { didYouMean, type Failure, formatFailure, InputError, type Place } from '../../model/failure.ts';
import { lintPolicies } from '../../policy/index.ts';
import { EXIT } from '../../report/exit-code.ts';
import { createTestHost, type TestHost } from '../../testrunner/host.ts';
import { lintTestFile } from '../../testrunner/lint-tests.ts';
import { annotation } from '../../testrunner/output/github.ts';
import type { Command, Io } from '../command.ts';
import { parseOptions } from '../options.ts';
import { fromHere } from '../paths.ts';

const FORMATS = ['text', 'json', 'github'] as const;

const USAGE = `Usage: kyverdict lint PATH... [options]

Checks policies and tests (kyverno-test.yaml) without running them: fields, refusals and warnings of Kyverno, rules that
do something else than they seem to, test rows whose names match nothing. PATH is a file or a folder.

Options:
  -f, --file-name NAME        base name of test files (kyverno-test.yaml)
  -o, --output-format FORMAT  ${FORMATS.join(', ')} (text)
      --warnings              end with 1 for warnings too

Examples:
  kyverdict lint policies/ tests/
  kyverdict lint . -o github

Exit codes: 0 no error, 1 errors, 3 bad input, 4 there was nothing to check.
`;

/** One finding, whatever it is about. */
interface Finding extends Failure {
  readonly severity: 'error' | 'warning';
  readonly excerpt?: string;
}

/** `kyverdict lint`: checks policies and tests without running them. */
export const lintCommand: Command = {
  name: 'lint',
  summary: 'check policies and tests without running them',
  usage: USAGE,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, {
      'file-name': { type: 'string', short: 'f', default: 'kyverno-test.yaml' },
      'output-format': { type: 'string', short: 'o', default: 'text' },
      warnings: { type: 'boolean', default: false },
    });
    if (positionals.length === 0) {
      throw new InputError({ code: 'no-path', message: 'no file or folder is named', hint: 'kyverdict lint PATH...' });
    }
    const format = formatOf(values['output-format']);
    const host = createTestHost({ now: io.now }, { next: Math.random });
    const files = [...new Set(positionals.flatMap((path) => filesOf(fromHere(path, io))))];
    const checked = files.flatMap((file) => lintFile(file, values['file-name'], host) ?? []);
    const findings = checked.flat();
    show(findings, checked.length, format, io);
    if (checked.length === 0) {
      io.stderr.write(`no policy and no ${values['file-name']} is in ${positionals.join(', ')}: nothing is checked\n`);
      return EXIT.nothingTested;
    }
    const failed = findings.some(({ severity }) => severity === 'error' || values.warnings);
    return failed ? EXIT.notAsExpected : EXIT.asExpected;
  },
};

function formatOf(word: string): (typeof FORMATS)[number] {
  const found = FORMATS.find((name) => name === word);
  if (found !== undefined) return found;
  const meant = didYouMean(word, FORMATS);
  const hint = meant === undefined ? `write one of ${FORMATS.join(', ')}` : `did you mean \`${meant}\`?`;
  throw new InputError({ code: 'unknown-format', message: `unknown output format \`${word}\``, hint });
}

function filesOf(path: string): readonly string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new InputError({ code: 'no-file', message: `there is no file or folder \`${path}\`` });
  }
  if (!stat.isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && name !== '.git')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const below = join(path, entry.name);
      if (entry.isDirectory()) return filesOf(below);
      return /\.ya?ml$/.test(entry.name) ? [below] : [];
    });
}

/** The findings in one file; `undefined` for a file that has nothing of Kyverno in it. */
function lintFile(file: string, testName: string, host: TestHost): readonly (readonly Finding[])[] | undefined {
  if (basename(file) === testName) return [lintTestFile(file, host)];
  const text = readFileSync(file, 'utf8');
  if (!/(?:kyverno|admissionregistration\.k8s)\.io\//.test(text)) return undefined;
  // Exceptions are read in more versions than policies are, where a test lists them.
  const isException = ({ code, message }: Finding) => code === 'unknown-kind' && message.includes('`PolicyException`');
  return [lintPolicies(text, file).filter((finding) => !isException(finding))];
}

function show(findings: readonly Finding[], files: number, format: (typeof FORMATS)[number], io: Io): void {
  const count = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length;
  if (format === 'json') {
    const list = findings.map(({ severity, code, message, place, hint }) => ({
      severity,
      code,
      message,
      ...place,
      hint,
    }));
    io.stdout.write(`${JSON.stringify(list, undefined, 2)}\n`);
    return;
  }
  for (const finding of findings) io.stdout.write(format === 'github' ? github(finding) : text(finding));
  const [errors, warnings] = [count('error'), count('warning')];
  const summary = `${plural(files, 'file')}: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}\n`;
  (format === 'github' ? io.stderr : io.stdout).write(findings.length === 0 ? summary : `\n${summary}`);
}

function text(finding: Finding): string {
  const { excerpt } = finding;
  const line = formatFailure({ ...finding, message: `${finding.severity}: ${finding.message}` });
  return `${line}\n${excerpt === undefined ? '' : `${excerpt}\n`}`;
}

function github({ severity, code, message, hint, place }: Finding): string {
  const where: Place = place ?? { file: '' };
  return annotation(severity, where, code, hint === undefined ? message : `${message} (${hint})`);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
