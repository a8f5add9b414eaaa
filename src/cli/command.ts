import type { Readable, Writable } from 'node:stream';

/** The outside world, as far as a command may touch it. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Where the user stands: relative paths count from here. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Wall clock in milliseconds. */
  readonly now: () => number;
}

/** A subcommand of `kyverdict`. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What `--help` prints: usage line, options, examples. */
  readonly usage: string;
  /** Runs with the arguments after the command's name; gives the exit code. May throw `InputError` (3). */
  run(args: readonly string[], io: Io): Promise<number>;
}
