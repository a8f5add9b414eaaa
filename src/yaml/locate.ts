import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from 'yaml';
import { isMergeKey, scalarOf } from './convert.ts';
import { keyText } from './scalar.ts';
import { scalarOffset } from './scalar-offset.ts';
import { FaultError, type Tree } from './tree.ts';

type Anchors = ReadonlyMap<string, ParsedNode>;

/** Offset of the node at `path`: of a field its key, of a list item its value; else of the nearest parent. */
export function offsetOf(tree: Tree, path: readonly (string | number)[]): number {
  return find(tree, path).offset;
}

/**
 * Offset of a character of the text at `path`, whatever its quotes, folds and indent are; as `offsetOf` where there is
 * no text.
 */
export function offsetInText(tree: Tree, path: readonly (string | number)[], index: number): number {
  const { offset, node } = find(tree, path);
  return isScalar(node) && typeof node.value === 'string' ? scalarOffset(node, tree.text, index) : offset;
}

function find(
  { root, text }: Tree,
  path: readonly (string | number)[],
): { readonly offset: number; readonly node?: ParsedNode | null } {
  if (root === null) return { offset: 0 };
  const anchors = new Map<string, ParsedNode>();
  collectAnchors(root, anchors);
  let offset = root.range[0];
  let node: ParsedNode | null = root;
  for (const step of path) {
    node = resolve(node, anchors);
    if (isSeq(node)) {
      const item = node.items[Number(step)] as ParsedNode | undefined;
      if (item === undefined) return { offset };
      node = item;
      offset = node.range[0];
    } else if (isMap(node)) {
      const pair = findPair(node as YAMLMap.Parsed, String(step), text, anchors);
      if (pair === undefined) return { offset };
      offset = pair.key.range[0];
      node = pair.value;
    } else return { offset };
  }
  return { offset, node: resolve(node, anchors) };
}

function resolve(node: ParsedNode | null, anchors: Anchors): ParsedNode | null {
  return node !== null && isAlias(node) ? (anchors.get(node.source) ?? null) : node;
}

interface FoundPair {
  readonly key: ParsedNode;
  readonly value: ParsedNode | null;
}

/** The last pair of that name, as the last one counts; a merged one when it stands after or alone. */
function findPair(node: YAMLMap.Parsed, name: string, text: string, anchors: Anchors): FoundPair | undefined {
  let found: FoundPair | undefined;
  for (const pair of node.items) {
    if (isMergeKey(pair.key)) found = findMerged(pair.value, name, text, anchors) ?? found;
    else if (keyName(pair.key, text, anchors) === name) found = pair;
  }
  return found;
}

function findMerged(value: ParsedNode | null, name: string, text: string, anchors: Anchors): FoundPair | undefined {
  for (const source of isSeq(value) ? (value.items as ParsedNode[]) : [value]) {
    const to = resolve(source, anchors);
    const found = isMap(to) ? findPair(to as YAMLMap.Parsed, name, text, anchors) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function keyName(key: ParsedNode | null, text: string, anchors: Anchors): string | undefined {
  const node = resolve(key, anchors);
  if (!isScalar(node)) return undefined;
  try {
    return keyText(scalarOf(node, text));
  } catch (error) {
    if (error instanceof FaultError) return undefined;
    throw error;
  }
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
