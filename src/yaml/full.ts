import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseAllDocuments,
  type Range,
  type YAMLMap,
} from 'yaml';
import { type Json, type NumberMode, setKey } from '../model/json.ts';
import { keyText, resolvePlain, type Scalar, scalarToJson } from './scalar.ts';
import { resolveTagged } from './tags.ts';

/** What the full reader found wrong: an offset into the text and Go's or the parser's words. */
export interface Fault {
  readonly code: string;
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}

/** Thrown inside the readers; `documents.ts` makes an `InputError` of it. */
export class FaultError extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** A document as nodes with offsets. `root` is `null` for an empty one. */
export interface Tree {
  readonly root: ParsedNode | null;
  readonly lines: LineCounter;
}

/** Parses one document into nodes. Throws `FaultError` on the first mistake. */
export function parseTree(text: string): Tree {
  const lines = new LineCounter();
  const documents = parseOrOverflow(text, lines);
  const [first, second] = documents;
  const error = first?.errors[0];
  if (error !== undefined) throw new FaultError(syntaxFault(text, error.pos[0], error.code, error.message));
  if (second !== undefined && (second.contents !== null || second.errors.length > 0)) {
    throw new FaultError({
      code: 'yaml-lost-document',
      offset: second.range?.[0] ?? 0,
      message: 'Kubernetes reads nothing after the end of a document',
      hint: 'start the next document with a line `---`',
    });
  }
  return { root: first?.contents ?? null, lines };
}

function parseOrOverflow(text: string, lineCounter: LineCounter) {
  try {
    return parseAllDocuments(text, {
      version: '1.1',
      schema: 'failsafe',
      merge: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
      lineCounter,
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new FaultError({ code: 'yaml-too-deep', offset: 0, message: 'the document is nested too deeply' });
  }
}

function syntaxFault(text: string, offset: number, code: string, message: string): Fault {
  const hint = syntaxHint(text, offset, code);
  return {
    code: 'yaml-syntax',
    offset,
    message: `not valid YAML: ${message.replace(/\.$/, '')}`,
    ...(hint === undefined ? {} : { hint }),
  };
}

function syntaxHint(text: string, offset: number, code: string): string | undefined {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1).split('\n')[0] ?? '';
  if (code === 'TAB_AS_INDENT') return 'indent with spaces, YAML does not allow tabs here';
  if (/:\s+\{\{/.test(line) || /^\s*-\s+\{\{/.test(line)) return 'put quotes around a value that starts with `{{`';
  if (/:\s+[^"'\s][^"']*:\s/.test(line)) return 'put quotes around a value that contains `: `';
  if (/:\s+[*&!%@`]/.test(line))
    return 'put quotes around a value that starts with `*`, `&`, `!`, `%`, `@` or a backtick';
  if (code === 'BAD_INDENT' || code === 'MULTILINE_IMPLICIT_KEY' || code === 'BLOCK_AS_IMPLICIT_KEY') {
    return 'check the indentation and the quotes of this line and the one above';
  }
  return code === 'MISSING_CHAR' ? 'check that each quote and bracket is closed' : undefined;
}

interface Conversion {
  readonly mode: NumberMode;
  readonly strict: boolean;
  readonly anchors: Map<string, ParsedNode>;
  readonly open: Set<ParsedNode>;
  decoded: number;
  aliased: number;
  aliasDepth: number;
}

/**
 * The JSON of a document, as `sigs.k8s.io/yaml` gives it: keys become text, a later key replaces an earlier one
 * (in `strict` mode that is a fault), merge keys apply where they stand, aliases are copied.
 * Throws `FaultError`. Upstream: go.yaml.in/yaml/v2 decode.go, sigs.k8s.io/yaml yaml.go.
 */
export function treeToJson(root: ParsedNode | null, mode: NumberMode, strict: boolean): Json {
  if (root === null) return null;
  const anchors = new Map<string, ParsedNode>();
  try {
    return convert(root, { mode, strict, anchors, open: new Set(), decoded: 0, aliased: 0, aliasDepth: 0 });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new FaultError({
      code: 'yaml-too-deep',
      offset: root.range[0],
      message: 'the document is nested too deeply',
    });
  }
}

function fail(node: ParsedNode | { readonly range: Range }, code: string, message: string, hint?: string): never {
  throw new FaultError({ code, offset: node.range[0], message, ...(hint === undefined ? {} : { hint }) });
}

function convert(node: ParsedNode, at: Conversion): Json {
  count(node, at);
  if (isAlias(node)) return convertAlias(node, at);
  if (node.anchor !== undefined) at.anchors.set(node.anchor, node);
  if (isSeq(node)) {
    at.open.add(node);
    const list = node.items.map((item) => convert(item as ParsedNode, at));
    at.open.delete(node);
    return list;
  }
  if (isMap(node)) {
    at.open.add(node);
    const map: Record<string, Json> = {};
    fillMap(node as YAMLMap.Parsed, map, at);
    at.open.delete(node);
    return map;
  }
  const json = scalarToJson(scalarOf(node), at.mode);
  return json === undefined
    ? fail(node, 'yaml-number', `\`${source(node)}\` has no JSON form`, 'put quotes around it')
    : json;
}

/** Go's limit for documents that grow by aliases. */
function count(node: ParsedNode, at: Conversion): void {
  at.decoded++;
  if (at.aliasDepth > 0) at.aliased++;
  if (at.aliased <= 100 || at.decoded <= 1000) return;
  const grown = Math.min(Math.max((at.decoded - 400_000) / 3_600_000, 0), 1);
  if (at.aliased / at.decoded > 0.99 - 0.89 * grown) fail(node, 'yaml-aliases', 'document contains excessive aliasing');
}

function target(node: ParsedNode, at: Conversion): ParsedNode {
  if (!isAlias(node)) return node;
  return at.anchors.get(node.source) ?? fail(node, 'yaml-anchor', `unknown anchor \`${node.source}\` referenced`);
}

function convertAlias(node: ParsedNode, at: Conversion): Json {
  const to = target(node, at);
  if (at.open.has(to)) fail(node, 'yaml-anchor', `anchor \`${to.anchor ?? ''}\` value contains itself`);
  at.aliasDepth++;
  const value = convert(to, at);
  at.aliasDepth--;
  return value;
}

function fillMap(node: YAMLMap.Parsed, map: Record<string, Json>, at: Conversion): void {
  for (const { key, value } of node.items) {
    if (isMergeKey(key)) {
      merge(value, map, at);
      continue;
    }
    const name = keyOf(key, at);
    const json = value === null ? null : convert(value, at);
    if (at.strict && Object.hasOwn(map, name)) {
      fail(key, 'yaml-duplicate-key', `key \`${name}\` already set in map`, 'remove one of the two');
    }
    setKey(map, name, json);
  }
}

function merge(value: ParsedNode | null, map: Record<string, Json>, at: Conversion): void {
  if (value === null) throw new FaultError({ code: 'yaml-merge', offset: 0, message: MERGE });
  const from = target(value, at);
  // Earlier maps of a list win: they are applied last.
  const sources = isSeq(from) && from === value ? [...from.items].reverse() : [value];
  for (const source of sources as ParsedNode[]) {
    const to = target(source, at);
    if (!isMap(to)) fail(source, 'yaml-merge', MERGE);
    const merged = convert(source, at);
    for (const [key, json] of Object.entries(merged as Record<string, Json>)) setKey(map, key, json);
  }
}

const MERGE = 'map merge requires map or sequence of maps as the value';

function isMergeKey(key: ParsedNode): boolean {
  return (
    isScalar(key) && key.type === 'PLAIN' && key.source === '<<' && (key.tag === undefined || key.tag === MERGE_TAG)
  );
}
const MERGE_TAG = 'tag:yaml.org,2002:merge';

function keyOf(node: ParsedNode, at: Conversion): string {
  const to = target(node, at);
  if (!isScalar(to)) return fail(node, 'yaml-key', 'a key must be text', 'lists and maps cannot be keys');
  if (to === node && to.anchor !== undefined) at.anchors.set(to.anchor, to);
  const scalar = scalarOf(to);
  return (
    keyText(scalar) ??
    fail(node, 'yaml-key', `a key must be text, not \`${source(to) || 'null'}\``, 'put quotes around it')
  );
}

function source(node: ParsedNode): string {
  return isScalar(node) ? (node.source ?? '') : '';
}

function scalarOf(node: ParsedNode): Scalar {
  if (!isScalar(node)) return null;
  const text = typeof node.value === 'string' ? node.value : '';
  const plain = node.type === 'PLAIN' || node.type === undefined;
  if (node.tag === undefined || node.tag === '!' || node.tag === STRING_TAG_UNSET)
    return plain ? resolvePlain(text) : text;
  const tagged = resolveTagged(node.tag, text);
  return tagged.ok ? tagged.value : fail(node, 'yaml-tag', tagged.error, 'remove the tag or correct the value');
}
const STRING_TAG_UNSET = '';

/** Where the node at `path` starts: for a field its key, for a list item its value; else the nearest parent. */
export function offsetOf(root: ParsedNode | null, path: readonly (string | number)[]): number {
  if (root === null) return 0;
  const anchors = new Map<string, ParsedNode>();
  let offset = root.range[0];
  let node: ParsedNode | null = root;
  const at: Conversion = {
    mode: 'float',
    strict: false,
    anchors,
    open: new Set(),
    decoded: 0,
    aliased: 0,
    aliasDepth: 0,
  };
  collectAnchors(root, anchors);
  for (const step of path) {
    while (node !== null && isAlias(node)) node = anchors.get(node.source) ?? null;
    if (node === null) return offset;
    if (isSeq(node)) {
      const item: unknown = node.items[Number(step)];
      if (item === undefined) return offset;
      node = item as ParsedNode;
      offset = node.range[0];
    } else if (isMap(node)) {
      const pair = findPair(node as YAMLMap.Parsed, String(step), at);
      if (pair === undefined) return offset;
      offset = pair.key.range[0];
      node = pair.value;
    } else return offset;
  }
  return offset;
}

interface FoundPair {
  readonly key: ParsedNode;
  readonly value: ParsedNode | null;
}

function findPair(node: YAMLMap.Parsed, name: string, at: Conversion): FoundPair | undefined {
  let found: FoundPair | undefined;
  for (const pair of node.items) {
    if (isMergeKey(pair.key)) found = findMerged(pair.value, name, at) ?? found;
    else if (keyOf(pair.key, at) === name) found = pair;
  }
  return found;
}

function findMerged(value: ParsedNode | null, name: string, at: Conversion): FoundPair | undefined {
  const sources = isSeq(value) ? (value.items as ParsedNode[]) : value === null ? [] : [value];
  for (const source of sources) {
    const to = target(source, at);
    const found = isMap(to) ? findPair(to as YAMLMap.Parsed, name, at) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function collectAnchors(node: ParsedNode | null, anchors: Map<string, ParsedNode>): void {
  if (node === null || isAlias(node)) return;
  if (node.anchor !== undefined) anchors.set(node.anchor, node);
  if (isSeq(node)) for (const item of node.items) collectAnchors(item as ParsedNode, anchors);
  if (!isMap(node)) return;
  for (const { key, value } of (node as YAMLMap.Parsed).items) {
    collectAnchors(key, anchors);
    collectAnchors(value, anchors);
  }
}
