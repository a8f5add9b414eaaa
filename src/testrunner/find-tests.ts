import { join } from 'node:path';
import { InputError } from '../model/failure.ts';
import type { FileSystem } from './file-system.ts';

/**
 * The test files under a folder, in the order of the real command: names in byte order, hidden folders too.
 * Throws `InputError` when the folder is not there or is a file.
 */
export function findTestFiles(folder: string, fileName: string, files: FileSystem): readonly string[] {
  const kind = files.kind(folder);
  if (kind !== 'folder') {
    const message = kind === 'missing' ? `there is no folder \`${folder}\`` : `\`${folder}\` is a file, not a folder`;
    throw new InputError({ code: 'no-folder', message, hint: `give the folder that holds the ${fileName} files` });
  }
  const found: string[] = [];
  walk(folder, fileName, files, found);
  return found;
}

function walk(folder: string, fileName: string, files: FileSystem, found: string[]): void {
  for (const entry of files.list(folder)) {
    const path = join(folder, entry.name);
    if (entry.isFolder) walk(path, fileName, files, found);
    else if (entry.name === fileName) found.push(path);
  }
}
