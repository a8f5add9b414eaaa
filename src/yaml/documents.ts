import { InputError, type Place } from '../model/failure.ts';
import { asArray, asString, isObject, type Json, type JsonObject, type NumberMode } from '../model/json.ts';
import { treeToJson } from './convert.ts';
import { textError } from './excerpt.ts';
import { readFast } from './fast.ts';
import { readJson } from './json-text.ts';
import { offsetOf } from './locate.ts';
import { type Chunk, splitDocuments } from './split.ts';
import { FaultError, parseTree, type Tree } from './tree.ts';

/** One document of a file. */
export interface YamlDocument {
  readonly value: JsonObject;
  /** Where the document starts. */
  readonly place: Place;
  /**
   * Where the value at `path` stands: for a field its key, for a list item the item, for what does not exist the
   * nearest parent that does. Parses the text once more on first use.
   */
  readonly placeOf: (path: readonly (string | number)[]) => Place;
}

/** How to read. */
export interface ReadOptions {
  /** A key that stands twice in a map is a mistake; otherwise the later one counts, as for Kubernetes. */
  readonly strict?: boolean;
}

/**
 * Reads YAML or JSON with one or more documents, as Kubernetes does (YAML 1.1 scalars, keys become text).
 * Documents that are empty or only comments are left out; one that is no object is an error.
 * Throws `InputError` (`TextFailure` inside) with line, column and the source line.
 */
export function readDocuments(
  text: string,
  file: string,
  mode: NumberMode,
  options: ReadOptions = {},
): readonly YamlDocument[] {
  const documents: YamlDocument[] = [];
  for (const { value, chunk, placeOf } of readChunks(text, file, mode, options)) {
    if (value === null) continue;
    const place = contentPlace(chunk, file);
    if (!isObject(value)) {
      const what = Array.isArray(value) ? 'a list' : `a ${typeof value === 'bigint' ? 'number' : typeof value}`;
      throw textError(
        text,
        place,
        'not-an-object',
        `the document is ${what}, not an object`,
        'write `key: value` lines',
      );
    }
    documents.push({ value, place, placeOf });
  }
  return documents;
}

/** Reads documents of any shape: also lists, text, numbers and nulls. Otherwise like `readDocuments`. */
export function readValues(text: string, file: string, mode: NumberMode, options: ReadOptions = {}): readonly Json[] {
  return readChunks(text, file, mode, options).map(({ value }) => value);
}

interface ReadChunk {
  readonly chunk: Chunk;
  readonly value: Json;
  readonly placeOf: YamlDocument['placeOf'];
}

function readChunks(text: string, file: string, mode: NumberMode, options: ReadOptions): readonly ReadChunk[] {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  const { chunks, bad } = splitDocuments(body);
  if (bad !== undefined) {
    const place = { file, line: bad.line, column: 4 };
    const hint = 'put nothing but a comment after `---`';
    throw textError(body, place, 'yaml-separator', `invalid document separator: \`${bad.rest}\``, hint);
  }
  return chunks.map((chunk) => readChunk(body, chunk, file, mode, options.strict ?? false));
}

function readChunk(text: string, chunk: Chunk, file: string, mode: NumberMode, strict: boolean): ReadChunk {
  let tree: Tree | undefined;
  const faulty = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      const { offset, code, message, hint } = error.fault;
      throw textError(text, placeAt(chunk, file, offset), code, message, hint);
    }
  };
  const getTree = () => {
    tree ??= faulty(() => parseTree(chunk.text));
    return tree;
  };
  const fast = readFast(chunk.text, mode, strict) ?? (strict ? undefined : readJson(chunk.text, mode));
  const value = fast === undefined ? faulty(() => treeToJson(getTree(), mode, strict)) : fast.value;
  const placeOf = (path: readonly (string | number)[]) =>
    placeAt(
      chunk,
      file,
      faulty(() => offsetOf(getTree(), path)),
    );
  return { chunk, value, placeOf };
}

function placeAt(chunk: Chunk, file: string, offset: number): Required<Place> {
  const before = chunk.text.slice(0, offset);
  const lastBreak = before.lastIndexOf('\n');
  const line = before.split('\n').length;
  return { file, line: chunk.lineOffset + line, column: offset - lastBreak };
}

function contentPlace(chunk: Chunk, file: string): Required<Place> {
  const at = /^(?![^\S\n]*(?:#|$|---))/m.exec(chunk.text)?.index ?? 0;
  const column = /\S/.exec(chunk.text.slice(at))?.index ?? 0;
  return placeAt(chunk, file, at + column);
}

/** True for a `v1` `List`. */
export function isList(document: JsonObject): boolean {
  return asString(document['kind']) === 'List' && asString(document['apiVersion']) === 'v1';
}

/**
 * The items of a `v1` `List` as documents of their own; any other document as it is.
 * Throws `InputError` for an item that is no object.
 */
export function expandList(document: YamlDocument): readonly YamlDocument[] {
  if (!isList(document.value)) return [document];
  return (asArray(document.value['items']) ?? []).map((item, index) => {
    const place = document.placeOf(['items', index]);
    if (!isObject(item))
      throw new InputError({ code: 'not-an-object', message: 'the list item is not an object', place });
    return { value: item, place, placeOf: (path) => document.placeOf(['items', index, ...path]) };
  });
}
