import { writeFileSync } from 'node:fs';
import { didYouMean, InputError } from '../../model/failure.ts';
import { EXIT_CODE_HELP } from '../../report/exit-code.ts';
import { testCommand as runTestCommand, type TestOutput } from '../../testrunner/command.ts';
import { createTestHost } from '../../testrunner/host.ts';
import { type OutputFormat, outputFormats, type TestOptions } from '../../testrunner/test-options.ts';
import type { Command, Io } from '../command.ts';
import { parseOptions } from '../options.ts';
import { fromHere } from '../paths.ts';

const USAGE = `Usage: kyverdict test PATH... [options]

Runs every kyverno-test.yaml below the paths, as \`kyverno test\` does, and tells which rows test nothing.

Options:
  -f, --file-name NAME           base name of test files (kyverno-test.yaml)
  -t, --test-case-selector TEXT  rows to run: policy=*,rule=*,resource=*
  -o, --output-format FORMAT     ${outputFormats.join(', ')} (table)
      --compat                   judge as \`kyverno test\` does: a row that no rule answered passes
      --fail-only                show failed rows only
      --detailed-results         show messages
      --require-tests            finding no test is a failure (in strict mode it always is)
      --responses FILE           write every engine response as JSON Lines
      --baseline FILE            accept the strict findings listed there, fail on new ones
      --update-baseline          write today's findings to the baseline

By default a row fails too when no rule answered it, when it names a policy, rule or resource that is not there, and
when its policy was refused or did not load.

Examples:
  kyverdict test policies/
  kyverdict test . --compat --fail-only
  kyverdict test . --output-format junit > junit.xml

${EXIT_CODE_HELP}
With --compat: 0 all rows passed, 1 some did not or a file did not load, as \`kyverno test\`; 5 something is not supported.
`;

const OPTIONS = {
  'file-name': { type: 'string', short: 'f', default: 'kyverno-test.yaml' },
  'test-case-selector': { type: 'string', short: 't', default: 'policy=*,rule=*,resource=*' },
  'output-format': { type: 'string', short: 'o', default: 'table' },
  compat: { type: 'boolean', default: false },
  'fail-only': { type: 'boolean', default: false },
  'detailed-results': { type: 'boolean', default: false },
  'require-tests': { type: 'boolean', default: false },
  'update-baseline': { type: 'boolean', default: false },
  responses: { type: 'string' },
  baseline: { type: 'string' },
} as const;

/** `kyverdict test`: runs trees of kyverno-test.yaml files. */
export const testCommand: Command = {
  name: 'test',
  summary: 'run kyverno-test.yaml files',
  usage: USAGE,
  run: async (args, io) =>
    runTestCommand(readOptions(args, io), createTestHost({ now: io.now }, { next: Math.random }), createOutput(io)),
};

function readOptions(args: readonly string[], io: Io): TestOptions {
  const { values, positionals } = parseOptions(args, OPTIONS);
  if (positionals.length === 0) {
    throw new InputError({ code: 'no-path', message: 'no folder is named', hint: 'kyverdict test PATH...' });
  }
  const format = outputFormats.find((name) => name === values['output-format']);
  if (format === undefined) throw unknownFormat(values['output-format']);
  if (values['update-baseline'] && values.baseline === undefined) {
    throw new InputError({ code: 'no-baseline', message: '`--update-baseline` needs `--baseline FILE`' });
  }
  return {
    paths: positionals.map((path) => fromHere(path, io)),
    fileName: values['file-name'],
    selector: values['test-case-selector'],
    output: format,
    compat: values.compat,
    failOnly: values['fail-only'],
    detailed: values['detailed-results'],
    requireTests: values['require-tests'],
    updateBaseline: values['update-baseline'],
    ...(values.responses === undefined ? {} : { responses: fromHere(values.responses, io) }),
    ...(values.baseline === undefined ? {} : { baseline: fromHere(values.baseline, io) }),
  };
}

function unknownFormat(word: string): InputError {
  const meant = didYouMean(word, outputFormats);
  const hint =
    meant === undefined
      ? `write one of ${outputFormats.join(', ')}`
      : `did you mean \`${meant satisfies OutputFormat | string}\`?`;
  return new InputError({ code: 'unknown-format', message: `unknown output format \`${word}\``, hint });
}

function createOutput(io: Io): TestOutput {
  const terminal = io.stderr.isTTY === true;
  return {
    out: (text) => void io.stdout.write(text),
    err: (text) => void (text === '' || io.stderr.write(text)),
    progress: (text) => void (terminal && io.stderr.write(`\r\u001b[K${text}`)),
    writeFile: (path, text) => {
      try {
        writeFileSync(path, text);
      } catch (error) {
        const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
        const hint = 'make its folder first';
        throw new InputError({ code: 'no-output', message: `\`${path}\` cannot be written (${why})`, hint });
      }
    },
  };
}
