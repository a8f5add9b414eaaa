import { relative, resolve } from 'node:path';
import type { Io } from './command.ts';

/** A path of the user as this process must address it; short where that is possible. `-` stays. */
export function fromHere(path: string, io: Io): string {
  if (path === '-' || /^https?:\/\//.test(path)) return path;
  const absolute = resolve(io.cwd, path);
  const short = relative(process.cwd(), absolute);
  return short === '' ? '.' : short.startsWith('..') ? absolute : short;
}
