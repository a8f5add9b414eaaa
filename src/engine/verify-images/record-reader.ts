import { didYouMean, type InputError } from '../../model/failure.ts';
import { asObject, asString, isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';

/** Makes the error that something at a path is wrong. */
export type Problem = (path: string, text: string, hint?: string) => InputError;

/** Reads the parts of a document; every function throws `InputError` for what is not as it must be. */
export interface RecordReader {
  readonly problem: Problem;
  readonly optionalMap: (value: Json | undefined, path: string) => JsonObject | undefined;
  readonly text: (value: Json | undefined, path: string) => string | undefined;
  /** A map with known keys only. */
  readonly map: (value: Json | undefined, path: string, known: readonly string[]) => JsonObject;
  readonly list: (value: Json | undefined, path: string) => readonly Json[] | undefined;
  readonly texts: (value: Json | undefined, path: string) => Readonly<Record<string, string>>;
  readonly oneOf: <T extends string>(value: Json | undefined, path: string, known: readonly T[]) => T | undefined;
}

/** A reader whose errors `problem` makes. */
export function createRecordReader(problem: Problem): RecordReader {
  const optionalMap = (value: Json | undefined, path: string): JsonObject | undefined => {
    if (value === undefined) return undefined;
    const map = asObject(value);
    if (map === undefined) throw problem(path, 'must be an object');
    return map;
  };
  const text = (value: Json | undefined, path: string): string | undefined => {
    if (value === undefined) return undefined;
    const read = asString(value);
    if (read === undefined || read === '') throw problem(path, 'must be a text');
    return read;
  };
  return {
    problem,
    optionalMap,
    text,
    map: (value, path, known) => {
      if (!isObject(value)) throw problem(path, value === undefined ? 'is missing' : 'must be an object');
      const unknown = Object.keys(value).find((key) => !known.includes(key));
      if (unknown === undefined) return value;
      throw problem(`${path}.${unknown}`, 'is unknown', meant(unknown, known));
    },
    list: (value, path) => {
      if (value === undefined) return undefined;
      if (!isArray(value)) throw problem(path, 'must be a list');
      return value;
    },
    texts: (value, path) => {
      const entries = Object.entries(optionalMap(value, path) ?? {});
      return Object.fromEntries(entries.map(([key, item]) => [key, text(item, `${path}.${key}`) ?? '']));
    },
    oneOf: (value, path, known) => {
      const read = text(value, path);
      const found = known.find((word) => word === read);
      if (read === undefined || found !== undefined) return found;
      throw problem(path, `is unknown: \`${read}\``, meant(read, known));
    },
  };
}

function meant(unknown: string, known: readonly string[]): string {
  const word = didYouMean(unknown, known);
  return word === undefined ? `known here: ${known.join(', ')}` : `did you mean \`${word}\`?`;
}
