import { EvaluationError } from '../../model/failure.ts';
import { emitRegex } from './emit.ts';
import { runProgram } from './machine.ts';
import { parseRegex } from './parse.ts';
import { compileProgram, type Program } from './program.ts';
import { riskOf } from './risk.ts';

/** A match: where it is, and the text of the whole and of each group. */
export interface Re2Match {
  readonly index: number;
  readonly groups: readonly (string | undefined)[];
}

/** A compiled regular expression of Go's syntax, which never takes more than linear time on long texts. */
export interface Re2Matcher {
  /** Name of each group, `''` for none; group 0 is the whole match. */
  readonly names: readonly string[];
  readonly test: (text: string) => boolean;
  /** The first match at or behind an index. */
  readonly find: (text: string, from: number) => Re2Match | undefined;
}

/** Steps that backtracking may take in the worst case before the machine takes over. */
const AFFORDABLE = 1e6;

/**
 * Compiles a regular expression of Go's syntax. JavaScript's engine does the work where it gives the same answer in
 * bounded time, else a machine as Go has it.
 * Throws `EvaluationError` with Go's text. Upstream: Go regexp.
 */
export function compileMatcher(source: string): Re2Matcher {
  const { node, names } = parseRegex(source, 'perl');
  const { ambiguous, repetitions } = riskOf(node);
  const regexp = ambiguous ? undefined : nativeRegex(emitRegex(node));
  let program: Program | undefined;
  const native = (text: string): RegExp | undefined =>
    (text.length + 1) ** (repetitions + 1) <= AFFORDABLE ? regexp : undefined;

  function run(text: string, from: number, groups: number): readonly number[] | undefined {
    program ??= compileProgram(node);
    return runProgram(program, text, from, groups);
  }

  return {
    names,
    test: (text) => {
      const fast = native(text);
      if (fast === undefined) return run(text, 0, 0) !== undefined;
      fast.lastIndex = 0;
      return fast.test(text);
    },
    find: (text, from) => {
      const fast = native(text);
      if (fast !== undefined) {
        fast.lastIndex = from;
        const match = fast.exec(text);
        return match === null ? undefined : { index: match.index, groups: match };
      }
      const slots = run(text, from, names.length);
      if (slots === undefined) return undefined;
      const groups = names.map((_, i) => {
        const [start = -1, end = -1] = slots.slice(2 * i, 2 * i + 2);
        return start < 0 || end < 0 ? undefined : text.slice(start, end);
      });
      return { index: slots[0] ?? 0, groups };
    },
  };
}

function nativeRegex({ source, flags }: { readonly source: string; readonly flags: string }): RegExp | undefined {
  try {
    return new RegExp(source, `${flags}g`);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The JavaScript form of a regular expression of Go's syntax. Throws `EvaluationError` with Go's text. */
export function compileNative(source: string, flags: string): RegExp {
  const text = source.toWellFormed();
  const emitted = emitRegex(parseRegex(text, 'perl').node);
  const extra = [...new Set(flags)].filter((flag) => !'uv'.includes(flag) && !emitted.flags.includes(flag));
  try {
    return new RegExp(emitted.source, emitted.flags + extra.join(''));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) {
      throw new EvaluationError(`error parsing regexp: expression too large: \`${text}\``);
    }
    throw error;
  }
}
