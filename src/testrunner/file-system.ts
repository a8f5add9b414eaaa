import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { InputError } from '../model/failure.ts';

/** What a path is; `missing` when nothing is there. Links to folders count as `other` while walking. */
export type PathKind = 'file' | 'folder' | 'missing';

/** The little of a file system that tests need; passed in so that it can be replaced. */
export interface FileSystem {
  kind(path: string): PathKind;
  /** The text of a file. Throws `InputError` when it cannot be read. */
  read(path: string): string;
  /** Names in a folder, in byte order, with those that are folders themselves (links not followed) marked. */
  list(path: string): readonly { readonly name: string; readonly isFolder: boolean }[];
}

/** The real file system. */
export const realFiles: FileSystem = {
  kind(path) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return 'missing';
    return stat.isDirectory() ? 'folder' : 'file';
  },
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      throw unreadable(path, error);
    }
  },
  list(path) {
    return readdirSync(path)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .map((name) => ({ name, isFolder: lstatSync(`${path}/${name}`).isDirectory() }));
  },
};

const REASONS: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ['there is no file', 'correct the path'],
  EISDIR: ['a file is needed, not the folder', 'name a file in it'],
  EACCES: ['no right to read', 'make the file readable'],
};

function unreadable(path: string, error: unknown): InputError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const [what, hint] = REASONS[code] ?? [`${code} for`, 'see that the file can be read'];
  return new InputError({ code: 'no-file', message: `${what} \`${path}\``, hint });
}
