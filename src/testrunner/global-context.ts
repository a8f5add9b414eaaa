import { join } from 'node:path';
import { compileQuery, searchQuery } from '../language/jmespath/index.ts';
import type { Clock, Lookup, RandomSource } from '../model/environment.ts';
import { EvaluationError, InputError } from '../model/failure.ts';
import { isObject, type Json } from '../model/json.ts';
import { readDocuments } from '../yaml/index.ts';
import type { FileSystem } from './file-system.ts';
import type { GlobalContextMock, TestDocument } from './test-document.ts';

/**
 * What `globalReference` entries of a test read, by `entry` or `entry.projection`; `undefined` when the test has no
 * mocks, so that such entries are not registered. Throws `InputError` for mocks that Kyverno would refuse.
 * Upstream: `cmd/cli/kubectl-kyverno/store/globalcontext.go`.
 */
export function createGlobalContext(
  test: TestDocument,
  files: FileSystem,
  env: { readonly clock: Clock; readonly random: RandomSource },
): ((name: string) => Lookup<Json>) | undefined {
  const mocks = test.spec.globalContextEntries;
  if (mocks === undefined || mocks.length === 0) return undefined;
  const table = new Map<string, Json>();
  for (const mock of mocks) {
    const name = (mock.name ?? '').trim();
    if (name === '' || table.has(name))
      throw bad(test, name === '' ? 'an entry has no name' : `there are two entries named ${name}`);
    const root = applyPath(rootOf(test, mock, files), mock.fieldPath, test, env);
    const projections = mock.projections ?? [];
    if (projections.length === 0) table.set(name, root);
    else {
      const projected: Record<string, Json> = {};
      for (const { name: key = '', path } of projections) {
        projected[key] = applyPath(root, path, test, env);
        table.set(`${name}.${key}`, projected[key] ?? null);
      }
      table.set(name, projected);
    }
  }
  return (name) => {
    const value = table.get(name);
    return value === undefined ? { ok: false, error: `failed to fetch entry key=${name}` } : { ok: true, value };
  };
}

function rootOf(test: TestDocument, mock: GlobalContextMock, files: FileSystem): Json {
  const sources = [mock.data, mock.resources, mock.resourceFiles].filter((source) => source !== undefined);
  if (sources.length !== 1)
    throw bad(test, `entry ${mock.name ?? ''} needs exactly one of data, resources and resourceFiles`);
  if (mock.data !== undefined) {
    if (!isObject(mock.data)) throw bad(test, `data of entry ${mock.name ?? ''} must be an object`);
    return mock.data;
  }
  if (mock.resources !== undefined) return mock.resources;
  return (mock.resourceFiles ?? []).flatMap((path) => {
    if (path.startsWith('/') || path.split('/').includes('..'))
      throw bad(test, `${path} leaves the folder of the test`);
    const file = join(test.folder, path);
    return readDocuments(files.read(file), file, 'float').map((document) => document.value);
  });
}

function applyPath(
  value: Json,
  path: string | undefined,
  test: TestDocument,
  env: { readonly clock: Clock; readonly random: RandomSource },
): Json {
  if (path === undefined || path === '') return value;
  try {
    return searchQuery(compileQuery(path), value, env);
  } catch (error) {
    if (error instanceof EvaluationError) throw bad(test, `${path}: ${error.message}`);
    throw error;
  }
}

function bad(test: TestDocument, message: string): InputError {
  return new InputError({
    code: 'bad-global-context',
    message: `globalContextEntries: ${message}`,
    place: { file: test.file },
  });
}
