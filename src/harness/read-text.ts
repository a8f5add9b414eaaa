import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { didYouMean, type Failure, InputError } from '../model/failure.ts';

/**
 * The text of a file that a user named; `named` is how. Throws `InputError` for a file that is not there, is a
 * folder or may not be read, without a place, and for one that is not UTF-8.
 */
export function readText(path: string, named: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new InputError(failureOf(error, path, named));
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const place = { file: named, line: 1, column: 1 };
    throw new InputError({ code: 'not-text', message: 'the file is not UTF-8 text', place, hint: 'save it as UTF-8' });
  }
}

function failureOf(error: unknown, path: string, named: string): Failure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EISDIR') return { code: 'not-a-file', message: `\`${named}\` is a folder`, hint: 'name a file' };
  if (code === 'EACCES' || code === 'EPERM') {
    return { code: 'unreadable-file', message: `\`${named}\` may not be read`, hint: 'change its permissions' };
  }
  if (code !== 'ENOENT' && code !== 'ENOTDIR') {
    return { code: 'unreadable-file', message: `\`${named}\` cannot be read: ${String(code ?? error)}` };
  }
  const meant = didYouMean(basename(path), namesIn(dirname(path)));
  const hint = meant === undefined ? {} : { hint: `did you mean \`${meant}\`?` };
  return { code: 'unknown-file', message: `there is no file \`${named}\``, ...hint };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
