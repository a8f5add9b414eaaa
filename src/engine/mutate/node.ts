import { compareBytes, goJson } from '../../language/go-text.ts';
import { yamlDoubleQuoted } from '../../language/yaml-quote.ts';
import { EvaluationError } from '../../model/failure.ts';
import { isArray, isObject, type Json, parseJson, setKey } from '../../model/json.ts';

/**
 * A document as kustomize holds it while it merges: a tree of nodes that are changed in place. Maps keep the order of
 * their keys and may hold a key twice; a scalar knows whether it is written in quotes, because a number that takes the
 * place of a quoted text is written in quotes too, and so becomes a text.
 * Upstream: `sigs.k8s.io/kustomize/kyaml/yaml` over `go.yaml.in/yaml/v3`.
 */
export type DocumentNode = MapNode | ListNode | ScalarNode;

/** A map. */
export interface MapNode {
  readonly kind: 'map';
  entries: MapEntry[];
}

/** A key with its value; both may be replaced. */
export interface MapEntry {
  key: string;
  value: DocumentNode;
}

/** A list. */
export interface ListNode {
  readonly kind: 'list';
  items: DocumentNode[];
}

/** Anything else. */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly type: 'string' | 'number' | 'boolean' | 'null';
  /** The text without quotes: `null`, `true`, `1.5`. */
  readonly text: string;
  quoted: boolean;
  /** A null that the object had before and that stays. */
  readonly kept?: true;
}

/** A fresh tree for a JSON value; the keys of maps are in byte order of their text, as Go encodes them. */
export function toNode(value: Json): DocumentNode {
  if (isArray(value)) return { kind: 'list', items: value.map(toNode) };
  if (isObject(value)) {
    const keys = Object.keys(value).sort(compareBytes);
    return { kind: 'map', entries: keys.map((key) => ({ key, value: toNode(value[key] ?? null) })) };
  }
  if (typeof value === 'string') return { kind: 'scalar', type: 'string', text: value, quoted: true };
  if (value === null) return { kind: 'scalar', type: 'null', text: 'null', quoted: false };
  const type = typeof value === 'boolean' ? 'boolean' : 'number';
  return { kind: 'scalar', type, text: goJson(value), quoted: false };
}

/**
 * The JSON value of a tree, whole numbers as `bigint`. Throws `EvaluationError` when a map holds a key twice.
 * Upstream: the tree is written as YAML and read again.
 */
export function toJson(node: DocumentNode): Json {
  if (node.kind === 'list') return node.items.map(toJson);
  if (node.kind === 'map') {
    const object: Record<string, Json> = {};
    for (const { key, value } of node.entries) {
      if (Object.hasOwn(object, key)) {
        const problem = `mapping key ${JSON.stringify(key)} already defined at line 1`;
        throw new EvaluationError(`yaml: unmarshal errors:\n  line 1: ${problem}`);
      }
      setKey(object, key, toJson(value));
    }
    return object;
  }
  if (node.quoted || node.type === 'string') return node.text;
  if (node.type === 'null') return null;
  return parseJson(node.text === '-0' ? '0' : node.text, 'int');
}

/** A copy that shares nothing. */
export function copyNode(node: DocumentNode): DocumentNode {
  if (node.kind === 'list') return { kind: 'list', items: node.items.map(copyNode) };
  if (node.kind === 'map') {
    return { kind: 'map', entries: node.entries.map(({ key, value }) => ({ key, value: copyNode(value) })) };
  }
  return { ...node };
}

/** True for what is not there and for null. */
export function isMissing(node: DocumentNode | undefined): node is undefined | ScalarNode {
  return node === undefined || isNull(node);
}

/** True for null. */
export function isNull(node: DocumentNode | undefined): boolean {
  return node?.kind === 'scalar' && node.type === 'null';
}

/** True for what is not there, null, `{}` and `[]`. */
export function isNothing(node: DocumentNode | undefined): boolean {
  if (isMissing(node)) return true;
  return (node.kind === 'map' && node.entries.length === 0) || (node.kind === 'list' && node.items.length === 0);
}

/** The first entry of a map with this key; `undefined` also for what is no map. */
export function entryOf(node: DocumentNode | undefined, key: string): MapEntry | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key === key) : undefined;
}

/** The value under a key of a map. */
export function fieldOf(node: DocumentNode | undefined, key: string): DocumentNode | undefined {
  return entryOf(node, key)?.value;
}

/** Removes the first entry with this key. */
export function removeField(map: MapNode, key: string): void {
  const at = map.entries.findIndex((entry) => entry.key === key);
  if (at >= 0) map.entries.splice(at, 1);
}

/**
 * Puts a value under a key. It takes over whether what was there is quoted; a null that need not be kept removes the key.
 * Throws `EvaluationError` for an empty key, which means the map itself to kustomize.
 * Upstream: `FieldSetter` in `kyaml/yaml/fns.go`.
 */
export function setField(map: MapNode, key: string, value: DocumentNode | undefined): void {
  if (key === '') expectKind(map, 'scalar');
  if (value === undefined || (value.kind === 'scalar' && value.type === 'null' && value.kept !== true)) {
    removeField(map, key);
    return;
  }
  const entry = entryOf(map, key);
  if (entry === undefined) map.entries.push({ key, value });
  else if (entry.value !== value) {
    if (value.kind === 'scalar') value.quoted = entry.value.kind === 'scalar' && entry.value.quoted;
    entry.value = { ...value };
  }
}

/** The text by which keys of list elements are compared; maps and lists have none. */
export function scalarText(node: DocumentNode | undefined): string {
  return node?.kind === 'scalar' ? node.text : '';
}

/** The tree as YAML on one line, as errors quote it. */
export function nodeText(node: DocumentNode): string {
  if (node.kind === 'list') return `[${node.items.map(nodeText).join(', ')}]`;
  if (node.kind === 'map') {
    return `{${node.entries.map(({ key, value }) => `${yamlDoubleQuoted(key)}: ${nodeText(value)}`).join(', ')}}`;
  }
  return node.quoted || node.type === 'string' ? yamlDoubleQuoted(node.text) : node.text;
}

const KIND_NAMES = { map: 'MappingNode', list: 'SequenceNode', scalar: 'ScalarNode' } as const;

/** Throws `EvaluationError` for a node of another kind; null passes. Upstream: `ErrorIfInvalid` in `kyaml/yaml/fns.go`. */
export function expectKind(node: DocumentNode | undefined, kind: DocumentNode['kind']): void {
  if (isMissing(node) || node.kind === kind) return;
  const kinds = `expected ${KIND_NAMES[kind]} but got ${KIND_NAMES[node.kind]}`;
  throw new EvaluationError(`wrong node kind: ${kinds}: node contents:\n${nodeText(node)}\n`);
}
