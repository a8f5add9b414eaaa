import { goQuote } from '../go-text.ts';

/** Texts longer than this may nest deeper than Go's limit of 10000 levels, so they are scanned even when valid. */
export const LONG_TEXT = 10_000;
const MAX_DEPTH = 10_000;

/**
 * What Go's JSON scanner says about a text that is not JSON; `undefined` for JSON.
 * Upstream: Go encoding/json scanner.go.
 */
export function jsonError(text: string): string | undefined {
  const bytes = new TextEncoder().encode(text);
  const problem = scan(bytes);
  if (problem === undefined) return undefined;
  // At the end Go's scanner tries a blank, which some places take and some do not.
  const byte = bytes[problem.at] ?? (/^in (?!string literal)|^after decimal/.test(problem.context) ? 0x20 : undefined);
  if (byte === undefined) return 'unexpected end of JSON input';
  return `invalid character ${quoteByte(byte)} ${problem.context}`;
}

/** Where a text stops being JSON, and what was expected there. */
interface Problem {
  readonly at: number;
  readonly context: string;
}

function quoteByte(byte: number): string {
  const char = String.fromCharCode(byte);
  if (char === "'") return "'\\''";
  if (char === '"') return `'"'`;
  return `'${goQuote(char).slice(1, -1)}'`;
}

type Expect = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'after';

function scan(bytes: Uint8Array): Problem | undefined {
  const open: number[] = [];
  let expect: Expect = 'value';
  let at = 0;
  for (;;) {
    while (isSpace(bytes[at])) at++;
    const byte = bytes[at];
    if (expect === 'after' && open.length === 0) {
      return byte === undefined ? undefined : { at, context: 'after top-level value' };
    }
    const inObject = open.at(-1) === 0x7b;
    if (expect === 'colon') {
      if (byte !== 0x3a) return { at, context: 'after object key' };
      at++;
      expect = 'value';
    } else if (expect === 'after') {
      if (byte === 0x2c) {
        at++;
        expect = inObject ? 'key' : 'value';
      } else if (byte === (inObject ? 0x7d : 0x5d)) {
        at++;
        open.pop();
      } else return { at, context: inObject ? 'after object key:value pair' : 'after array element' };
    } else if (expect === 'first-key' && byte === 0x7d) {
      at++;
      open.pop();
      expect = 'after';
    } else if (expect === 'key' || expect === 'first-key') {
      if (byte !== 0x22) return { at, context: 'looking for beginning of object key string' };
      const end = scanString(bytes, at);
      if (typeof end !== 'number') return end;
      at = end;
      expect = 'colon';
    } else if (expect === 'first-value' && byte === 0x5d) {
      at++;
      open.pop();
      expect = 'after';
    } else if (byte === 0x7b || byte === 0x5b) {
      if (open.length >= MAX_DEPTH) return { at, context: 'exceeded max depth' };
      open.push(byte);
      at++;
      expect = byte === 0x7b ? 'first-key' : 'first-value';
    } else {
      const end = scanScalar(bytes, at);
      if (typeof end !== 'number') return end;
      at = end;
      expect = 'after';
    }
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function scanScalar(bytes: Uint8Array, at: number): number | Problem {
  const byte = bytes[at];
  if (byte === 0x22) return scanString(bytes, at);
  if (byte === 0x2d || isDigit(byte)) return scanNumber(bytes, at);
  for (const word of ['true', 'false', 'null']) {
    if (byte !== word.charCodeAt(0)) continue;
    for (let i = 1; i < word.length; i++) {
      if (bytes[at + i] !== word.charCodeAt(i)) {
        return { at: at + i, context: `in literal ${word} (expecting '${word.charAt(i)}')` };
      }
    }
    return at + word.length;
  }
  return { at, context: 'looking for beginning of value' };
}

function scanNumber(bytes: Uint8Array, start: number): number | Problem {
  let at = start;
  if (bytes[at] === 0x2d) at++;
  if (!isDigit(bytes[at])) return { at, context: 'in numeric literal' };
  if (bytes[at] === 0x30) at++;
  else while (isDigit(bytes[at])) at++;
  if (bytes[at] === 0x2e) {
    at++;
    if (!isDigit(bytes[at])) return { at, context: 'after decimal point in numeric literal' };
    while (isDigit(bytes[at])) at++;
  }
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    at++;
    if (bytes[at] === 0x2b || bytes[at] === 0x2d) at++;
    if (!isDigit(bytes[at])) return { at, context: 'in exponent of numeric literal' };
    while (isDigit(bytes[at])) at++;
  }
  return at;
}

function scanString(bytes: Uint8Array, start: number): number | Problem {
  for (let at = start + 1; ; at++) {
    const byte = bytes[at];
    if (byte === 0x22) return at + 1;
    if (byte === undefined || byte < 0x20) return { at, context: 'in string literal' };
    if (byte !== 0x5c) continue;
    at++;
    const escaped = bytes[at];
    if (escaped === 0x75) {
      for (let i = 0; i < 4; i++) {
        at++;
        if (!/^[0-9a-fA-F]$/.test(String.fromCharCode(bytes[at] ?? 0))) {
          return { at, context: 'in \\u hexadecimal character escape' };
        }
      }
    } else if (escaped === undefined || !'bfnrt\\/"'.includes(String.fromCharCode(escaped))) {
      return { at, context: 'in string escape code' };
    }
  }
}
