import { GO_ESCAPES } from '../go-text.ts';

/**
 * A code point as Go's `strconv.QuoteRuneToASCII` writes it: `'+'`, `'\u00e9'`. Surrogates are written as U+FFFD.
 * Upstream: Go strconv/quote.go.
 */
export function quoteRune(code: number): string {
  const valid = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
  return `'${escapeRune(valid)}'`;
}

function escapeRune(code: number): string {
  const char = String.fromCodePoint(code);
  if (char === '"') return char;
  if (char === "'") return "\\'";
  const named = GO_ESCAPES.get(char);
  if (named !== undefined) return named;
  if (code >= 0x20 && code < 0x7f) return char;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
