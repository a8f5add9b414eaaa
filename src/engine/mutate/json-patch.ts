import { EvaluationError } from '../../model/failure.ts';
import {
  addAt,
  type Container,
  containerJson,
  getAt,
  goAtoi,
  type LazyNode,
  lazyNode,
  MissingValue,
  nodeJson,
  openNode,
  openText,
  removeAt,
  replaceAt,
} from './json-document.ts';
import type { Operation } from './json-operations.ts';
import { sameJson } from './raw-json.ts';

/**
 * Applies a patch to a JSON text and gives the new text. Negative indexes count from the end, removing what is not
 * there is no error, adding makes the parents that are missing. Throws `EvaluationError`.
 * Upstream: `ApplyWithOptions` in `github.com/evanphx/json-patch/v5` v5.9.11.
 */
export function applyJsonPatch(document: string, operations: readonly Operation[]): string {
  const self: LazyNode = { raw: document };
  const state: Document = { root: openText(document, self) };
  for (const operation of operations) APPLY[operation.op]?.(state, operation);
  return containerJson(state.root);
}

interface Document {
  root: Container;
}

const APPLY: Readonly<Record<string, (document: Document, operation: Operation) => void>> = {
  add,
  remove,
  replace,
  move,
  copy,
  test,
};

/** The container that holds the last part of a path; `undefined` when the way there is missing. */
function locate({ root }: Document, path: string): { readonly container: Container; readonly key: string } | undefined {
  const [first, ...parts] = path.split('/');
  if (parts.length === 0) return first === '' ? { container: root, key: '' } : undefined;
  let container = root;
  for (const part of parts.slice(0, -1)) {
    const next = attempt(() => getAt(container, unescaped(part)));
    const opened = next === undefined || next === null ? undefined : attempt(() => openNode(next));
    if (opened === undefined) return undefined;
    container = opened;
  }
  return { container, key: unescaped(parts.at(-1) ?? '') };
}

function unescaped(part: string): string {
  return part.replace(/~[01]/g, (pair) => (pair === '~1' ? '/' : '~'));
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

function naming<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    throw new EvaluationError(`${what}: ${error.message}`);
  }
}

function missing(text: string): EvaluationError {
  return new EvaluationError(`${text}: missing value`);
}

function valueNode({ value = 'null' }: Operation): LazyNode {
  return { raw: value };
}

function add(document: Document, operation: Operation): void {
  const { path } = operation;
  if (path === '') {
    const node = valueNode(operation);
    document.root = openText(node.raw, node);
    return;
  }
  makeParents(document, path);
  const place = locate(document, path);
  if (place === undefined) throw missing(`add operation does not apply: doc is missing path: "${path}"`);
  naming(`error in add for path: '${path}'`, () => addAt(place.container, place.key, valueNode(operation)));
}

/** Makes the parents of a path. As upstream, new members are named by the part as written, escapes and all. */
function makeParents({ root }: Document, path: string): void {
  const parts = path.split('/').slice(1);
  let container = root;
  for (const [i, part] of parts.slice(0, -1).entries()) {
    const found = attempt(() => getAt(container, unescaped(part)));
    if (found !== undefined && found !== null) {
      container = openNode(found);
      continue;
    }
    pad(container, goAtoi(part));
    const next = parts[i + 1] ?? '';
    const index = next === '-' ? 0 : goAtoi(next);
    if (index !== undefined && index < -1) {
      const problem = `Unable to ensure path for negative index other than -1: ${index}`;
      throw new EvaluationError(`${problem}: invalid index referenced`);
    }
    const made: LazyNode = { raw: index === undefined ? '{}' : '[]' };
    attempt(() => addAt(container, part, made));
    container = openNode(made);
    if (index !== undefined) pad(container, index);
  }
}

/** Fills a list with nulls up to an index. */
function pad(container: Container, index: number | undefined): void {
  if (container.kind !== 'list' || index === undefined) return;
  while (container.items.length < index) container.items.push({ raw: 'null' });
}

function remove(document: Document, { path }: Operation): void {
  const place = locate(document, path);
  if (place === undefined) return;
  naming(`error in remove for path: '${path}'`, () => removeAt(place.container, place.key));
}

function replace(document: Document, operation: Operation): void {
  const { path } = operation;
  if (path === '') {
    const { raw } = valueNode(operation);
    if (raw === 'null') {
      document.root = { kind: 'list', items: [], self: undefined, isNull: true };
      return;
    }
    if (!/^\s*[[{]/.test(raw)) throw new EvaluationError('replace operation value must be object or array: %!w(<nil>)');
    document.root = openText(raw);
    return;
  }
  const place = locate(document, path);
  if (place === undefined) throw missing(`replace operation does not apply: doc is missing path: ${path}`);
  const { container, key } = place;
  try {
    getAt(container, key);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    throw missing(`replace operation does not apply: doc is missing key: ${path}`);
  }
  naming(`error in remove for path: '${path}'`, () => replaceAt(container, key, valueNode(operation)));
}

function move(document: Document, { from, path }: Operation): void {
  if (from === '') throw new EvaluationError('unable to move entire document to another path: invalid state detected');
  const source = locate(document, from);
  if (source === undefined) throw missing(`move operation does not apply: doc is missing from path: ${from}`);
  const node = naming(`error in move for path: '${source.key}'`, () => {
    const found = getAt(source.container, source.key);
    removeAt(source.container, source.key);
    return found ?? null;
  });
  const place = locate(document, path);
  if (place === undefined) throw missing(`move operation does not apply: doc is missing destination path: ${path}`);
  naming(`error in move for path: '${path}'`, () => addAt(place.container, place.key, node));
}

function copy(document: Document, { from, path }: Operation): void {
  const source = locate(document, from);
  if (source === undefined) throw missing(`copy operation does not apply: doc is missing from path: "${from}"`);
  const found = naming(`error in copy for from: '${from}'`, () => getAt(source.container, source.key));
  const place = locate(document, path);
  if (place === undefined) throw missing(`copy operation does not apply: doc is missing destination path: ${path}`);
  const node = found === undefined || found === null ? null : lazyNode(nodeJson(found));
  naming('error while adding value during copy', () => addAt(place.container, place.key, node));
}

function test(document: Document, { path, value }: Operation): void {
  const failed = new EvaluationError(`testing value ${path} failed: test failed`);
  const wanted = value ?? 'null';
  if (path === '') {
    const { root } = document;
    const isNull = root.kind === 'object' && root.members === undefined;
    if (isNull || !sameJson(containerJson(root), wanted)) throw failed;
    return;
  }
  const place = locate(document, path);
  if (place === undefined) throw missing(`test operation does not apply: is missing path: ${path}`);
  const found = testedNode(place.container, place.key, path);
  const got = found === undefined || found === null ? null : nodeJson(found);
  if (got === null ? wanted !== 'null' : wanted === 'null' || !sameJson(got, wanted)) throw failed;
}

function testedNode(container: Container, key: string, path: string): LazyNode | null | undefined {
  try {
    return getAt(container, key);
  } catch (error) {
    if (error instanceof MissingValue) return undefined;
    if (!(error instanceof EvaluationError)) throw error;
    throw new EvaluationError(`error in test for path: '${path}': ${error.message}`);
  }
}
