import type { CelIssue } from './source.ts';

/** What a token is; punctuation and keywords stand for themselves. */
export type TokenKind =
  | 'EOF'
  | 'IDENTIFIER'
  | 'ESC_IDENTIFIER'
  | 'NUM_INT'
  | 'NUM_UINT'
  | 'NUM_FLOAT'
  | 'STRING'
  | 'BYTES'
  | 'symbol';

/** A piece of an expression. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly at: number;
}

const ESCAPE = String.raw`\\(?:[abfnrtv"'\\?\`]|[0-3][0-7]{2}|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})`;
const STRING = [
  `[rR]"""[^]*?"""`,
  `[rR]'''[^]*?'''`,
  `"""(?:${ESCAPE}|[^\\\\])*?"""`,
  `'''(?:${ESCAPE}|[^\\\\])*?'''`,
  `[rR]"[^"\\n\\r]*"`,
  `[rR]'[^'\\n\\r]*'`,
  `"(?:${ESCAPE}|[^\\\\"\\n\\r])*"`,
  `'(?:${ESCAPE}|[^\\\\'\\n\\r])*'`,
].join('|');

/**
 * The first alternative that fits is taken, so longer ones come first; the first group is white space, the others are
 * `KINDS`. Upstream: `CEL.g4` of cel-go.
 */
const TOKEN = new RegExp(
  [
    '([\\t \\r\\n\\f]+|//[^\\n]*)',
    `([bB](?:${STRING}))`,
    `(${STRING})`,
    '(\\d+\\.\\d+(?:[eE][+-]?\\d+)?|\\d+[eE][+-]?\\d+|\\.\\d+(?:[eE][+-]?\\d+)?)',
    '(0x[0-9a-fA-F]+[uU]|\\d+[uU])',
    '(0x[0-9a-fA-F]+|\\d+)',
    '([A-Za-z_][A-Za-z0-9_]*)',
    '(`[A-Za-z0-9_./ -]+`)',
    '(==|!=|<=|>=|&&|\\|\\||[<>\\[\\]{}().,\\-!?:+*/%])',
  ].join('|'),
  'y',
);

const KEYWORDS: ReadonlySet<string> = new Set(['in', 'true', 'false', 'null']);
const KINDS = [
  'BYTES',
  'STRING',
  'NUM_FLOAT',
  'NUM_UINT',
  'NUM_INT',
  'IDENTIFIER',
  'ESC_IDENTIFIER',
  'symbol',
] as const;

/** The tokens of an expression, and the places that are none. */
export function tokensOf(text: string): { readonly tokens: readonly Token[]; readonly issues: readonly CelIssue[] } {
  const tokens: Token[] = [];
  const issues: CelIssue[] = [];
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (found === null) {
      const bad = unknownPart(text, at);
      issues.push({ at, message: `Syntax error: token recognition error at: '${bad}'` });
      at += bad.length;
      continue;
    }
    const [part] = found;
    let group = KINDS.length;
    while (group > 0 && found[group + 1] === undefined) group--;
    const kind = KINDS[group - 1];
    if (kind !== undefined) {
      tokens.push({ kind: kind === 'IDENTIFIER' && KEYWORDS.has(part) ? 'symbol' : kind, text: part, at });
    }
    at += part.length;
  }
  tokens.push({ kind: 'EOF', text: '<EOF>', at: text.length });
  return { tokens, issues };
}

/** As much of the text as the longest token that was begun: a text without an end takes the line with it. */
function unknownPart(text: string, at: number): string {
  const rest = text.slice(at);
  const quoted = /^[bB]?[rR]?("""|'''|"|')/.exec(rest);
  if (quoted === null) {
    const single = /^[=&|]/.test(rest) ? rest.slice(0, 2) : [...rest][0];
    return single ?? rest;
  }
  const opening = quoted[0];
  const body = rest.slice(opening.length);
  if ((quoted[1]?.length ?? 0) === 3) return rest;
  const stop = new RegExp(`^(?:${ESCAPE}|[^\\\\\\n\\r])*`).exec(body)?.[0].length ?? 0;
  // The character that no token allows is part of what is reported.
  return rest.slice(0, opening.length + stop + 1 + (body[stop] === '\\' ? 1 : 0));
}
