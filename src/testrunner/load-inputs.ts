import { join } from 'node:path';
import { InputError } from '../model/failure.ts';
import type { JsonObject, NumberMode } from '../model/json.ts';
import { readDocuments } from '../yaml/index.ts';
import type { FileSystem } from './file-system.ts';
import { readOne } from './read-shaped.ts';
import { normalizeResource } from './resources.ts';
import { userInfoShape, valuesShape } from './shape.ts';
import type { TestDocument, UserInfoSpec, ValuesSpec } from './test-document.ts';

/** A path of a test document, counted from its folder. */
export function pathOf(test: TestDocument, path: string): string {
  return path.startsWith('/') ? path : join(test.folder, path);
}

/** The values that count for a test: inline ones win over the file, which is then not even opened. */
export function loadValues(test: TestDocument, files: FileSystem): ValuesSpec {
  if (test.spec.values !== undefined) return test.spec.values;
  if (test.spec.variables === undefined || test.spec.variables === '') return {};
  const path = pathOf(test, test.spec.variables);
  return readOne(files.read(path), path, valuesShape) as ValuesSpec;
}

/** The user of a test; `undefined` when it names none. */
export function loadUserInfo(test: TestDocument, files: FileSystem): UserInfoSpec | undefined {
  if (test.spec.userinfo === undefined || test.spec.userinfo === '') return undefined;
  const path = pathOf(test, test.spec.userinfo);
  return readOne(files.read(path), path, userInfoShape) as UserInfoSpec;
}

/** Resources of a test, and the paths that were left out because they cannot be read. */
export interface LoadedResources {
  readonly objects: readonly JsonObject[];
  readonly unreadable: readonly string[];
}

/**
 * Loads resource files. Only the first path is checked: it must exist, and when it is a folder its own YAML files
 * replace the whole list. Later paths that cannot be read are left out (and reported).
 * Throws `InputError` for a missing first path and for a file that does not parse.
 * Upstream: `cmd/cli/kubectl-kyverno/utils/common/fetch.go`.
 */
export function loadResources(
  test: TestDocument,
  listed: readonly string[],
  mode: NumberMode,
  clusterKinds: ReadonlySet<string>,
  files: FileSystem,
): LoadedResources {
  const [first] = listed;
  if (first === undefined) return { objects: [], unreadable: [] };
  let paths = listed.map((path) => pathOf(test, path));
  const firstPath = pathOf(test, first);
  const kind = files.kind(firstPath);
  if (kind === 'missing') {
    throw new InputError({
      code: 'no-file',
      message: `there is no file \`${firstPath}\``,
      place: { file: test.file },
      hint: 'correct the path under `resources`',
    });
  }
  if (kind === 'folder') {
    paths = files
      .list(firstPath)
      .filter((entry) => !entry.isFolder && /\.ya?ml$/.test(entry.name))
      .map((entry) => join(firstPath, entry.name));
  }
  const objects: JsonObject[] = [];
  const unreadable: string[] = [];
  for (const path of paths) {
    if (files.kind(path) === 'file') objects.push(...readResources(path, mode, clusterKinds, files));
    else unreadable.push(path);
  }
  return { objects, unreadable };
}

/** The objects of one resource file, normalised. */
export function readResources(
  path: string,
  mode: NumberMode,
  clusterKinds: ReadonlySet<string>,
  files: FileSystem,
): readonly JsonObject[] {
  return readDocuments(files.read(path), path, mode).map((document) => {
    for (const field of ['kind', 'apiVersion']) {
      if (typeof document.value[field] !== 'string' || document.value[field] === '') {
        throw new InputError({
          code: 'no-kind',
          message: `\`${field}\` is missing`,
          place: document.place,
          hint: 'every resource needs apiVersion and kind',
        });
      }
    }
    return normalizeResource(document.value, clusterKinds);
  });
}
