import { EvaluationError } from '../../model/failure.ts';
import { EMPTY, IDENTITY, type KeyValPair, type Node } from './ast.ts';
import { byteOffset, QuerySyntaxError } from './errors.ts';
import { parseGoJson } from './go-json.ts';
import { tokenize } from './lexer.ts';
import { bindingPower, type Token, type TokenType } from './tokens.ts';

/**
 * Parses a query.
 * Throws `QuerySyntaxError`, or an `EvaluationError` with a bare text for a bad JSON literal or a bad index.
 * Upstream: github.com/kyverno/go-jmespath parser.go (a Pratt parser), with its leniencies.
 */
export function parseQuery(expression: string): Node {
  const text = expression.toWellFormed();
  const parser = createParser(text, tokenize(text));
  const node = parser.expression(0);
  if (parser.current() !== 'tEOF') {
    throw parser.error(`Unexpected token at the end of the expression: ${parser.current()}`);
  }
  return node;
}

interface Parser {
  readonly expression: (power: number) => Node;
  readonly current: () => TokenType;
  readonly error: (message: string, token?: Token) => QuerySyntaxError;
}

function createParser(text: string, tokens: readonly Token[]): Parser {
  const last: Token = tokens.at(-1) ?? { type: 'tEOF', value: '', position: 0 };
  let index = 0;

  const peek = (ahead: number): Token => tokens[index + ahead] ?? last;
  const current = (): TokenType => peek(0).type;
  const advance = (): Token => tokens[index++] ?? last;

  function error(message: string, token: Token = peek(0)): QuerySyntaxError {
    return new QuerySyntaxError(message, text, byteOffset(text, token.position));
  }

  function match(type: TokenType): void {
    if (current() !== type) throw error(`Expected ${type}, received: ${current()}`);
    index++;
  }

  function expression(power: number): Node {
    let left = prefix(advance());
    for (let type = current(); power < bindingPower(type); type = current()) {
      index++;
      left = infix(type, left);
    }
    return left;
  }

  /** A token at the start of an expression. */
  function prefix(token: Token): Node {
    switch (token.type) {
      case 'tJSONLiteral':
        return { type: 'ASTLiteral', value: parseGoJson(token.value), children: [] };
      case 'tStringLiteral':
        return { type: 'ASTLiteral', value: token.value, children: [] };
      case 'tUnquotedIdentifier':
        return { type: 'ASTField', value: token.value, children: [] };
      case 'tQuotedIdentifier':
        if (current() === 'tLparen') throw error("Can't have quoted identifier as function Name.", token);
        return { type: 'ASTField', value: token.value, children: [] };
      case 'tStar': {
        const right = current() === 'tRbracket' ? IDENTITY : projectionRight('tStar');
        return { type: 'ASTValueProjection', children: [IDENTITY, right] };
      }
      case 'tFilter':
        return filter(IDENTITY);
      case 'tLbrace':
        return multiSelectHash();
      case 'tFlatten':
        return flatten(IDENTITY);
      case 'tLbracket':
        return prefixBracket();
      case 'tCurrent':
        return { type: 'ASTCurrentNode', children: [] };
      case 'tExpref':
        return { type: 'ASTExpRef', children: [expression(bindingPower('tExpref'))] };
      case 'tNot':
        return { type: 'ASTNotExpression', children: [expression(bindingPower('tNot'))] };
      case 'tLparen': {
        const inner = expression(0);
        match('tRparen');
        return inner;
      }
      case 'tEOF':
        throw error('Incomplete expression', token);
      default:
        throw error(`Invalid token: ${token.type}`, token);
    }
  }

  function prefixBracket(): Node {
    if (current() === 'tNumber' || current() === 'tColon') {
      let right: Node;
      try {
        right = indexExpression();
      } catch {
        return EMPTY; // upstream drops this error
      }
      return projectIfSlice(IDENTITY, right);
    }
    if (current() === 'tStar' && peek(1).type === 'tRbracket') {
      index += 2;
      return { type: 'ASTProjection', children: [IDENTITY, projectionRight('tStar')] };
    }
    return multiSelectList();
  }

  /** A token that continues the expression `left`. */
  function infix(type: TokenType, left: Node): Node {
    switch (type) {
      case 'tDot':
        if (current() !== 'tStar') return { type: 'ASTSubexpression', children: [left, dotRight('tDot')] };
        index++;
        return { type: 'ASTValueProjection', children: [left, projectionRight('tDot')] };
      case 'tPipe':
        return { type: 'ASTPipe', children: [left, expression(bindingPower(type))] };
      case 'tOr':
        return { type: 'ASTOrExpression', children: [left, expression(bindingPower(type))] };
      case 'tAnd':
        return { type: 'ASTAndExpression', children: [left, expression(bindingPower(type))] };
      case 'tEQ':
      case 'tNE':
      case 'tGT':
      case 'tGTE':
      case 'tLT':
      case 'tLTE':
        return { type: 'ASTComparator', value: type, children: [left, expression(bindingPower(type))] };
      case 'tLparen':
        return call(left);
      case 'tFilter':
        return filter(left);
      case 'tFlatten':
        return flatten(left);
      case 'tLbracket': {
        if (current() === 'tNumber' || current() === 'tColon') return projectIfSlice(left, indexExpression());
        match('tStar');
        match('tRbracket');
        return { type: 'ASTProjection', children: [left, projectionRight('tStar')] };
      }
      default:
        throw error(`Unexpected token: ${type}`);
    }
  }

  function call(callee: Node): Node {
    const args: Node[] = [];
    while (current() !== 'tRparen') {
      args.push(expression(0));
      if (current() === 'tComma') index++;
    }
    index++;
    // Any node with a value can be called; only a text is the name of a function.
    const named = 'value' in callee && callee.type !== 'ASTSlice' && callee.type !== 'ASTComparator';
    return { type: 'ASTFunctionExpression', value: named ? callee.value : null, children: args };
  }

  function indexExpression(): Node {
    if (current() === 'tColon' || peek(1).type === 'tColon') return slice();
    const value = parseIndex(peek(0).value);
    index++;
    match('tRbracket');
    return { type: 'ASTIndex', value, children: [] };
  }

  function slice(): Node {
    const parts: [number | undefined, number | undefined, number | undefined] = [undefined, undefined, undefined];
    let part = 0;
    while (current() !== 'tRbracket' && part < 3) {
      if (current() === 'tColon') part++;
      else if (current() === 'tNumber') parts[part] = parseIndex(peek(0).value);
      else throw error(`Expected tColon or tNumber, received: ${current()}`);
      index++;
    }
    match('tRbracket');
    return { type: 'ASTSlice', value: parts, children: [] };
  }

  function projectIfSlice(left: Node, right: Node): Node {
    const indexed: Node = { type: 'ASTIndexExpression', children: [left, right] };
    return right.type === 'ASTSlice'
      ? { type: 'ASTProjection', children: [indexed, projectionRight('tStar')] }
      : indexed;
  }

  function flatten(left: Node): Node {
    const flat: Node = { type: 'ASTFlatten', children: [left] };
    return { type: 'ASTProjection', children: [flat, projectionRight('tFlatten')] };
  }

  function filter(left: Node): Node {
    const condition = expression(0);
    match('tRbracket');
    const right = current() === 'tFlatten' ? IDENTITY : projectionRight('tFilter');
    return { type: 'ASTFilterProjection', children: [left, right, condition] };
  }

  function multiSelectList(): Node {
    const children: Node[] = [];
    for (;;) {
      children.push(expression(0));
      if (current() === 'tRbracket') break;
      match('tComma');
    }
    index++;
    return { type: 'ASTMultiSelectList', children };
  }

  function multiSelectHash(): Node {
    const children: KeyValPair[] = [];
    for (;;) {
      const key = peek(0);
      if (key.type !== 'tUnquotedIdentifier' && key.type !== 'tQuotedIdentifier') {
        throw error('Expected tQuotedIdentifier or tUnquotedIdentifier');
      }
      index++;
      match('tColon');
      children.push({ type: 'ASTKeyValPair', value: key.value, children: [expression(0)] });
      if (current() === 'tComma') index++;
      else if (current() === 'tRbrace') break;
    }
    index++;
    return { type: 'ASTMultiSelectHash', children };
  }

  function dotRight(power: TokenType): Node {
    switch (current()) {
      case 'tQuotedIdentifier':
      case 'tUnquotedIdentifier':
      case 'tStar':
        return expression(bindingPower(power));
      case 'tLbracket':
        index++;
        return multiSelectList();
      case 'tLbrace':
        index++;
        return multiSelectHash();
      default:
        throw error('Expected identifier, lbracket, or lbrace');
    }
  }

  /** What a projection does with each element. */
  function projectionRight(power: TokenType): Node {
    const type = current();
    if (bindingPower(type) < 10) return IDENTITY;
    if (type === 'tLbracket' || type === 'tFilter') return expression(bindingPower(power));
    if (type !== 'tDot') throw error('Error');
    index++;
    return dotRight(power);
  }

  return { expression, current, error };
}

/** Go's `strconv.Atoi` of a number token. */
function parseIndex(text: string): number {
  if (text === '-') throw new EvaluationError('strconv.Atoi: parsing "-": invalid syntax');
  const value = BigInt(text);
  if (BigInt.asIntN(64, value) !== value) {
    throw new EvaluationError(`strconv.Atoi: parsing "${text}": value out of range`);
  }
  return Number(value);
}
