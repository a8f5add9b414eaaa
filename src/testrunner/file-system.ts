import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';

/** What a path is; `missing` when nothing is there. Links to folders count as `other` while walking. */
export type PathKind = 'file' | 'folder' | 'missing';

/** The little of a file system that tests need; passed in so that it can be replaced. */
export interface FileSystem {
  kind(path: string): PathKind;
  /** The text of a file. Throws when it cannot be read. */
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
  read: (path) => readFileSync(path, 'utf8'),
  list(path) {
    return readdirSync(path)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .map((name) => ({ name, isFolder: lstatSync(`${path}/${name}`).isDirectory() }));
  },
};
