import { statSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean, InputError, type Place } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import { nameOf } from '../model/resource.ts';
import { expandList, readDocuments, type YamlDocument } from '../yaml/index.ts';
import { filesBelow } from './files-below.ts';
import { readText } from './read-text.ts';

/** An object read from a file, and where it stands there. */
export interface FileObject {
  readonly value: JsonObject;
  readonly place: Place;
}

/** The YAML and JSON files of a project, read once each. Paths count from the project's root, with `/`. */
export interface ProjectFiles {
  /** Absolute path of the root. */
  readonly root: string;
  /** Every YAML or JSON file of a folder, sorted; the path itself when it is a file. Throws `InputError` for neither. */
  readonly list: (path: string) => readonly string[];
  readonly text: (path: string) => string;
  /** All objects of `FILE`, `FOLDER` or `FILE#NAME`. Throws `InputError` without a place when there is none. */
  readonly objects: (reference: string) => readonly FileObject[];
  /** The one object of `FILE` or `FILE#NAME`, of this kind when one is given. Throws `InputError` without a place. */
  readonly object: (reference: string, kind?: string) => FileObject;
}

/** Opens a project for reading. Nothing is read before it is asked for. */
export function openProject(root: string): ProjectFiles {
  const texts = new Map<string, string>();
  const parsed = new Map<string, readonly FileObject[]>();

  const text = (path: string) => {
    let found = texts.get(path);
    if (found === undefined) {
      if (!exists(join(root, path))) throw unknownFile(path);
      found = readText(join(root, path), path);
      texts.set(path, found);
    }
    return found;
  };

  const unknownFile = (path: string) => {
    const folder = path.includes('/') ? path.slice(0, path.indexOf('/')) : '.';
    const meant = didYouMean(
      path,
      isFolder(join(root, folder)) ? filesBelow(root, folder).filter((one) => one !== path) : [],
    );
    return new InputError({
      code: 'unknown-file',
      message: `there is no file or folder \`${path}\``,
      ...(meant === undefined ? {} : { hint: `did you mean \`${meant}\`?` }),
    });
  };

  const list = (path: string) => {
    if (!exists(join(root, path))) throw unknownFile(path);
    return isFolder(join(root, path)) ? filesBelow(root, path) : [path];
  };

  const fileObjects = (path: string) => {
    let objects = parsed.get(path);
    if (objects === undefined) {
      objects = readObjects(text(path), path);
      parsed.set(path, objects);
    }
    return objects;
  };

  const objects = (reference: string) => {
    const { path, name } = splitReference(reference);
    const all = list(path).flatMap(fileObjects);
    const found = name === undefined ? all : all.filter(({ value }) => nameOf(value) === name);
    if (found.length > 0) return found;
    if (name === undefined) throw new InputError({ code: 'no-objects', message: `\`${path}\` holds no objects` });
    const meant = didYouMean(
      name,
      all.map(({ value }) => nameOf(value)),
    );
    throw new InputError({
      code: 'unknown-object',
      message: `\`${path}\` holds no object named \`${name}\``,
      hint: meant === undefined ? `it holds ${namesOf(all)}` : `did you mean \`${path}#${meant}\`?`,
    });
  };

  const object = (reference: string, kind?: string) => {
    const all = objects(reference);
    const found = kind === undefined ? all : all.filter(({ value }) => value['kind'] === kind);
    const [first] = found;
    if (first === undefined) {
      throw new InputError({
        code: 'unknown-object',
        message: `\`${reference}\` holds no ${kind}`,
        hint: `it holds ${namesOf(all)}`,
      });
    }
    if (found.length > 1) {
      throw new InputError({
        code: 'ambiguous-object',
        message: `\`${reference}\` holds ${found.length} objects`,
        hint: `add a name: ${found.map(({ value }) => `\`${splitReference(reference).path}#${nameOf(value)}\``).join(', ')}`,
      });
    }
    return first;
  };

  return { root, list, text, objects, object };
}

/** Reads the objects of a text; the items of a `List` count one by one. Throws `InputError` with a place. */
export function readObjects(text: string, file: string): readonly FileObject[] {
  return readDocuments(text, file, 'int')
    .flatMap((document) => expandList(document))
    .map((document) => {
      requireField(document, 'kind');
      requireField(document, 'apiVersion');
      return { value: document.value, place: document.place };
    });
}

function requireField(document: YamlDocument, field: 'kind' | 'apiVersion'): void {
  const value = document.value[field];
  if (typeof value === 'string' && value !== '') return;
  throw new InputError({
    code: `no-${field.toLowerCase()}`,
    message: `the object has no \`${field}\``,
    place: document.placeOf([]),
    hint: `add \`${field}: ${field === 'kind' ? 'Pod' : 'v1'}\` or the like`,
  });
}

function splitReference(reference: string): { readonly path: string; readonly name: string | undefined } {
  const hash = reference.lastIndexOf('#');
  return hash < 0
    ? { path: reference, name: undefined }
    : { path: reference.slice(0, hash), name: reference.slice(hash + 1) };
}

function namesOf(objects: readonly FileObject[]): string {
  return objects.map(({ value }) => `${String(value['kind'])} \`${nameOf(value)}\``).join(', ');
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** True when `path` is a folder. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
