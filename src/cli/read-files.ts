import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { filesBelow } from '../harness/files-below.ts';
import { readText } from '../harness/read-text.ts';
import { type Failure, InputError } from '../model/failure.ts';
import type { Policy } from '../model/policy.ts';
import { PolicyFileError, readPolicies } from '../policy/index.ts';

/** What files hold, and what is wrong with some of them. */
export interface FilesRead<T> {
  readonly found: readonly T[];
  readonly failures: readonly Failure[];
}

/**
 * Reads files and, in folders, all YAML and JSON files; each file once. Faults inside a file are collected and leave the
 * other files' content. Throws `InputError` for a path that cannot be read.
 */
export function readFiles<T>(
  paths: readonly string[],
  cwd: string,
  read: (text: string, file: string) => readonly T[],
): FilesRead<T> {
  const files = new Map(paths.flatMap((path) => filesOf(path, cwd)).map((file) => [resolve(cwd, file), file]));
  const texts = [...files].map(([path, file]) => ({ file, text: readText(path, file) }));
  const failures: Failure[] = [];
  const found: T[] = [];
  for (const { file, text } of texts) {
    try {
      found.push(...read(text, file));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failures.push(...error.failures);
    }
  }
  return { found, failures };
}

/** Reads policy files and folders. Of two policies with one name the second is a fault, and so is what Kyverno refuses. */
export function readPolicyFiles(paths: readonly string[], cwd: string): FilesRead<Policy> {
  const faults: Failure[] = [];
  const { found, failures } = readFiles(paths, cwd, (text, file) => {
    try {
      return readPolicies(text, file);
    } catch (error) {
      if (!(error instanceof PolicyFileError)) throw error;
      faults.push(...error.failures);
      return error.policies;
    }
  });
  const policies = new Map<string, Policy>();
  for (const policy of found) {
    const key = [policy.kind, policy.namespace, policy.name].join('/');
    const twin = policies.get(key);
    if (twin === undefined) policies.set(key, policy);
    else faults.push(twinFailure(policy, twin));
  }
  return { found: [...policies.values()], failures: [...failures, ...faults] };
}

function twinFailure({ name, place }: Policy, twin: Policy): Failure {
  return {
    code: 'policy-twice',
    message: `policy \`${name}\` is also in ${twin.place?.file ?? 'another file'}`,
    ...(place === undefined ? {} : { place }),
    hint: 'leave one of them out, or give it another name',
  };
}

function filesOf(path: string, cwd: string): readonly string[] {
  const folder = resolve(cwd, path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  return filesBelow(folder, '.').map((file) => join(path, file));
}
