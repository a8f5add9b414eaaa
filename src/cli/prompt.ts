import { text as readStream } from 'node:stream/consumers';
import type { Io } from './command.ts';

/** Asks for a text on standard input, as `kyverno jp` does, and reads all of it. */
export async function prompt(request: string, io: Io): Promise<string> {
  io.stdout.write(`Reading from terminal input.\n${request}\n`);
  return await readStream(io.stdin);
}
