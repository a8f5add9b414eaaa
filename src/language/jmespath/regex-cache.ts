import { compileRe2Matcher, type Re2Matcher } from '../regex.ts';

const LIMIT = 256;
const CACHE = new Map<string, Re2Matcher>();

/**
 * Compiles a regular expression of Go's syntax, or finds it among those compiled before: policies mostly use
 * constants. Throws `EvaluationError` with Go's text.
 */
export function cachedRegex(source: string): Re2Matcher {
  const known = CACHE.get(source);
  if (known !== undefined) return known;
  const compiled = compileRe2Matcher(source);
  if (CACHE.size >= LIMIT) CACHE.clear();
  CACHE.set(source, compiled);
  return compiled;
}
