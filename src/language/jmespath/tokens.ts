/**
 * Token types, spelled as the error texts spell them.
 * Upstream: github.com/kyverno/go-jmespath lexer.go, toktype_string.go.
 */
export type TokenType =
  | 'tUnknown'
  | 'tStar'
  | 'tDot'
  | 'tFilter'
  | 'tFlatten'
  | 'tLparen'
  | 'tRparen'
  | 'tLbracket'
  | 'tRbracket'
  | 'tLbrace'
  | 'tRbrace'
  | 'tOr'
  | 'tPipe'
  | 'tNumber'
  | 'tUnquotedIdentifier'
  | 'tQuotedIdentifier'
  | 'tComma'
  | 'tColon'
  | 'tLT'
  | 'tLTE'
  | 'tGT'
  | 'tGTE'
  | 'tEQ'
  | 'tNE'
  | 'tJSONLiteral'
  | 'tStringLiteral'
  | 'tCurrent'
  | 'tExpref'
  | 'tAnd'
  | 'tNot'
  | 'tEOF';

/** One token: `value` is its decoded text, `position` a UTF-16 index into the expression. */
export interface Token {
  readonly type: TokenType;
  readonly value: string;
  readonly position: number;
}

const BINDING_POWERS: Readonly<Partial<Record<TokenType, number>>> = {
  tPipe: 1,
  tOr: 2,
  tAnd: 3,
  tEQ: 5,
  tLT: 5,
  tLTE: 5,
  tGT: 5,
  tGTE: 5,
  tNE: 5,
  tFlatten: 9,
  tStar: 20,
  tFilter: 21,
  tDot: 40,
  tNot: 45,
  tLbrace: 50,
  tLbracket: 55,
  tLparen: 60,
};

/** How strongly a token binds to what is left of it; 0 for tokens that end an expression. */
export function bindingPower(type: TokenType): number {
  return BINDING_POWERS[type] ?? 0;
}
