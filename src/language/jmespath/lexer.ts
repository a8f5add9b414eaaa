import { byteOffset, QuerySyntaxError } from './errors.ts';
import { parseGoJson } from './go-json.ts';
import { quoteRune } from './go-quote.ts';
import type { Token, TokenType } from './tokens.ts';

const SINGLE: Readonly<Record<string, TokenType>> = {
  '.': 'tDot',
  '*': 'tStar',
  ',': 'tComma',
  ':': 'tColon',
  '{': 'tLbrace',
  '}': 'tRbrace',
  ']': 'tRbracket',
  '(': 'tLparen',
  ')': 'tRparen',
  '@': 'tCurrent',
};

/** First character → the second one that makes a longer token, the longer token, the token of the first one alone. */
const DOUBLE: Readonly<Record<string, readonly [string, TokenType, TokenType]>> = {
  '|': ['|', 'tOr', 'tPipe'],
  '<': ['=', 'tLTE', 'tLT'],
  '>': ['=', 'tGTE', 'tGT'],
  '!': ['=', 'tNE', 'tNot'],
  '=': ['=', 'tEQ', 'tUnknown'],
  '&': ['&', 'tAnd', 'tExpref'],
};

/**
 * Splits a query into tokens; the last one is `tEOF`.
 * Throws `QuerySyntaxError`, or the JSON reader's bare text for a bad quoted identifier.
 * Upstream: github.com/kyverno/go-jmespath lexer.go.
 */
export function tokenize(expression: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < expression.length) {
    const char = expression.charAt(at);
    if (' \t\n\r'.includes(char)) {
      at++;
      continue;
    }
    const read = readToken(expression, at, char);
    tokens.push(read.token);
    at = read.end;
  }
  tokens.push({ type: 'tEOF', value: '', position: expression.length });
  return tokens;
}

interface Read {
  readonly token: Token;
  readonly end: number;
}

function readToken(expression: string, at: number, char: string): Read {
  const single = Object.hasOwn(SINGLE, char) ? SINGLE[char] : undefined;
  if (single !== undefined) return token(single, char, at, at + 1);
  const double = Object.hasOwn(DOUBLE, char) ? DOUBLE[char] : undefined;
  if (double !== undefined) {
    const [second, both, alone] = double;
    return expression.charAt(at + 1) === second
      ? token(both, char + second, at, at + 2)
      : token(alone, char, at, at + 1);
  }
  if (/[A-Za-z_]/.test(char)) return unquotedIdentifier(expression, at);
  if (/[-0-9]/.test(char)) return run(expression, at, 'tNumber', /[0-9]*/y);
  switch (char) {
    case '[':
      return bracket(expression, at);
    case '"':
      return quotedIdentifier(expression, at);
    case "'":
      return rawString(expression, at);
    case '`':
      return jsonLiteral(expression, at);
    default: {
      const code = expression.codePointAt(at) ?? 0;
      const end = at + (code > 0xffff ? 2 : 1);
      throw new QuerySyntaxError(`Unknown char: ${quoteRune(code)}`, expression, byteOffset(expression, end) - 1);
    }
  }
}

function token(type: TokenType, value: string, position: number, end: number): Read {
  return { token: { type, value, position }, end };
}

function run(expression: string, at: number, type: TokenType, rest: RegExp): Read {
  rest.lastIndex = at + 1;
  rest.test(expression);
  const end = Math.max(rest.lastIndex, at + 1);
  return token(type, expression.slice(at, end), at, end);
}

function unquotedIdentifier(expression: string, at: number): Read {
  // U+0080 ends an identifier upstream but is swallowed by it.
  return run(expression, at, 'tUnquotedIdentifier', /[A-Za-z0-9_]*\u0080?/y);
}

function bracket(expression: string, at: number): Read {
  const next = expression.charAt(at + 1);
  if (next === '?') return token('tFilter', '[?', at, at + 2);
  if (next === ']') return token('tFlatten', '[]', at, at + 2);
  return token('tLbracket', '[', at, at + 1);
}

/** Index of the closing delimiter; a backslash protects the character after it. */
function closing(expression: string, start: number, delimiter: string): number {
  for (let at = start; at < expression.length; at++) {
    const char = expression.charAt(at);
    if (char === delimiter) return at;
    if (char === '\\') at++;
  }
  throw unclosed(expression, delimiter);
}

function unclosed(expression: string, delimiter: string): QuerySyntaxError {
  return new QuerySyntaxError(
    `Unclosed delimiter: ${delimiter}`,
    expression,
    byteOffset(expression, expression.length),
  );
}

function quotedIdentifier(expression: string, at: number): Read {
  const end = closing(expression, at + 1, '"');
  const name = parseGoJson(expression.slice(at, end + 1));
  return token('tQuotedIdentifier', typeof name === 'string' ? name : '', at, end + 1);
}

function jsonLiteral(expression: string, at: number): Read {
  const end = closing(expression, at + 1, '`');
  const text = expression.slice(at + 1, end).replaceAll('\\`', '`');
  return token('tJSONLiteral', text, at + 1, end + 1);
}

function rawString(expression: string, at: number): Read {
  let value = '';
  for (let i = at + 1; i < expression.length; i++) {
    const char = expression.charAt(i);
    if (char === "'") return token('tStringLiteral', value, at + 1, i + 1);
    if (char === '\\' && expression.charAt(i + 1) === "'") {
      value += "'";
      i++;
    } else value += char;
  }
  throw unclosed(expression, "'");
}
