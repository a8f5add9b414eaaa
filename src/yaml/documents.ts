import { InputError, type Place } from '../model/failure.ts';
import { asArray, asString, isObject, type Json, type JsonObject, type NumberMode } from '../model/json.ts';
import { treeToJson } from './convert.ts';
import { textError } from './excerpt.ts';
import { readFast } from './fast.ts';
import { readJson } from './json-text.ts';
import { offsetInText, offsetOf } from './locate.ts';
import { type Chunk, splitDocuments } from './split.ts';
import { FaultError, parseTree, type Tree } from './tree.ts';

/** One document of a file. */
export interface YamlDocument {
  readonly value: JsonObject;
  /** Where the document starts. */
  readonly place: Place;
  /**
   * Where the value at `path` stands: for a field its key, for a list item the item, for what does not exist the
   * nearest parent that does. With an index, where that character of the text at `path` stands. Parses the text once
   * more on first use.
   */
  readonly placeOf: (path: readonly (string | number)[], index?: number) => Place;
}

/** A document of any shape. */
export interface PlacedValue {
  readonly value: Json;
  readonly placeOf: YamlDocument['placeOf'];
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
  return readEachDocument(text, file, mode, options).map((document) => {
    if (document instanceof InputError) throw document;
    return document;
  });
}

/**
 * Like `readDocuments`, but a document with a mistake is given as its `InputError` among the others.
 * Throws `InputError` only where the text cannot be cut into documents.
 */
export function readEachDocument(
  text: string,
  file: string,
  mode: NumberMode,
  options: ReadOptions = {},
): readonly (YamlDocument | InputError)[] {
  return chunksOf(text, file).flatMap((chunk): readonly (YamlDocument | InputError)[] => {
    try {
      const { value, placeOf } = readChunk(text, chunk, file, mode, options.strict ?? false);
      if (value === null) return [];
      const place = contentPlace(chunk, file);
      if (isObject(value)) return [{ value, place, placeOf }];
      const what = Array.isArray(value) ? 'a list' : `a ${typeof value === 'bigint' ? 'number' : typeof value}`;
      const message = `the document is ${what}, not an object`;
      return [textError(text, place, 'not-an-object', message, 'write `key: value` lines')];
    } catch (error) {
      if (error instanceof InputError) return [error];
      throw error;
    }
  });
}

/** Reads documents of any shape: also lists, text, numbers and nulls. Otherwise like `readDocuments`. */
export function readValues(text: string, file: string, mode: NumberMode, options: ReadOptions = {}): readonly Json[] {
  return readPlacedValues(text, file, mode, options).map(({ value }) => value);
}

/** Like `readValues`, with the places of what is inside. */
export function readPlacedValues(
  text: string,
  file: string,
  mode: NumberMode,
  options: ReadOptions = {},
): readonly PlacedValue[] {
  return chunksOf(text, file).map((chunk) => readChunk(text, chunk, file, mode, options.strict ?? false));
}

function chunksOf(text: string, file: string): readonly Chunk[] {
  const { chunks, bad } = splitDocuments(text.startsWith('\ufeff') ? text.slice(1) : text);
  if (bad === undefined) return chunks;
  const place = { file, line: bad.line, column: 4 };
  const hint = 'put nothing but a comment after `---`';
  throw textError(text, place, 'yaml-separator', `invalid document separator: \`${bad.rest}\``, hint);
}

function readChunk(text: string, chunk: Chunk, file: string, mode: NumberMode, strict: boolean): PlacedValue {
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
  const placeOf: YamlDocument['placeOf'] = (path, index) =>
    placeAt(
      chunk,
      file,
      faulty(() => (index === undefined ? offsetOf(getTree(), path) : offsetInText(getTree(), path, index))),
    );
  return { value, placeOf };
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
    return { value: item, place, placeOf: (path, at) => document.placeOf(['items', index, ...path], at) };
  });
}
