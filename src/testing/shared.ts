import { existsSync, readFileSync } from 'node:fs';
import { type Json, type NumberMode, parseJson } from '../model/json.ts';

const ROOT = new URL('../../../shared/', import.meta.url);

/** Measured data beside the checkout, for tests only: its address and why a test must be skipped, if it must. */
export interface SharedData {
  readonly url: URL;
  /** `false` when the data is there; else the reason to give to `test(name, { skip })`. */
  readonly skip: string | false;
}

/** Finds a file or folder of `../shared`, e.g. `golden/units/match.jsonl`. */
export function shared(path: string): SharedData {
  const url = new URL(path, ROOT);
  return { url, skip: existsSync(url) ? false : `../shared/${path} is not here` };
}

/** The rows of a JSON Lines file of `../shared`; empty when it is not here. */
export function sharedLines(path: string, mode: NumberMode): readonly Json[] {
  const { url, skip } = shared(path);
  if (skip !== false) return [];
  return readFileSync(url, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parseJson(line, mode));
}
