import type { CallExpr, CelExpr, Entry } from './ast.ts';
import { type Token, tokensOf } from './lexer.ts';
import { literalValue } from './literal-value.ts';
import { expandMacro } from './macros.ts';
import type { CelIssue } from './source.ts';
import { LiteralProblem } from './string-literal.ts';

/** An expression, or what is wrong with its text. */
export type Parsed =
  | { readonly expr: CelExpr; readonly issues?: undefined }
  | { readonly issues: readonly CelIssue[]; readonly expr?: undefined };

/** What a parser may be asked to write down beside the tree. */
export interface SourceNotes {
  /** Indexes of the first character and after the last, of parts that are written in the text. */
  readonly spans: Map<CelExpr, readonly [from: number, to: number]>;
  /** The calls that macros were, by what became of them. */
  readonly macros: Map<CelExpr, CallExpr>;
}

const LONGEST = 100_000;
const DEEPEST = 250;
const RESERVED: ReadonlySet<string> = new Set(
  'as break const continue else false for function if import in let loop package namespace null return true var void while'.split(
    ' ',
  ),
);
const OPERAND =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
/** Binary operators by precedence, the loosest first. */
const LEVELS: readonly (readonly string[])[] = [
  ['<', '<=', '>=', '>', '==', '!=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
];

class SyntaxProblem extends Error {
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/**
 * Parses an expression, macros expanded; `macros` are the names of those that the environment has, `name:arguments`
 * with `*` for any number.
 * The first syntax error ends it, with ANTLR's words for the usual mistakes: what else ANTLR would find while it
 * recovers is not told.
 * Upstream: `parser/parser.go` and `CEL.g4` of cel-go.
 */
export function parseExpression(text: string, macros: ReadonlySet<string>, notes?: SourceNotes): Parsed {
  const size = [...text].length;
  if (size > LONGEST) {
    const message = `expression code point size exceeds limit: size: ${size}, limit ${LONGEST}`;
    return { issues: [{ at: -1, message }] };
  }
  const { tokens, issues } = tokensOf(text);
  const parser = new Parser(tokens, macros, notes);
  try {
    const expr = parser.start();
    const all = [...issues, ...parser.issues];
    return all.length > 0 ? { issues: all } : { expr };
  } catch (problem) {
    if (!(problem instanceof SyntaxProblem)) throw problem;
    return { issues: [...issues, ...parser.issues, { at: problem.at, message: problem.message }] };
  }
}

class Parser {
  readonly issues: CelIssue[] = [];
  readonly #tokens: readonly Token[];
  readonly #macros: ReadonlySet<string>;
  readonly #notes: SourceNotes | undefined;
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], macros: ReadonlySet<string>, notes: SourceNotes | undefined) {
    this.#tokens = tokens;
    this.#macros = macros;
    this.#notes = notes;
  }

  start(): CelExpr {
    const expr = this.#expr();
    if (this.#peek().kind !== 'EOF') {
      const extra = this.#peek(1).kind === 'EOF' ? 'extraneous' : 'mismatched';
      this.#fail(`${extra} input '${this.#peek().text}' expecting <EOF>`);
    }
    return expr;
  }

  #peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)] as Token;
  }

  #is(symbol: string, ahead = 0): boolean {
    const token = this.#peek(ahead);
    return token.kind === 'symbol' && token.text === symbol;
  }

  #take(symbol: string): Token | undefined {
    return this.#is(symbol) ? this.#advance() : undefined;
  }

  #advance(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  /** Notes that a part reaches from an index to the last token taken. */
  #noted(expr: CelExpr, from: number): CelExpr {
    const last = this.#tokens[this.#next - 1];
    this.#notes?.spans.set(expr, [from, last === undefined ? from : last.at + last.text.length]);
    return expr;
  }

  #fail(message: string, at = this.#peek().at): never {
    throw new SyntaxProblem(at, `Syntax error: ${message}`);
  }

  #expect(symbol: string): Token {
    const found = this.#take(symbol);
    if (found !== undefined) return found;
    const { text, kind } = this.#peek();
    if (kind === 'EOF' || !this.#is(symbol, 1)) this.#fail(`missing '${symbol}' at '${text}'`);
    return this.#fail(`extraneous input '${text}' expecting '${symbol}'`);
  }

  #expr(): CelExpr {
    if (++this.#depth > DEEPEST) throw new SyntaxProblem(-1, `expression recursion limit exceeded: ${DEEPEST}`);
    const condition = this.#logical('||', () => this.#logical('&&', () => this.#binary(0)));
    const question = this.#take('?');
    let result = condition;
    if (question !== undefined) {
      const yes = this.#logical('||', () => this.#logical('&&', () => this.#binary(0)));
      this.#expect(':');
      result = this.#call('_?_:_', question.at, undefined, [condition, yes, this.#expr()]);
    }
    this.#depth--;
    return result;
  }

  /** Terms of `||` and `&&` become a balanced tree, as upstream has it: their order of evaluation stays. */
  #logical(symbol: '||' | '&&', term: () => CelExpr): CelExpr {
    const terms = [term()];
    const places: number[] = [];
    for (let op = this.#take(symbol); op !== undefined; op = this.#take(symbol)) {
      places.push(op.at);
      terms.push(term());
    }
    return balanced(`_${symbol}_`, terms, places, 0, places.length - 1);
  }

  #binary(level: number): CelExpr {
    const symbols = LEVELS[level];
    if (symbols === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const token = this.#peek();
      if (token.kind !== 'symbol' || !symbols.includes(token.text)) return left;
      this.#advance();
      const right = this.#binary(level + 1);
      left = this.#call(token.text === 'in' ? '@in' : `_${token.text}_`, token.at, undefined, [left, right]);
    }
  }

  #unary(): CelExpr {
    const first = this.#peek();
    const isSign = this.#is('-');
    if (!isSign && !this.#is('!')) return this.#member();
    if (isSign && NUMBER.test(this.#peek(1).kind)) return this.#member();
    let count = 0;
    while (this.#take(first.text) !== undefined) count++;
    const operand = this.#member();
    return count % 2 === 0
      ? operand
      : this.#noted(this.#call(`${first.text}_`, first.at, undefined, [operand]), first.at);
  }

  #member(): CelExpr {
    const from = this.#peek().at;
    let expr = this.#primary();
    let depth = 0;
    for (;;) {
      this.#noted(expr, from);
      if (++depth > DEEPEST) throw new SyntaxProblem(-1, `expression recursion limit exceeded: ${DEEPEST}`);
      const dot = this.#take('.');
      if (dot !== undefined) {
        expr = this.#selection(expr, dot);
        continue;
      }
      const bracket = this.#take('[');
      if (bracket === undefined) return expr;
      const optional = this.#take('?') !== undefined;
      const index = this.#expr();
      this.#expect(']');
      expr = this.#call(optional ? '_[?_]' : '_[_]', bracket.at, undefined, [expr, index]);
    }
  }

  #selection(operand: CelExpr, dot: Token): CelExpr {
    const optional = this.#take('?') !== undefined;
    const id = this.#peek();
    if (id.kind !== 'IDENTIFIER' && id.kind !== 'ESC_IDENTIFIER') {
      if (/^(true|false|null)$/.test(id.text)) this.#fail(`mismatched input '${id.text}' expecting IDENTIFIER`);
      this.#fail(
        id.text === 'in' ? "no viable alternative at input '.in'" : `no viable alternative at input '.${id.text}'`,
      );
    }
    this.#advance();
    const field = id.kind === 'ESC_IDENTIFIER' ? id.text.slice(1, -1) : id.text;
    if (optional) {
      const literal: CelExpr = { kind: 'literal', at: id.at, value: field };
      return { kind: 'call', at: dot.at, fn: '_?._', target: undefined, args: [operand, literal] };
    }
    if (id.kind === 'IDENTIFIER' && this.#is('(')) {
      const open = this.#advance();
      return this.#call(field, open.at, operand, this.#arguments());
    }
    if (id.kind === 'ESC_IDENTIFIER') this.issues.push({ at: id.at, message: "unsupported syntax: '`'" });
    return { kind: 'select', at: dot.at, operand, field, test: false };
  }

  #arguments(): readonly CelExpr[] {
    if (this.#take(')') !== undefined) return [];
    const args = [this.#expr()];
    while (this.#take(',') !== undefined) args.push(this.#expr());
    this.#expect(')');
    return args;
  }

  #primary(): CelExpr {
    const token = this.#peek();
    if (token.kind === 'symbol') {
      switch (token.text) {
        case '(': {
          this.#advance();
          const inner = this.#expr();
          this.#expect(')');
          return inner;
        }
        case '[':
          return this.#list(this.#advance());
        case '{':
          return this.#map(this.#advance());
        case '.':
          if (this.#peek(1).kind === 'IDENTIFIER') return this.#named(this.#advance());
          break;
        case 'true':
        case 'false':
          return { kind: 'literal', at: this.#advance().at, value: token.text === 'true' };
        case 'null':
          return { kind: 'literal', at: this.#advance().at, value: null };
        case '-':
          if (NUMBER.test(this.#peek(1).kind)) return this.#literal(this.#advance());
          break;
      }
    }
    if (token.kind === 'IDENTIFIER') return this.#named(undefined);
    if (token.kind === 'EOF' || token.kind === 'symbol' || token.kind === 'ESC_IDENTIFIER') return this.#noOperand();
    return this.#literal(undefined);
  }

  #noOperand(): never {
    const { kind, text } = this.#peek();
    const after = this.#peek(1);
    const startsOperand =
      after.kind === 'symbol' ? /^([[{(.!-]|true|false|null)$/.test(after.text) : after.kind !== 'EOF';
    const word = kind !== 'EOF' && startsOperand ? 'extraneous' : 'mismatched';
    return this.#fail(`${word} input '${text}' expecting ${OPERAND}`);
  }

  /** A variable, a function or a message, with or without a dot before it. */
  #named(dot: Token | undefined): CelExpr {
    const id = this.#advance();
    const prefix = dot === undefined ? '' : '.';
    const message = this.#messageName(prefix + id.text);
    if (message !== undefined) return message;
    if (RESERVED.has(id.text)) {
      this.issues.push({ at: dot?.at ?? id.at, message: `reserved identifier: ${id.text}` });
    }
    const open = this.#take('(');
    if (open !== undefined) return this.#call(prefix + id.text, open.at, undefined, this.#arguments());
    return { kind: 'ident', at: id.at, name: prefix + id.text };
  }

  /** `Type.Name{…}`, when that is what follows. */
  #messageName(first: string): CelExpr | undefined {
    let ahead = 0;
    let name = first;
    while (this.#is('.', ahead) && this.#peek(ahead + 1).kind === 'IDENTIFIER') {
      name += `.${this.#peek(ahead + 1).text}`;
      ahead += 2;
    }
    if (!this.#is('{', ahead)) return undefined;
    this.#next += ahead;
    const { at } = this.#advance();
    const fields = this.#entries((): string => {
      const id = this.#advance();
      if (id.kind === 'ESC_IDENTIFIER') return id.text.slice(1, -1);
      if (id.kind !== 'IDENTIFIER') this.#fail(`mismatched input '${id.text}' expecting IDENTIFIER`, id.at);
      return id.text;
    });
    return { kind: 'struct', at, name, fields };
  }

  #list({ at }: Token): CelExpr {
    const elements: CelExpr[] = [];
    const optional = new Set<number>();
    while (!this.#is(']') && !(this.#is(',') && this.#is(']', 1))) {
      if (elements.length > 0) this.#expect(',');
      if (this.#is(']')) break;
      if (this.#take('?') !== undefined) optional.add(elements.length);
      elements.push(this.#expr());
    }
    this.#take(',');
    this.#expect(']');
    return { kind: 'list', at, elements, optional };
  }

  #map({ at }: Token): CelExpr {
    return { kind: 'map', at, entries: this.#entries(() => this.#expr()) };
  }

  #entries<K>(key: () => K): readonly Entry<K>[] {
    const entries: Entry<K>[] = [];
    while (!this.#is('}') && !(this.#is(',') && this.#is('}', 1))) {
      if (entries.length > 0) this.#expect(',');
      if (this.#is('}')) break;
      const optional = this.#take('?') !== undefined;
      const name = key();
      const { at } = this.#expect(':');
      entries.push({ at, key: name, value: this.#expr(), optional });
    }
    this.#take(',');
    this.#expect('}');
    return entries;
  }

  #literal(sign: Token | undefined): CelExpr {
    const token = this.#advance();
    const at = sign?.at ?? token.at;
    const value = literalValue(token.kind, token.text, sign === undefined ? '' : '-');
    if (!(value instanceof LiteralProblem)) return { kind: 'literal', at, value };
    this.issues.push({ at, message: value.message });
    return { kind: 'literal', at, value: null };
  }

  #call(fn: string, at: number, target: CelExpr | undefined, args: readonly CelExpr[]): CelExpr {
    const expanded = expandMacro({ kind: 'call', at, fn, target, args }, this.#macros);
    if (expanded === undefined) return { kind: 'call', at, fn, target, args };
    if ('kind' in expanded) {
      this.#notes?.macros.set(expanded, { kind: 'call', at, fn, target, args });
      return expanded;
    }
    this.issues.push(expanded);
    // Nothing in particular, so that macros around it find nothing wrong with it.
    return { kind: 'ident', at, name: '' };
  }
}

function balanced(
  fn: string,
  terms: readonly CelExpr[],
  places: readonly number[],
  low: number,
  high: number,
): CelExpr {
  if (places.length === 0) return terms[0] as CelExpr;
  const middle = Math.floor((low + high + 1) / 2);
  const left = middle === low ? terms[middle] : balanced(fn, terms, places, low, middle - 1);
  const right = middle === high ? terms[middle + 1] : balanced(fn, terms, places, middle + 1, high);
  return { kind: 'call', at: places[middle] ?? 0, fn, target: undefined, args: [left as CelExpr, right as CelExpr] };
}

/** Tokens that a minus sign may belong to. */
const NUMBER = /^NUM_(INT|FLOAT)$/;
