import { EvaluationError } from '../model/failure.ts';
import { emitRegex } from './re2/emit.ts';
import { parseRegex } from './re2/parse.ts';

/**
 * A regular expression of Go's syntax (RE2) as a JavaScript one that matches the same texts. It always has flag `v`;
 * `flags` may add `g`, `d` or `y`. Groups are numbered, not named (`compileRe2Groups` gives their names).
 * Throws `EvaluationError` with Go's text, e.g. `error parsing regexp: missing closing ): \`(a\``, also for
 * look-around and back-references.
 * Upstream: Go regexp and regexp/syntax.
 */
export function compileRe2(source: string, flags = ''): RegExp {
  return compileRe2Groups(source, flags).regexp;
}

/** As `compileRe2`, with the name of each group (`''` for none); group 0 is the whole match. */
export function compileRe2Groups(
  source: string,
  flags = '',
): { readonly regexp: RegExp; readonly names: readonly string[] } {
  const text = source.toWellFormed();
  const { node, names } = parseRegex(text, 'perl');
  try {
    const emitted = emitRegex(node);
    const extra = [...new Set(flags)].filter((flag) => !'uv'.includes(flag) && !emitted.flags.includes(flag));
    return { regexp: new RegExp(emitted.source, emitted.flags + extra.join('')), names };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) {
      throw new EvaluationError(`error parsing regexp: expression too large: \`${text}\``);
    }
    throw error;
  }
}
