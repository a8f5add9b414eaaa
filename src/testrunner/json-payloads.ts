import { normalize } from 'node:path';
import { InputError } from '../model/failure.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import { readValues } from '../yaml/index.ts';
import type { FileSystem } from './file-system.ts';
import { pathOf } from './load-inputs.ts';
import type { TestDocument } from './test-document.ts';

/** A document that policies in JSON mode judge. */
export interface JsonPayload {
  /** Its path as rows name it: cleaned, counted from the folder of the test. */
  readonly name: string;
  readonly document: JsonObject;
}

/**
 * The documents under `jsonPayloads`, or `jsonPayload` where that list is empty. Numbers of a JSON file are floats, those
 * of a YAML file what they look like. Throws `InputError` for a file that is not one object.
 * Upstream: `cmd/cli/kubectl-kyverno/payload/load.go`, `commands/test/test.go`.
 */
export function loadJsonPayloads(test: TestDocument, files: FileSystem): readonly JsonPayload[] {
  const listed = (test.spec.jsonPayloads ?? []).filter((path) => path.trim() !== '');
  const paths = listed.length > 0 ? listed : [test.spec.jsonPayload ?? ''].filter((path) => path.trim() !== '');
  const named = [...new Set(paths.map(normalize))];
  return named.map((name) => ({ name, document: readJsonPayload(pathOf(test, name), files) }));
}

/** The one object of a JSON or YAML file. Throws `InputError`. */
export function readJsonPayload(path: string, files: FileSystem): JsonObject {
  if (!/\.(json|ya?ml)$/.test(path)) throw bad(path, 'is neither JSON nor YAML by its name');
  if (files.kind(path) !== 'file') throw bad(path, 'is not there');
  const [document, ...more] = readValues(files.read(path), path, path.endsWith('.json') ? 'float' : 'int');
  if (!isObject(document) || more.length > 0) throw bad(path, 'must hold one object');
  return document;
}

function bad(file: string, what: string): InputError {
  const hint = 'correct its path or its content';
  return new InputError({ code: 'bad-payload', message: `the payload ${what}`, place: { file }, hint });
}
