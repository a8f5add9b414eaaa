import { isCollection, isPair, isSeq, type ParsedNode, type YAMLError } from 'yaml';

/**
 * What Go's YAML reader says where the parser here sees an error: `line 2: mapping values are not allowed in this
 * context`. It names no line for the first one, and counts lines from 0 in some messages.
 * `undefined` for what stands behind a complete document, which Go does not read.
 * Upstream: go.yaml.in/yaml/v2 decode.go (fail), scannerc.go, parserc.go.
 */
export function syntaxError(text: string, error: YAMLError, root: ParsedNode | null): string | undefined {
  const [offset] = error.pos;
  switch (error.code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY': {
      const colon = /:(?=\s|$)/.exec(text.slice(offset));
      if (colon !== null) return scanner(text, offset + colon.index, 'mapping values are not allowed in this context');
      return parser(text, text.indexOf('\n', offset) + 1, 'did not find expected key');
    }
    case 'BAD_INDENT':
    case 'MISSING_CHAR':
      if (/quote/.test(error.message)) return scanner(text, text.length, 'found unexpected end of stream');
      return /same column|without - indicator/.test(error.message) && isCollection(root)
        ? misplaced(text, offset, root)
        : unclosed(text);
    case 'TAB_AS_INDENT':
      return scanner(text, offset, 'found character that cannot start any token');
    case 'BAD_SCALAR_START':
      if (/[@`%]/.test(text.charAt(offset))) {
        return scanner(text, offset, 'found character that cannot start any token');
      }
      return parser(text, offset, 'did not find expected node content');
    case 'BAD_DQ_ESCAPE':
      return scanner(text, offset, 'found unknown escape character');
    case 'BAD_ALIAS':
      return scanner(text, offset, BAD_NAME);
    case 'ALIAS_PROPS':
      return parser(text, offset, 'did not find expected key');
    case 'UNEXPECTED_TOKEN':
      return unexpected(text, error, root);
    default:
      return parser(text, offset, error.message);
  }
}

/** What Go says of the name of an anchor or alias that is not of letters, digits, `-` and `_`. */
export const BAD_NAME = 'did not find expected alphabetic or numeric character';

function unexpected(text: string, error: YAMLError, root: ParsedNode | null): string | undefined {
  const [offset] = error.pos;
  if (/Block scalar header/.test(error.message)) {
    return scanner(text, offset, 'did not find expected comment or line break');
  }
  if (/block-seq-ind on same line/.test(error.message)) {
    return scanner(text, offset, 'block sequence entries are not allowed in this context');
  }
  if (!isCollection(root)) {
    const isEmpty = root === null || root.range[0] === root.range[1];
    return isEmpty ? parser(text, offset, 'did not find expected node content') : undefined;
  }
  if (root.flow === true) return offset >= root.range[1] ? undefined : unclosed(text);
  if (offset >= root.range[1] && columnOf(text, offset) < columnOf(text, root.range[0])) return undefined;
  if (/[}\]]/.test(text.charAt(offset)) && /(^|[:?-])\s*$/.test(text.slice(0, offset))) {
    return parser(text, offset, 'did not find expected node content');
  }
  if (/^[&*](?![\w-])/.test(text.slice(offset))) return scanner(text, offset, BAD_NAME);
  return misplaced(text, offset, root);
}

/** What belongs neither to the list or map that goes on there nor ends it. */
function misplaced(text: string, offset: number, root: Collection): string {
  const isList = isSeq(openCollection(text, offset, root));
  return parser(text, offset, isList ? "did not find expected '-' indicator" : 'did not find expected key');
}

/** The block list or map that still goes on at an offset; a list that is not indented has ended before what is no item. */
function openCollection(text: string, offset: number, root: Collection): Collection {
  let open = root;
  let inner: Collection | undefined = root;
  while (inner !== undefined) {
    const last = (inner.items as readonly (ParsedNode | ParsedPair)[]).findLast((item) => startOf(item) < offset);
    const next: unknown = isPair(last) ? last.value : last;
    if (!isCollection(next) || next.flow === true || !isOpen(text, offset, next as Collection)) return open;
    const outer: Collection = inner;
    inner = next as Collection;
    const isIndented = !isSeq(inner) || isSeq(outer) || columnOf(text, inner.range[0]) > columnOf(text, outer.range[0]);
    if (isIndented) open = inner;
  }
  return open;
}

interface ParsedPair {
  readonly key: ParsedNode;
  readonly value: ParsedNode | null;
}

type Collection = Extract<ParsedNode, { items: unknown }>;

function startOf(item: ParsedNode | ParsedPair): number {
  return 'key' in item ? item.key.range[0] : item.range[0];
}

function isOpen(text: string, offset: number, { range: [start] }: Collection): boolean {
  return start < offset && columnOf(text, offset) >= columnOf(text, start);
}

/** A flow list or map without its end. */
function unclosed(text: string): string {
  const line = text.endsWith('\n') ? lineOf(text, text.length) : lineOf(text, text.length) + 1;
  const last = text.trimEnd().at(-1);
  if (last === '[' || last === ',') return onLine(line, 'did not find expected node content');
  const bracket = text.lastIndexOf('[') > text.lastIndexOf('{') ? ']' : '}';
  return onLine(line, `did not find expected ',' or '${bracket}'`);
}

function columnOf(text: string, offset: number): number {
  return offset - text.lastIndexOf('\n', offset - 1);
}

/** Lines before an offset. */
function lineOf(text: string, offset: number): number {
  return text.slice(0, Math.max(0, offset)).split('\n').length - 1;
}

/** An error of Go's scanner. */
function scanner(text: string, offset: number, message: string): string {
  const line = lineOf(text, offset);
  return onLine(line === 0 ? 0 : line + 1, message);
}

/** An error of Go's parser, which counts lines from 0. */
function parser(text: string, offset: number, message: string): string {
  return onLine(lineOf(text, offset), message);
}

function onLine(line: number, message: string): string {
  return line === 0 ? message : `line ${line}: ${message}`;
}
