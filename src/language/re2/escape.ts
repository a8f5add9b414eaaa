import { EvaluationError } from '../../model/failure.ts';
import { MAX_CODE } from './syntax.ts';

/** A code point and where the text goes on behind it. */
export interface ReadChar {
  readonly code: number;
  readonly end: number;
}

const C_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['a', 0x07],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['v', 0x0b],
]);

/**
 * Reads the escape that starts at a backslash and stands for one character.
 * Throws `EvaluationError` `error parsing regexp: invalid escape sequence: …`.
 */
export function readEscape(source: string, start: number): ReadChar {
  if (start + 1 >= source.length) {
    throw new EvaluationError('error parsing regexp: trailing backslash at end of expression: ``');
  }
  const code = source.codePointAt(start + 1) ?? 0;
  const char = String.fromCodePoint(code);
  const end = start + 1 + char.length;
  if (/^[^A-Za-z0-9\u0080-\u{10ffff}]$/u.test(char)) return { code, end };
  if (/^[0-7]$/.test(char)) {
    const digits = /[0-7]{1,3}/y;
    digits.lastIndex = start + 1;
    const octal = digits.exec(source)?.[0] ?? char;
    // One digit other than 0 would be a back-reference.
    if (octal === '0' || octal.startsWith('0') || octal.length > 1) {
      return { code: Number.parseInt(octal, 8), end: start + 1 + octal.length };
    }
  } else if (char === 'x') return readHex(source, start, end);
  const control = C_ESCAPES.get(char);
  if (control !== undefined) return { code: control, end };
  throw invalid(source, start, end);
}

function invalid(source: string, start: number, end: number): EvaluationError {
  return new EvaluationError(`error parsing regexp: invalid escape sequence: \`${source.slice(start, end)}\``);
}

function readHex(source: string, start: number, digitsAt: number): ReadChar {
  const wide = source.charAt(digitsAt) === '{';
  let at = wide ? digitsAt + 1 : digitsAt;
  let value = 0;
  for (let count = 0; ; count++) {
    if (!wide && count === 2) return { code: value, end: at };
    if (at >= source.length) {
      // Upstream reads two digits before it looks at them, and has no good text for a missing second one.
      if (!wide && count === 1) return failShortHex(source, start);
      throw invalid(source, start, at);
    }
    const char = String.fromCodePoint(source.codePointAt(at) ?? 0);
    at += char.length;
    if (wide && char === '}' && count > 0) return { code: value, end: at };
    if (!/^[0-9a-fA-F]$/.test(char)) {
      const second = !wide && count === 0 ? String.fromCodePoint(source.codePointAt(at) ?? 0).length : 0;
      throw invalid(source, start, Math.min(source.length, at + second));
    }
    value = value * 16 + Number.parseInt(char, 16);
    if (value > MAX_CODE) throw invalid(source, start, at);
  }
}

function failShortHex(source: string, start: number): never {
  throw invalid(source, start, source.length);
}
