import { compileRe2Groups } from '../regex.ts';

/** A regular expression to search with, and the names of its groups. */
export interface CachedRegex {
  /** Has flag `g`: set `lastIndex` before each use. */
  readonly regexp: RegExp;
  readonly names: readonly string[];
}

const LIMIT = 256;
const CACHE = new Map<string, CachedRegex>();

/**
 * Compiles a regular expression of Go's syntax, or finds it among those compiled before: policies mostly use
 * constants. Throws `EvaluationError` with Go's text.
 */
export function cachedRegex(source: string): CachedRegex {
  const known = CACHE.get(source);
  if (known !== undefined) return known;
  const compiled = compileRe2Groups(source, 'g');
  if (CACHE.size >= LIMIT) CACHE.clear();
  CACHE.set(source, compiled);
  return compiled;
}
