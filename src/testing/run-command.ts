import { PassThrough, Readable } from 'node:stream';
import { runCli } from '../cli/run-cli.ts';

/** What a command line came to. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `kyverdict ARGS` in this process, in a folder, with a text on standard input. */
export async function kyverdict(args: readonly string[], cwd = '/', input = ''): Promise<Ended> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const now = () => Date.UTC(2024, 0, 1);
  const code = await runCli(args, { stdin: Readable.from([input]), stdout, stderr, cwd, env: {}, now });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

export { writeFiles } from './write-files.ts';
