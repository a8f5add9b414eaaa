import type { TokenKind } from './lexer.ts';
import { LiteralProblem, unquoteBytes, unquoteString } from './string-literal.ts';
import { CelUint, type CelValue } from './values.ts';

const LOWEST = -(2n ** 63n);

/** The value that a token of a literal stands for, `sign` being `-` or `''`, or cel-go's text for one that is none. */
export function literalValue(kind: TokenKind, text: string, sign: string): CelValue | LiteralProblem {
  switch (kind) {
    case 'STRING':
      return unquoteString(text);
    case 'BYTES':
      return unquoteBytes(text);
    case 'NUM_FLOAT': {
      const value = Number(sign + text);
      return Number.isFinite(value) ? value : new LiteralProblem('invalid double literal');
    }
    case 'NUM_UINT': {
      const value = BigInt(text.slice(0, -1));
      return value < 2n ** 64n ? new CelUint(value) : new LiteralProblem('invalid uint literal');
    }
    default: {
      const value = sign === '' ? BigInt(text) : -BigInt(text);
      return value >= LOWEST && value < -LOWEST ? value : new LiteralProblem('invalid int literal');
    }
  }
}
