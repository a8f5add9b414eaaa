import { EvaluationError } from '../../model/failure.ts';
import { perlClass, posixClass, unicodeProperty } from './classes.ts';
import { type ReadChar, readEscape } from './escape.ts';
import type { ClassPart, RegexNode } from './syntax.ts';

/** A class and where the expression goes on behind it. */
export interface ReadClass {
  readonly parts: readonly ClassPart[];
  readonly end: number;
}

/** Reads `\d` and its like at a backslash; `undefined` when something else is there. */
export function parsePerlClass(source: string, at: number, fold: boolean): ReadClass | undefined {
  const parts = perlClass(source.charAt(at + 1), fold);
  return parts && { parts, end: at + 2 };
}

/** Reads `\pL`, `\p{Greek}`, `\P{^Lu}` at a backslash; `undefined` when something else is there. */
export function parseUnicodeClass(source: string, at: number): ReadClass | undefined {
  const letter = source.charAt(at + 1);
  if (letter !== 'p' && letter !== 'P') return undefined;
  const first = source.codePointAt(at + 2);
  if (first === undefined) throw classError(`\\${letter}`);
  const single = String.fromCodePoint(first);
  const close = single === '{' ? source.indexOf('}', at) : at + 1 + single.length;
  if (close < 0) throw classError(source.slice(at));
  const end = close + 1;
  const text = single === '{' ? source.slice(at + 3, close) : single;
  const inverted = text.startsWith('^');
  const property = unicodeProperty(inverted ? text.slice(1) : text);
  if (property === undefined) throw classError(source.slice(at, end));
  return { parts: [{ property, negated: (letter === 'P') !== inverted }], end };
}

/**
 * Reads the class that starts at `[`.
 * Throws `EvaluationError` with Go's text. Upstream: Go regexp/syntax/parse.go, parseClass.
 */
export function parseClass(
  source: string,
  start: number,
  fold: boolean,
  perl: boolean,
): { readonly node: RegexNode; readonly end: number } {
  const parts: ClassPart[] = [];
  const negated = source.charAt(start + 1) === '^';
  // In POSIX syntax no negated class matches a line break.
  if (negated && !perl) parts.push([0x0a, 0x0a]);
  const firstAt = start + (negated ? 2 : 1);
  let at = firstAt;
  while (source.charAt(at) !== ']' || at === firstAt) {
    if (!perl && at !== firstAt && source.charAt(at) === '-' && source.charAt(at + 1) !== ']') {
      throw classError(source.slice(at, at + 1 + String.fromCodePoint(source.codePointAt(at + 1) ?? 0).length));
    }
    const group = readGroup(source, at, fold, perl);
    if (group !== undefined) {
      parts.push(...group.parts);
      at = group.end;
      continue;
    }
    const low = readChar(source, at, start);
    let high = low;
    if (source.charAt(low.end) === '-' && low.end + 1 < source.length && source.charAt(low.end + 1) !== ']') {
      high = readChar(source, low.end + 1, start);
      if (high.code < low.code) throw classError(source.slice(at, high.end));
    }
    parts.push([low.code, high.code]);
    at = high.end;
  }
  return { node: { op: 'class', parts, negated, fold }, end: at + 1 };
}

function readGroup(source: string, at: number, fold: boolean, perl: boolean): ReadClass | undefined {
  if (source.startsWith('[:', at) && source.length > at + 2) {
    const close = source.indexOf(':]', at + 2);
    if (close >= 0) {
      const parts = posixClass(source.slice(at + 2, close), fold);
      if (parts === undefined) throw classError(source.slice(at, close + 2));
      return { parts, end: close + 2 };
    }
  }
  if (!perl || source.charAt(at) !== '\\') return undefined;
  return parseUnicodeClass(source, at) ?? parsePerlClass(source, at, fold);
}

function readChar(source: string, at: number, classStart: number): ReadChar {
  const code = source.codePointAt(at);
  if (code === undefined) {
    throw new EvaluationError(`error parsing regexp: missing closing ]: \`${source.slice(classStart)}\``);
  }
  return code === 0x5c ? readEscape(source, at) : { code, end: at + (code > 0xffff ? 2 : 1) };
}

function classError(part: string): EvaluationError {
  return new EvaluationError(`error parsing regexp: invalid character class range: \`${part}\``);
}
