import { EvaluationError } from '../../model/failure.ts';
import { readEscape } from './escape.ts';
import { parseClass, parsePerlClass, parseUnicodeClass } from './parse-class.ts';
import type { Assertion, ParsedRegex, RegexNode } from './syntax.ts';

/** `perl` is what Go's `regexp.Compile` reads; `posix` has no `\d`, `\pL`, `(?…)` and no lazy operators. */
export type Dialect = 'perl' | 'posix';

/** The flags in force at a place of the expression. */
export interface Flags {
  readonly fold: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly swapGreed: boolean;
}

/** What is open at a place of the expression: the alternatives of a group so far, and the one being read. */
interface Frame {
  readonly alternatives: RegexNode[];
  nodes: RegexNode[];
  readonly capture: number | undefined;
  /** The flags to return to behind the group. */
  readonly flags: Flags;
}

const MAX_DEPTH = 1000;
const MAX_REPEAT = 1000;
const NO_FLAGS: Flags = { fold: false, multiline: false, dotAll: false, swapGreed: false };

/** Go's `error parsing regexp: <what>: \`<part>\``. */
export function regexError(what: string, part: string): EvaluationError {
  return new EvaluationError(`error parsing regexp: ${what}: \`${part}\``);
}

/**
 * Parses a regular expression of Go's syntax (RE2: no look-around, no back-references).
 * Throws `EvaluationError` with Go's text. Upstream: Go regexp/syntax/parse.go.
 */
export function parseRegex(source: string, dialect: Dialect): ParsedRegex {
  const perl = dialect === 'perl';
  const names = [''];
  // In POSIX syntax `^` and `$` also stand for line ends.
  let flags: Flags = perl ? NO_FLAGS : { ...NO_FLAGS, multiline: true };
  const frames: Frame[] = [];
  let frame: Frame = { alternatives: [], nodes: [], capture: undefined, flags };
  let at = 0;
  let lastRepeat: number | undefined;

  const push = (node: RegexNode): void => {
    frame.nodes.push(node);
  };
  const assertion = (where: Assertion): void => push({ op: 'assert', where });
  const literal = (code: number): void => push({ op: 'char', code, fold: flags.fold });
  const open = (capture: number | undefined): void => {
    frames.push(frame);
    frame = { alternatives: [], nodes: [], capture, flags };
  };

  const close = (): void => {
    const outer = frames.pop();
    if (outer === undefined) throw regexError('unexpected )', source);
    const node = finish(frame);
    flags = frame.flags;
    const { capture } = frame;
    frame = outer;
    push(capture === undefined ? node : { op: 'capture', index: capture, node });
  };

  const repeat = (min: number, max: number, end: number, counted: boolean): void => {
    const lazy = perl && source.charAt(end) === '?';
    const after = lazy ? end + 1 : end;
    if (perl && lastRepeat !== undefined) {
      throw regexError('invalid nested repetition operator', source.slice(lastRepeat, after));
    }
    const node = frame.nodes.pop();
    if (node === undefined) throw regexError('missing argument to repetition operator', source.slice(at, after));
    const repeated: RegexNode = { op: 'repeat', min, max, greedy: lazy === flags.swapGreed, node, counted };
    push(repeated);
    if (counted && (min >= 2 || max >= 2) && !repeatFits(repeated, MAX_REPEAT)) {
      throw regexError('invalid repeat count', source.slice(at, after));
    }
    lastRepeat = at;
    at = after;
  };

  while (at < source.length) {
    const previous = lastRepeat;
    const char = source.charAt(at);
    switch (char) {
      case '(': {
        if (perl && source.charAt(at + 1) === '?') {
          const group = readGroup(source, at, flags);
          if (group.name !== undefined) open(names.push(group.name) - 1);
          else if (group.opens) open(undefined);
          flags = group.flags;
          at = group.end;
        } else {
          open(names.push('') - 1);
          at++;
        }
        break;
      }
      case '|':
        frame.alternatives.push({ op: 'concat', nodes: frame.nodes });
        frame.nodes = [];
        at++;
        break;
      case ')':
        close();
        at++;
        break;
      case '^':
        assertion(flags.multiline ? 'begin-line' : 'begin-text');
        at++;
        break;
      case '$':
        assertion(flags.multiline ? 'end-line' : 'end-text');
        at++;
        break;
      case '.':
        push({ op: 'any', newline: flags.dotAll });
        at++;
        break;
      case '[': {
        const { node, end } = parseClass(source, at, flags.fold, perl);
        push(node);
        at = end;
        break;
      }
      case '*':
      case '?':
        repeat(0, char === '*' ? -1 : 1, at + 1, false);
        break;
      case '+':
        repeat(1, -1, at + 1, false);
        break;
      case '{': {
        const bounds = readBounds(source, at);
        if (bounds === undefined) {
          literal(0x7b);
          at++;
          break;
        }
        const { min, max, end } = bounds;
        if (min > MAX_REPEAT || max > MAX_REPEAT || (max >= 0 && min > max)) {
          throw regexError('invalid repeat count', source.slice(at, end));
        }
        repeat(min, max, end, true);
        break;
      }
      case '\\':
        backslash();
        break;
      default: {
        const code = source.codePointAt(at) ?? 0;
        literal(code);
        at += code > 0xffff ? 2 : 1;
      }
    }
    if (lastRepeat === previous) lastRepeat = undefined;
  }
  if (frames.length > 0) throw regexError('missing closing )', source);
  const node = finish(frame);
  if (depthOf(node) > MAX_DEPTH) throw regexError('expression nests too deeply', source);
  return { node, names };

  function backslash(): void {
    const letter = source.charAt(at + 1);
    if (perl) {
      const where = PERL_ASSERTIONS.get(letter);
      if (where !== undefined) {
        assertion(where);
        at += 2;
        return;
      }
      if (letter === 'C') throw regexError('invalid escape sequence', '\\C');
      if (letter === 'Q') {
        const end = source.indexOf('\\E', at + 2);
        for (const char of source.slice(at + 2, end < 0 ? source.length : end)) literal(char.codePointAt(0) ?? 0);
        at = end < 0 ? source.length : end + 2;
        return;
      }
      const found = parseUnicodeClass(source, at) ?? parsePerlClass(source, at, flags.fold);
      if (found !== undefined) {
        push({ op: 'class', parts: found.parts, negated: false, fold: flags.fold });
        at = found.end;
        return;
      }
    }
    const { code, end } = readEscape(source, at);
    literal(code);
    at = end;
  }
}

const PERL_ASSERTIONS: ReadonlyMap<string, Assertion> = new Map([
  ['A', 'begin-text'],
  ['b', 'word-boundary'],
  ['B', 'no-word-boundary'],
  ['z', 'end-text'],
]);

function finish({ alternatives, nodes }: Frame): RegexNode {
  const last = nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : ({ op: 'concat', nodes } as const);
  return alternatives.length === 0 ? last : { op: 'alternate', nodes: [...alternatives, last] };
}

/** Nested counts must not make more than `copies` copies of anything. */
function repeatFits(node: RegexNode, copies: number): boolean {
  switch (node.op) {
    case 'repeat': {
      if (!node.counted) return repeatFits(node.node, copies);
      if (node.max === 0) return true;
      const times = node.max < 0 ? node.min : node.max;
      return times <= copies && repeatFits(node.node, times > 0 ? Math.floor(copies / times) : copies);
    }
    case 'capture':
      return repeatFits(node.node, copies);
    case 'concat':
    case 'alternate':
      return node.nodes.every((child) => repeatFits(child, copies));
    default:
      return true;
  }
}

/** Height of the tree, measured without recursion because it may be too high for the stack. */
function depthOf(root: RegexNode): number {
  let deepest = 0;
  const open: [RegexNode, number][] = [[root, 1]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, depth] = next;
    deepest = Math.max(deepest, depth);
    if (node.op === 'repeat' || node.op === 'capture') open.push([node.node, depth + 1]);
    else if (node.op === 'concat' || node.op === 'alternate')
      for (const child of node.nodes) open.push([child, depth + 1]);
  }
  return deepest;
}

const BOUNDS = /\{(0|[1-9]\d*)(?:(,)(0|[1-9]\d*)?)?\}/y;

function readBounds(source: string, at: number): { min: number; max: number; end: number } | undefined {
  BOUNDS.lastIndex = at;
  const match = BOUNDS.exec(source);
  if (match === null) return undefined;
  const [whole, min = '', comma, max] = match;
  const upper = max !== undefined ? Number(max) : comma === undefined ? Number(min) : -1;
  return { min: Number(min), max: upper, end: at + whole.length };
}

interface Group {
  readonly end: number;
  readonly flags: Flags;
  /** Opens a group, as `(?i:` does and `(?i)` does not. */
  readonly opens: boolean;
  readonly name?: string;
}

/** What starts with `(?`: a named group, a group without number, or a change of flags. */
function readGroup(source: string, start: number, flags: Flags): Group {
  const named = /\(\?P?</y;
  named.lastIndex = start;
  const prefix = named.exec(source)?.[0];
  if (prefix !== undefined && source.length > start + prefix.length) {
    const close = source.indexOf('>', start);
    if (close < 0) throw regexError('invalid named capture', source.slice(start));
    const name = source.slice(start + prefix.length, close);
    if (!/^[A-Za-z0-9_]+$/.test(name)) throw regexError('invalid named capture', source.slice(start, close + 1));
    return { end: close + 1, flags, opens: true, name };
  }
  let next = flags;
  let on = true;
  let seen = false;
  let at = start + 2;
  while (at < source.length) {
    const code = source.codePointAt(at) ?? 0;
    const char = String.fromCodePoint(code);
    at += char.length;
    const flag = FLAGS.get(char);
    if (flag !== undefined) {
      next = { ...next, [flag]: on };
      seen = true;
    } else if (char === '-' && on) {
      on = false;
      seen = false;
    } else if ((char === ':' || char === ')') && (on || seen)) {
      return { end: at, flags: next, opens: char === ':' };
    } else break;
  }
  throw regexError('invalid or unsupported Perl syntax', source.slice(start, at));
}

const FLAGS: ReadonlyMap<string, keyof Flags> = new Map([
  ['i', 'fold'],
  ['m', 'multiline'],
  ['s', 'dotAll'],
  ['U', 'swapGreed'],
]);
