import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * YAML and JSON files below a folder, or those with other extensions, sorted, counted from `root`, with `/`. Links are
 * followed, a folder that holds itself once; a link to nowhere counts as a file, so that reading it says so. Folders
 * named `node_modules` or `.git` are left out.
 */
export function filesBelow(root: string, folder: string, extensions = /\.(ya?ml|json)$/): readonly string[] {
  const start = folder === '.' ? '' : folder.replace(/\/+$/, '');
  return walk(root, start, extensions, [realpathSync(join(root, folder))]).sort();
}

function walk(root: string, folder: string, extensions: RegExp, above: readonly string[]): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!isFolder(entry, join(root, path))) return extensions.test(entry.name) ? [path] : [];
    if (entry.name === 'node_modules' || entry.name === '.git') return [];
    if (!entry.isSymbolicLink()) return walk(root, path, extensions, above);
    const real = realpathSync(join(root, path));
    return above.some((one) => one === real || one.startsWith(`${real}/`))
      ? []
      : walk(root, path, extensions, [...above, real]);
  });
}

function isFolder(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
