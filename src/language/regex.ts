import { compileMatcher, compileNative, type Re2Matcher } from './re2/matcher.ts';

export type { Re2Match, Re2Matcher } from './re2/matcher.ts';

/**
 * A regular expression of Go's syntax (RE2) as a JavaScript one that matches the same texts. It always has flag `v`;
 * `flags` may add `g`, `d` or `y`. Groups are numbered, not named. For expressions and texts that users give, prefer
 * `compileRe2Matcher`: this one may backtrack without end.
 * Throws `EvaluationError` with Go's text, e.g. `error parsing regexp: missing closing ): \`(a\``, also for
 * look-around and back-references.
 * Upstream: Go regexp and regexp/syntax.
 */
export function compileRe2(source: string, flags = ''): RegExp {
  return compileNative(source, flags);
}

/**
 * A regular expression of Go's syntax (RE2) that also gives Go's groups and takes bounded time on every text.
 * Throws `EvaluationError` as `compileRe2` does.
 */
export function compileRe2Matcher(source: string): Re2Matcher {
  return compileMatcher(source.toWellFormed());
}
