import { InputError } from '../model/failure.ts';
import { isArray, isObject, type Json, type JsonObject, setKey } from '../model/json.ts';
import { readValues } from '../yaml/index.ts';

/** A path into an object: keys and list positions. */
export type FieldPath = readonly (string | number)[];

const PART = /\.?([^.[\]"]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/y;

/**
 * Reads a path such as `spec.containers[0].ports` or `metadata.labels["app.type"]`.
 * Throws `InputError` (without a place) when it is not one.
 */
export function parseFieldPath(text: string): FieldPath {
  const path: (string | number)[] = [];
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const from = PART.lastIndex;
    const match = PART.exec(text);
    if (match === null || (from === 0 && text.startsWith('.'))) {
      throw new InputError({
        code: 'bad-path',
        message: `\`${text}\` is not a field path`,
        hint: 'write it like spec.containers[0].image or metadata.labels["app.type"]',
      });
    }
    const [, key, index, quoted] = match;
    if (key !== undefined) path.push(key);
    else if (index !== undefined) path.push(Number(index));
    else path.push((quoted ?? '').replaceAll(/\\(.)/g, '$1'));
  }
  if (path.length === 0) throw new InputError({ code: 'bad-path', message: 'a field path is empty' });
  return path;
}

/** Reads a table cell as a YAML value: `true`, `"true"`, `30000`, `[80, 443]`, `{ a: b }`. Whole numbers are `bigint`. */
export function parseFieldValue(text: string, file: string): Json {
  return readValues(text, file, 'int')[0] ?? null;
}

/** The value at a path; `undefined` when there is none. */
export function getField(object: Json | undefined, path: FieldPath): Json | undefined {
  let at: Json | undefined = object;
  for (const part of path) {
    if (typeof part === 'number') at = isArray(at) ? at[part] : undefined;
    else at = isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined;
  }
  return at;
}

/**
 * A copy of `object` with the field at `path` set, or removed when `value` is `undefined`. Missing objects and lists on
 * the way are made; a list grows by at most one item. Throws `InputError` (without a place) when the path leads through
 * something that is neither.
 */
export function withField(object: JsonObject, path: FieldPath, value: Json | undefined): JsonObject {
  return setIn(object, path, 0, value) as JsonObject;
}

function setIn(at: Json | undefined, path: FieldPath, depth: number, value: Json | undefined): Json | undefined {
  const part = path[depth];
  if (part === undefined) return value;
  const absent = at === undefined || at === null;
  if (absent && value === undefined) return at;
  if (typeof part === 'number') {
    if (!absent && !isArray(at)) throw wrongWay(path, depth, 'a list');
    const list = absent ? [] : [...(at as readonly Json[])];
    if (part > list.length) {
      throw new InputError({
        code: 'bad-path',
        message: `${pathText(path.slice(0, depth))} has ${list.length} item(s), so item ${part} cannot be set`,
      });
    }
    const next = setIn(list[part], path, depth + 1, value);
    if (next === undefined) list.splice(part, 1);
    else list[part] = next;
    return list;
  }
  if (!absent && !isObject(at)) throw wrongWay(path, depth, 'an object');
  const copy: Record<string, Json> = {};
  for (const [key, old] of Object.entries(absent ? {} : (at as JsonObject))) setKey(copy, key, old);
  const next = setIn(Object.hasOwn(copy, part) ? copy[part] : undefined, path, depth + 1, value);
  if (next === undefined) delete copy[part];
  else setKey(copy, part, next);
  return copy;
}

function wrongWay(path: FieldPath, depth: number, wanted: string): InputError {
  return new InputError({
    code: 'bad-path',
    message: `${pathText(path.slice(0, depth))} is not ${wanted}, so ${pathText(path)} cannot be reached`,
  });
}

/** A path as a person writes it. */
export function pathText(path: FieldPath): string {
  return path
    .map((part, i) => {
      if (typeof part === 'number') return `[${part}]`;
      if (/[.[\]"]/.test(part)) return `[${JSON.stringify(part)}]`;
      return i === 0 ? part : `.${part}`;
    })
    .join('');
}
