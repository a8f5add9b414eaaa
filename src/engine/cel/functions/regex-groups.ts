import { goQuote } from '../../../language/go-text.ts';
import type { Re2Match, Re2Matcher } from '../../../language/regex.ts';
import { EvaluationError } from '../../../model/failure.ts';
import { CelError, CelOptional, type CelValue, NONE } from '../values.ts';
import { intAt, textAt } from './arguments.ts';
import type { FunctionTable } from './function.ts';
import { patternOf } from './standard.ts';

/** Regular expressions with groups, by overload. Upstream: `ext/regex.go` of cel-go in version 1. */
export const REGEX_GROUP_FUNCTIONS: FunctionTable = {
  regex_extract_string_string: (args) =>
    withGroup(textAt(args, 1), (matcher) => {
      const match = matcher.find(textAt(args, 0), 0);
      if (match === undefined) return NONE;
      const text = match.groups[matcher.names.length > 1 ? 1 : 0] ?? '';
      return text === '' && matcher.names.length > 1 ? NONE : new CelOptional(text);
    }),
  regex_extractAll_string_string: (args) =>
    withGroup(textAt(args, 1), (matcher) => {
      const group = matcher.names.length > 1 ? 1 : 0;
      const texts = allMatches(matcher, textAt(args, 0)).map((match) => match.groups[group] ?? '');
      return group === 0 ? texts : texts.filter((text) => text !== '');
    }),
  regex_replace_string_string_string: (args) => replaced(textAt(args, 0), textAt(args, 1), textAt(args, 2), -1),
  regex_replace_string_string_string_int: (args) =>
    replaced(textAt(args, 0), textAt(args, 1), textAt(args, 2), Number(intAt(args, 3))),
};

function withPattern(source: string, work: (matcher: Re2Matcher) => CelValue): CelValue {
  try {
    return work(patternOf(source));
  } catch (error) {
    if (error instanceof EvaluationError) return new CelError(error.message);
    throw error;
  }
}

function withGroup(source: string, work: (matcher: Re2Matcher) => CelValue): CelValue {
  return withPattern(source, (matcher) => {
    if (matcher.names.length <= 2) return work(matcher);
    return new CelError(`regular expression has more than one capturing group: ${goQuote(source)}`);
  });
}

/** All matches that do not overlap, as Go finds them: an empty one right behind another is passed over. */
export function allMatches(matcher: Re2Matcher, text: string, limit = -1): readonly Re2Match[] {
  const found: Re2Match[] = [];
  let from = 0;
  let end = -1;
  while (from <= text.length && (limit < 0 || found.length < limit)) {
    const match = matcher.find(text, from);
    if (match === undefined) break;
    const length = match.groups[0]?.length ?? 0;
    if (length > 0 || match.index !== end) found.push(match);
    end = match.index + length;
    from = length > 0 ? end : end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
  }
  return found;
}

function replaced(text: string, source: string, replacement: string, count: number): CelValue {
  if (count === 0) return text;
  return withPattern(source, (matcher) => {
    let result = '';
    let at = 0;
    for (const match of allMatches(matcher, text, count < 0 ? -1 : count)) {
      const part = expanded(replacement, match, matcher.names.length - 1);
      if (part instanceof CelError) return part;
      result += text.slice(at, match.index) + part;
      at = match.index + (match.groups[0]?.length ?? 0);
    }
    return result + text.slice(at);
  });
}

function expanded(replacement: string, match: Re2Match, groups: number): string | CelError {
  let result = '';
  const characters = [...replacement];
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? '';
    if (character !== '\\') {
      result += character;
      continue;
    }
    const next = characters[++index];
    const bad = `invalid replacement string: '${replacement}' \\ `;
    if (next === undefined) return new CelError(`${bad}not allowed at end`);
    if (next === '\\') result += next;
    else if (!/^\d$/.test(next)) return new CelError(`${bad}must be followed by a digit or \\`);
    else if (Number(next) > groups) {
      return new CelError(`replacement string references group ${next} but regex has only ${groups} group(s)`);
    } else result += match.groups[Number(next)] ?? '';
  }
  return result;
}
