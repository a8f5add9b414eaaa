const NAMED: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

/**
 * A code point as Go's `strconv.QuoteRuneToASCII` writes it: `'+'`, `'\u00e9'`. Surrogates are written as U+FFFD.
 * Upstream: Go strconv/quote.go.
 */
export function quoteRune(code: number): string {
  const valid = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
  return `'${escapeRune(valid, "'")}'`;
}

function escapeRune(code: number, quote: string): string {
  const char = String.fromCodePoint(code);
  if (char === quote) return `\\${quote}`;
  const named = Object.hasOwn(NAMED, char) ? NAMED[char] : undefined;
  if (named !== undefined) return named;
  if (code >= 0x20 && code < 0x7f) return char;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
