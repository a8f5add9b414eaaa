import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { didYouMean, InputError } from '../model/failure.ts';
import { filesBelow } from './files-below.ts';
import { isFolder } from './project-files.ts';

/** Which feature files a run is about. */
export interface FeatureSelection {
  /** Absolute path of the project: the folder that holds `features/` or `policies/`. */
  readonly root: string;
  /** Feature files, counted from the root, sorted, once each. */
  readonly files: readonly string[];
  /** The same with the lines that were asked for, as cucumber reads them: `features/a.feature:3:7`. */
  readonly paths: readonly string[];
  /** True when lines, or less than the whole `features/` folder, were asked for. */
  readonly partial: boolean;
}

const FEATURE = /\.feature(\.md)?$/;

/**
 * Finds feature files from the arguments of `kyverdict run`: files, folders, `FILE:LINE`; none stands for `features`.
 * `cwd` is where relative paths count from. Throws `InputError` for a path that is not there.
 */
export function findFeatures(args: readonly string[], cwd: string): FeatureSelection {
  const wanted = (args.length === 0 ? ['features'] : args).map((arg) => {
    const [, path = arg, lines = ''] = /^(.*?)((?::\d+)*)$/s.exec(arg) ?? [];
    return { arg, path: resolve(cwd, path), lines };
  });
  const root = findRoot(wanted[0]?.path ?? cwd) ?? cwd;
  const fromRoot = (path: string) => relative(root, path).split(sep).join('/');
  const paths = new Set<string>();
  const files = new Set<string>();
  for (const { arg, path, lines } of wanted) {
    if (!existsSync(path)) throw missing(arg, path, args.length === 0);
    for (const file of isFolder(path) ? filesBelow(root, fromRoot(path), FEATURE) : [fromRoot(path)]) {
      files.add(file);
      paths.add(file + lines);
    }
  }
  const all = isFolder(join(root, 'features')) ? filesBelow(root, 'features', FEATURE) : [];
  const partial = wanted.some(({ lines }) => lines !== '') || all.some((file) => !files.has(file));
  return { root, files: [...files].sort(), paths: [...paths].sort(), partial };
}

function findRoot(path: string): string | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    if (isFolder(folder) && (isFolder(join(folder, 'policies')) || isFolder(join(folder, 'features')))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

function missing(arg: string, path: string, byDefault: boolean): InputError {
  if (byDefault) {
    return new InputError({
      code: 'unknown-file',
      message: 'there is no folder `features` here',
      hint: 'run it where features/ and policies/ are, or name the features',
    });
  }
  let folder = dirname(path);
  while (!existsSync(folder)) folder = dirname(folder);
  const near = isFolder(folder) ? filesBelow(folder, '.', FEATURE) : [];
  const meant = didYouMean(relative(folder, path), near);
  return new InputError({
    code: 'unknown-file',
    message: `there is no file or folder \`${arg}\``,
    ...(meant === undefined ? {} : { hint: `did you mean \`${meant}\`?` }),
  });
}
