import assert from 'node:assert/strict';
import { goJson } from '../language/go-text.ts';
import { asObject, isArray, type Json, type JsonObject } from '../model/json.ts';
import type { FileSystem } from '../testrunner/file-system.ts';

/** The path of the test that `caseFiles` makes. */
export const CASE_TEST = 'case/kyverno-test.yaml';

/**
 * A measured case as the files of a test: its `policies`, `resources`, `exceptions` and other `files`, and a test that
 * lists them, with `test` merged in and these rows.
 */
export function caseFiles(given: JsonObject, results: Json): FileSystem {
  const texts = new Map<string, string>();
  for (const key of ['policies', 'resources', 'exceptions']) {
    if (given[key] !== undefined) texts.set(`case/${key}.yaml`, written(given[key]));
  }
  for (const [name, content] of Object.entries(asObject(given['files']) ?? {}))
    texts.set(`case/${name}`, written(content));
  const listed = (key: string) => (given[key] === undefined ? {} : { [key]: [`${key}.yaml`] });
  const document = {
    ...{ apiVersion: 'cli.kyverno.io/v1alpha1', kind: 'Test', metadata: { name: 'case' } },
    ...{ ...listed('policies'), ...listed('resources'), ...listed('exceptions') },
    ...asObject(given['test']),
    results,
  };
  texts.set(CASE_TEST, goJson(document));
  return {
    kind: (path) => (texts.has(path) ? 'file' : path === 'case' ? 'folder' : 'missing'),
    read: (path) => texts.get(path) ?? assert.fail(`${path} is not there`),
    list: () => [...texts.keys()].map((path) => ({ name: path.slice('case/'.length), isFolder: false })),
  };
}

function written(content: Json): string {
  if (typeof content === 'string') return content;
  return isArray(content) ? content.map(goJson).join('\n---\n') : goJson(content);
}
