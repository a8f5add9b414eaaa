import { didYouMean, formatFailure, InputError, NotSupportedError } from '../model/failure.ts';
import { EXIT, EXIT_CODE_HELP } from '../report/exit-code.ts';
import type { Command, Io } from './command.ts';
import { COMMANDS } from './commands.ts';
import { version } from './version.ts';

/** Runs a command line (without `node` and the script); gives the exit code. Never throws for what a user did. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const [topic] = name === 'help' ? rest : [];
    try {
      io.stdout.write(topic === undefined ? await overview() : (await findCommand(topic)).usage);
    } catch (error) {
      return report(error, io);
    }
    return name === undefined ? EXIT.badInput : EXIT.asExpected;
  }
  if (name === '--version' || name === '-V') {
    io.stdout.write(`${version()}\n`);
    return EXIT.asExpected;
  }
  try {
    const command = await findCommand(name);
    const end = rest.indexOf('--');
    if ((end < 0 ? rest : rest.slice(0, end)).some((arg) => arg === '--help' || arg === '-h')) {
      io.stdout.write(command.usage);
      return EXIT.asExpected;
    }
    return await command.run(rest, io);
  } catch (error) {
    return report(error, io);
  }
}

async function findCommand(name: string): Promise<Command> {
  const found = COMMANDS.find((command) => command.name === name);
  if (found !== undefined) return await found.load();
  const meant = didYouMean(
    name,
    COMMANDS.map((command) => command.name),
  );
  throw new InputError({
    code: 'unknown-command',
    message: `there is no command \`${name}\``,
    hint: meant === undefined ? '`kyverdict --help` lists them' : `did you mean \`${meant}\`?`,
  });
}

async function overview(): Promise<string> {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    `kyverdict ${version()}: tests for Kyverno policies`,
    '',
    'Usage: kyverdict COMMAND [OPTIONS]',
    '',
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    '`kyverdict COMMAND --help` says more about one.',
    '',
    EXIT_CODE_HELP,
    '',
  ].join('\n');
}

function report(error: unknown, io: Io): number {
  if (error instanceof InputError) {
    io.stderr.write(error.failures.map((failure) => `error: ${formatFailure(failure)}\n`).join(''));
    return EXIT.badInput;
  }
  if (error instanceof NotSupportedError) {
    io.stderr.write(`error: ${error.message}\n`);
    return EXIT.noAnswer;
  }
  const text = error instanceof Error ? (io.env['KYVERDICT_DEBUG'] === undefined ? error.message : error.stack) : error;
  io.stderr.write(`error: this is a mistake in kyverdict: ${String(text)}\n`);
  return EXIT.noAnswer;
}
