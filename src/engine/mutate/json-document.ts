import { EvaluationError } from '../../model/failure.ts';
import { compactJson, rawItems, rawMembers } from './raw-json.ts';

/** A value of a document under patching: its text until it is opened. `null` has no node. */
export interface LazyNode {
  readonly raw: string;
  opened?: Container;
}

/** An opened object or list. */
export type Container = ObjectContainer | ListContainer;

/** An opened object. */
export interface ObjectContainer {
  readonly kind: 'object';
  /** In order; `undefined` for a document that is null. */
  readonly members: Map<string, LazyNode | null> | undefined;
  /** The document itself, for the root. */
  readonly self: LazyNode | undefined;
}

/** An opened list. */
export interface ListContainer {
  readonly kind: 'list';
  items: (LazyNode | null)[];
  readonly self: LazyNode | undefined;
  /** Null took the place of the whole document: an empty list, but written as null. */
  readonly isNull?: true;
}

/** A missing value, which some operations let pass. */
export class MissingValue extends EvaluationError {}

/** A node for a JSON text; `null` for the text of null. */
export function lazyNode(raw: string): LazyNode | null {
  return raw === 'null' ? null : { raw };
}

/** Opens the text of a document, which is an object or list or null. Throws `EvaluationError`. */
export function openText(raw: string, self?: LazyNode): Container {
  const text = raw.trimStart();
  if (text.startsWith('[')) return { kind: 'list', items: rawItems(text).map(lazyNode), self };
  if (text.startsWith('{')) {
    return { kind: 'object', members: new Map(rawMembers(text).map(([key, value]) => [key, lazyNode(value)])), self };
  }
  if (text === 'null') return { kind: 'object', members: undefined, self };
  const kind = /^[tf]/.test(text) ? 'bool' : text.startsWith('"') ? 'string' : 'number';
  throw new EvaluationError(`json: cannot unmarshal ${kind} into Go value of type map[string]*jsonpatch.lazyNode`);
}

/** Opens a node, once. Throws `EvaluationError` for a scalar. */
export function openNode(node: LazyNode): Container {
  if (!/^\s*[[{]/.test(node.raw)) throw new EvaluationError('invalid state detected');
  node.opened ??= openText(node.raw);
  return node.opened;
}

const EXPECTED_OBJECT = 'invalid value, expected object';

/** The value under a key or index. Throws `MissingValue` or `EvaluationError`. */
export function getAt(container: Container, key: string): LazyNode | null | undefined {
  if (key === '') return container.self;
  if (container.kind === 'list') return container.items[existingIndex(container, key)];
  const { members } = container;
  if (members === undefined) throw new EvaluationError(EXPECTED_OBJECT);
  if (!members.has(key)) throw new MissingValue(`unable to get nonexistent key: ${key}: missing value`);
  return members.get(key);
}

/** Adds a member, or inserts an item. Throws `EvaluationError`. */
export function addAt(container: Container, key: string, node: LazyNode | null): void {
  if (container.kind === 'object') setMember(container, key, node);
  else if (key === '-') container.items.push(node);
  else {
    const { length } = container.items;
    const index = goAtoi(key);
    if (index === undefined) {
      throw new EvaluationError(`value was not a proper array index: '${key}': ${atoiError(key)}`);
    }
    if (index > length || index < -(length + 1)) throw badIndex(index);
    container.items.splice(index < 0 ? index + length + 1 : index, 0, node);
  }
}

/** Replaces what is there. Throws `EvaluationError`. */
export function replaceAt(container: Container, key: string, node: LazyNode | null): void {
  if (container.kind === 'object') setMember(container, key, node);
  else container.items[existingIndex(container, key)] = node;
}

function setMember({ members }: ObjectContainer, key: string, node: LazyNode | null): void {
  if (members === undefined) throw new EvaluationError(EXPECTED_OBJECT);
  members.set(key, node);
}

/** Removes what is there; what is not there is no error. Throws `EvaluationError`. */
export function removeAt(container: Container, key: string): void {
  if (container.kind === 'object') {
    if (container.members === undefined) throw new EvaluationError(EXPECTED_OBJECT);
    container.members.delete(key);
    return;
  }
  const index = goAtoi(key);
  if (index === undefined) throw new EvaluationError(atoiError(key));
  const { length } = container.items;
  if (index < length && index >= -length) container.items.splice(index, 1);
}

function existingIndex({ items: { length } }: ListContainer, key: string): number {
  const index = goAtoi(key);
  if (index === undefined) throw new EvaluationError(atoiError(key));
  if (index >= length || index < -length) throw badIndex(index);
  return index < 0 ? index + length : index;
}

function badIndex(index: number): EvaluationError {
  return new EvaluationError(`Unable to access invalid index: ${index}: invalid index referenced`);
}

/** Go's `strconv.Atoi`; `undefined` for what is no number. */
export function goAtoi(text: string): number | undefined {
  return /^[+-]?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text.replace('+', ''))) === BigInt(text.replace('+', ''))
    ? Number(text)
    : undefined;
}

function atoiError(text: string): string {
  const problem = /^[+-]?\d+$/.test(text) ? 'value out of range' : 'invalid syntax';
  return `strconv.Atoi: parsing ${JSON.stringify(text)}: ${problem}`;
}

/** The text of a node: as it was written, except for objects that were opened. */
export function nodeJson(node: LazyNode | null): string {
  if (node === null) return 'null';
  return node.opened === undefined ? compactJson(node.raw) : containerJson(node.opened);
}

/** The text of an opened object or list. Throws `EvaluationError` for the null document. */
export function containerJson(container: Container): string {
  if (container.kind === 'list') return container.isNull ? 'null' : `[${container.items.map(nodeJson).join(',')}]`;
  if (container.members === undefined) {
    throw new EvaluationError(`json: error calling MarshalJSON for type *jsonpatch.partialDoc: ${EXPECTED_OBJECT}`);
  }
  return `{${[...container.members].map(([key, node]) => `${JSON.stringify(key)}:${nodeJson(node)}`).join(',')}}`;
}
