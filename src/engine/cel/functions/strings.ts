import { GO_ESCAPES } from '../../../language/go-text.ts';
import { goTrimSpace } from '../../../language/go-text-numbers.ts';
import { EvaluationError } from '../../../model/failure.ts';
import { goValueText } from '../go-value-text.ts';
import { CelError, type CelValue } from '../values.ts';
import { intAt, listAt, textAt } from './arguments.ts';
import { formatText } from './format.ts';
import type { FunctionTable } from './function.ts';
import { allMatches } from './regex-groups.ts';
import { patternOf } from './standard.ts';

/** Texts, by overload. Indexes count code points. Upstream: `ext/strings.go` of cel-go in version 2. */
export const STRING_FUNCTIONS: FunctionTable = {
  string_char_at_int: (args) => {
    const runes = [...textAt(args, 0)];
    const index = intAt(args, 1);
    return index < 0 || index > runes.length ? outOfRange(index) : (runes[Number(index)] ?? '');
  },
  string_index_of_string: (args) => indexOf(textAt(args, 0), textAt(args, 1), 0n),
  string_index_of_string_int: (args) => indexOf(textAt(args, 0), textAt(args, 1), intAt(args, 2)),
  string_last_index_of_string: (args) => {
    const length = [...textAt(args, 0)].length;
    if (textAt(args, 1) === '') return BigInt(length);
    return length === 0 ? -1n : lastIndexOf(textAt(args, 0), textAt(args, 1), BigInt(length - 1));
  },
  string_last_index_of_string_int: (args) => lastIndexOf(textAt(args, 0), textAt(args, 1), intAt(args, 2)),
  string_lower_ascii: (args) => textAt(args, 0).replaceAll(/[A-Z]+/g, (part) => part.toLowerCase()),
  string_upper_ascii: (args) => textAt(args, 0).replaceAll(/[a-z]+/g, (part) => part.toUpperCase()),
  string_trim: (args) => goTrimSpace(textAt(args, 0)),
  string_replace_string_string: (args) => replace(textAt(args, 0), textAt(args, 1), textAt(args, 2), -1),
  string_replace_string_string_int: (args) =>
    replace(textAt(args, 0), textAt(args, 1), textAt(args, 2), Number(intAt(args, 3))),
  string_split_string: (args) => split(textAt(args, 0), textAt(args, 1), -1),
  string_split_string_int: (args) => split(textAt(args, 0), textAt(args, 1), Number(intAt(args, 2))),
  string_substring_int: (args) => {
    const runes = [...textAt(args, 0)];
    const start = intAt(args, 1);
    return start < 0 || start > runes.length ? outOfRange(start) : runes.slice(Number(start)).join('');
  },
  string_substring_int_int: (args) => {
    const runes = [...textAt(args, 0)];
    const [start, end] = [intAt(args, 1), intAt(args, 2)];
    if (start > end) return new CelError(`invalid substring range. start: ${start}, end: ${end}`);
    if (start < 0 || start > runes.length) return outOfRange(start);
    return end > runes.length ? outOfRange(end) : runes.slice(Number(start), Number(end)).join('');
  },
  list_join: (args) => join(listAt(args, 0), ''),
  list_join_string: (args) => join(listAt(args, 0), textAt(args, 1)),
  string_format: (args) => formatText(textAt(args, 0), listAt(args, 1)),
  strings_quote: (args) => quote(textAt(args, 0)),
  string_find_string: (args) =>
    withPattern(textAt(args, 1), (matcher) => matcher.find(textAt(args, 0), 0)?.groups[0] ?? ''),
  string_find_all_string: (args) => findAll(textAt(args, 0), textAt(args, 1), -1),
  string_find_all_string_int: (args) => findAll(textAt(args, 0), textAt(args, 1), Number(intAt(args, 2))),
};

function outOfRange(index: bigint): CelError {
  return new CelError(`index out of range: ${index}`);
}

function indexOf(text: string, part: string, from: bigint): CelValue {
  if (from < 0) return outOfRange(from);
  const offset = Number(from);
  const runes = [...text];
  const wanted = [...part];
  if (wanted.length === 0) return BigInt(Math.min(offset, runes.length));
  for (let index = offset; index <= runes.length - wanted.length; index++) {
    if (wanted.every((rune, i) => rune === runes[index + i])) return BigInt(index);
  }
  return -1n;
}

function lastIndexOf(text: string, part: string, from: bigint): CelValue {
  if (from < 0) return outOfRange(from);
  const offset = Number(from);
  const runes = [...text];
  const wanted = [...part];
  if (wanted.length === 0) return BigInt(Math.min(offset, runes.length));
  if (offset >= runes.length) return -1n;
  for (let index = Math.min(offset, runes.length - wanted.length); index >= 0; index--) {
    if (wanted.every((rune, i) => rune === runes[index + i])) return BigInt(index);
  }
  return -1n;
}

/** Go's strings.Replace; a negative count means all. */
function replace(text: string, old: string, by: string, count: number): string {
  if (count === 0 || old === by) return text;
  const parts = old === '' ? ['', ...text] : text.split(old);
  const most = count < 0 ? parts.length : count;
  let result = parts[0] ?? '';
  for (const [index, part] of parts.slice(1).entries()) result += (index < most ? by : old) + part;
  // An empty text also stands behind the last character.
  return old === '' && parts.length <= most ? result + by : result;
}

/** Go's strings.SplitN; a negative count means all. */
function split(text: string, separator: string, count: number): readonly string[] {
  if (count === 0) return [];
  const parts = separator === '' ? [...text] : text.split(separator);
  if (count < 0 || parts.length <= count) return parts;
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)];
}

function join(parts: readonly CelValue[], separator: string): CelValue {
  const wrong = parts.find((part) => typeof part !== 'string');
  if (wrong !== undefined) return new CelError(`join: invalid input: ${goValueText(wrong)}`);
  return parts.join(separator);
}

function quote(text: string): string {
  return `"${Array.from(text.toWellFormed(), (one) => GO_ESCAPES.get(one) ?? one).join('')}"`;
}

function withPattern(source: string, work: (matcher: ReturnType<typeof patternOf>) => CelValue): CelValue {
  try {
    return work(patternOf(source));
  } catch (error) {
    if (error instanceof EvaluationError) return new CelError(`Illegal regex: ${error.message}`);
    throw error;
  }
}

function findAll(text: string, source: string, limit: number): CelValue {
  return withPattern(source, (matcher) => allMatches(matcher, text, limit).map((match) => match.groups[0] ?? ''));
}
