import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from 'yaml';
import { type Json, type NumberMode, setKey } from '../model/json.ts';
import { keyText, resolvePlain, type Scalar, scalarToJson } from './scalar.ts';
import { resolveTagged } from './tags.ts';
import { FaultError, type Tree } from './tree.ts';

interface Conversion {
  readonly text: string;
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
export function treeToJson({ root, text }: Tree, mode: NumberMode, strict: boolean): Json {
  if (root === null) return null;
  const anchors = new Map<string, ParsedNode>();
  try {
    return convert(root, { text, mode, strict, anchors, open: new Set(), decoded: 0, aliased: 0, aliasDepth: 0 });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new FaultError({
      code: 'yaml-too-deep',
      offset: root.range[0],
      message: 'the document is nested too deeply',
    });
  }
}

function fail(node: ParsedNode, code: string, message: string, hint?: string): never {
  throw new FaultError({ code, offset: node.range[0], message, ...(hint === undefined ? {} : { hint }) });
}

function convert(node: ParsedNode, at: Conversion): Json {
  count(node, at);
  checkName(node);
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
  const json = scalarToJson(scalarOf(node, at.text), at.mode);
  return json === undefined
    ? fail(node, 'yaml-number', `\`${source(node)}\` has no JSON form`, 'put quotes around it')
    : json;
}

/** Go wants letters, digits, `-` and `_` in names of anchors and aliases. */
function checkName(node: ParsedNode): void {
  const name = isAlias(node) ? node.source : node.anchor;
  if (name === undefined || /^[\w-]+$/.test(name)) return;
  const message = `\`${name}\` is no name of an anchor`;
  fail(node, 'yaml-anchor', message, 'put quotes around a value that starts with `*` or `&`');
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
  // Earlier maps of a list win: they are applied last.
  const sources = isSeq(value) ? [...(value.items as ParsedNode[])].reverse() : [value];
  for (const source of sources) {
    if (source === null) throw new FaultError({ code: 'yaml-merge', offset: 0, message: MERGE });
    if (!isMap(target(source, at))) fail(source, 'yaml-merge', MERGE);
    const merged = convert(source, at) as Record<string, Json>;
    for (const key of Object.keys(merged)) setKey(map, key, merged[key] as Json);
  }
}

const MERGE = 'map merge requires map or sequence of maps as the value';

/** True for an unquoted `<<`. */
export function isMergeKey(key: ParsedNode | null): boolean {
  if (!isScalar(key) || key.type !== 'PLAIN' || key.source !== '<<') return false;
  return key.tag === undefined || key.tag === 'tag:yaml.org,2002:merge';
}

function keyOf(node: ParsedNode | null, at: Conversion): string {
  if (node === null) throw new FaultError({ code: 'yaml-key', offset: 0, message: 'a key must be text, not `null`' });
  if (node.anchor !== undefined) at.anchors.set(node.anchor, node);
  const to = target(node, at);
  if (!isScalar(to)) {
    const braces = at.text.startsWith('{{', node.range[0] - 1);
    const hint = braces ? 'put quotes around a value that starts with `{{`' : 'lists and maps cannot be keys';
    return fail(node, 'yaml-key', 'a key must be text', hint);
  }
  const key = keyText(scalarOf(to, at.text));
  if (key !== undefined) return key;
  return fail(node, 'yaml-key', `a key must be text, not \`${source(to) || 'null'}\``, 'put quotes around it');
}

function source(node: ParsedNode): string {
  return isScalar(node) ? (node.source ?? '') : '';
}

/** The value of a scalar node of `text`. Throws `FaultError` for a tag or an escape that does not fit. */
export function scalarOf(node: ParsedNode, text: string): Scalar {
  if (!isScalar(node)) return null;
  const value = typeof node.value === 'string' ? node.value : '';
  if (node.type === 'QUOTE_DOUBLE') checkEscapes(node, text.slice(node.range[0], node.range[1]));
  if (node.tag === '!') return value;
  if (node.tag === undefined) return node.type === 'PLAIN' || node.type === undefined ? resolvePlain(value) : value;
  const tagged = resolveTagged(node.tag, value);
  return tagged.ok ? tagged.value : fail(node, 'yaml-tag', tagged.error, 'remove the tag or correct the value');
}

/** Escapes that YAML 1.2 has and YAML 1.1 has not. */
function checkEscapes(node: ParsedNode, quoted: string): void {
  if (!quoted.includes('\\')) return;
  const codes: readonly string[] = quoted.match(/\\(?:u[0-9a-fA-F]{4}|[\s\S])/g) ?? [];
  if (codes.includes('\\/')) fail(node, 'yaml-escape', 'found unknown escape character `\\/`', 'write `/`');
  const half = codes.find((code) => /^\\u[dD][89a-fA-F]/.test(code));
  if (half !== undefined) {
    fail(node, 'yaml-escape', `found invalid Unicode character escape code \`${half}\``, 'write the character itself');
  }
}
