import type { MergeList, MergeSchema } from './merge-keys.ts';
import {
  type DocumentNode,
  expectKind,
  fieldOf,
  isMissing,
  isNothing,
  type ListNode,
  scalarText,
  setField,
} from './node.ts';

/** Merges two elements. */
type Merge = (
  sources: { readonly dest: DocumentNode | undefined; readonly patch: DocumentNode | undefined },
  schema: { readonly map?: MergeSchema } | undefined,
) => DocumentNode | undefined;

/**
 * Merges a list by its elements' keys: the patch's elements come first, in their order, then what is left of the
 * object's. `list` is the object's list, or the patch's where that takes its place.
 * Upstream: `walkAssociativeSequence` in kyaml's `walk/associative_sequence.go`, whose ways with several keys are kept.
 */
export function mergeElements(
  list: ListNode,
  patch: ListNode | undefined,
  { keys, elements }: MergeList,
  merge: Merge,
): ListNode {
  const names = keys.length === 0 ? [''] : keys;
  const identities = keys.length === 0 ? plainValues(list, patch) : identitiesOf(list, patch, keys);
  const all = keys.length > 1 ? completed(identities) : identities;
  const added: ListNode = { kind: 'list', items: [] };
  const schema = elements === undefined ? undefined : { map: elements };
  let used: Selector = { keys: names, values: [] };
  for (const values of all) {
    used = usable(all, values, names);
    const own = usable([used.values], used.values, used.keys);
    const merged = merge({ dest: find(list, own), patch: patch === undefined ? undefined : find(patch, own) }, schema);
    if (merged === undefined || isMissing(merged) || (merged.kind === 'map' && merged.entries.length === 0)) {
      put(list, used, undefined);
      continue;
    }
    for (const [i, key] of used.keys.entries()) {
      const value = used.values[i] ?? '';
      if (merged.kind === 'map' && value !== '' && fieldOf(merged, key) === undefined) {
        setField(merged, key, { kind: 'scalar', type: 'string', text: value, quoted: true });
      }
    }
    put(added, used, merged);
  }
  return all.length === 0 ? list : appendRest(added, list, used.keys);
}

/** Elements with these texts under these keys. The key `""` means the element itself. */
interface Selector {
  readonly keys: readonly string[];
  readonly values: readonly string[];
}

/** The texts of the key fields of all elements, the patch's first, each combination once. */
function identitiesOf(
  list: ListNode,
  patch: ListNode | undefined,
  keys: readonly string[],
): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  for (const source of [patch, list]) {
    for (const element of source?.items ?? []) {
      const values = keys.map((key) => {
        const field = fieldOf(element, key);
        return isNothing(field) ? '' : scalarText(field);
      });
      if (!found.some((known) => sameTexts(known, values))) found.push(values);
    }
  }
  return found;
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.every((text, i) => text === b[i]);
}

function plainValues(list: ListNode, patch: ListNode | undefined): readonly (readonly string[])[] {
  const texts = new Set([patch, list].flatMap((source) => source?.items.map(scalarText) ?? []));
  return [...texts].map((text) => [text]);
}

/** Combinations that differ only in what one of them lacks, and agree somewhere, become the same. */
function completed(identities: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const all = [...identities];
  for (let i = 0; i < all.length; i++) {
    // As upstream, the outer combination is the one from before the inner loop.
    const a = all[i] ?? [];
    for (let j = 0; j < all.length; j++) {
      const b = all[j] ?? [];
      const agree = a.some((text, k) => text === b[k]);
      const clash = a.some((text, k) => text !== b[k] && text !== '' && b[k] !== '');
      if (!agree || clash) continue;
      const full = a.map((text, k) => (text === '' ? (b[k] ?? '') : text));
      all[i] = full;
      all[j] = full;
    }
  }
  return all;
}

/** Only the keys that some combination has a text for; all keys when there is none. */
function usable(all: readonly (readonly string[])[], values: readonly string[], keys: readonly string[]): Selector {
  const has = keys.map((_, i) => all.some((one) => (one[i] ?? '') !== ''));
  if (!has.includes(true)) return { keys, values };
  return { keys: keys.filter((_, i) => has[i]), values: values.filter((text, i) => text !== '' || has[i]) };
}

/** The first element that matches. */
function find(list: ListNode, { keys, values }: Selector): DocumentNode | undefined {
  const [first = ''] = keys;
  if (first === '') return list.items.find((item) => scalarText(item) === (values[0] ?? ''));
  return list.items.find(
    (item) =>
      item.kind === 'map' &&
      keys.every((key, i) => {
        const field = fieldOf(item, key);
        return field !== undefined && scalarText(field) === (values[i] ?? '');
      }),
  );
}

/**
 * Replaces every element that matches by `element`, appends it where none does, or removes them without one. What is
 * empty is dropped, and so is, where there are keys but no values, every element that does not match.
 * Upstream: `ElementSetter` in `kyaml/yaml/fns.go`.
 */
function put(list: ListNode, selector: Selector, element: DocumentNode | undefined): void {
  const { keys, values } = selector;
  const wantsMap = (keys[0] ?? '') !== '' && (values[0] ?? '') !== '';
  const items: DocumentNode[] = [];
  let found = false;
  for (const item of list.items) {
    if (isMissing(item) || (item.kind === 'map' && item.entries.length === 0)) continue;
    if (item.kind !== 'map' && wantsMap) items.push(item);
    else if (!isSelected(item, selector)) {
      if (values.length > 0) items.push(item);
    } else {
      found = true;
      if (element !== undefined) items.push(element);
    }
  }
  if (element !== undefined && !isMissing(element) && !found) items.push(element);
  list.items = items;
}

/** A key without a text matches whatever the element has there. */
function isSelected(item: DocumentNode, { keys, values }: Selector): boolean {
  let matched = false;
  for (const [i, key] of keys.entries()) {
    const value = values[i];
    if (value !== undefined) {
      if (key === '') {
        expectKind(item, 'scalar');
        matched = scalarText(item) === value;
      } else {
        expectKind(item, 'map');
        const field = fieldOf(item, key);
        matched = field !== undefined && (value === '' || scalarText(field) === value);
      }
    }
    if (!matched) return false;
  }
  return true;
}

/** Puts the elements of `rest` behind those of `list` that are not there yet. */
function appendRest(list: ListNode, rest: ListNode, keys: readonly string[]): ListNode {
  for (const element of rest.items) {
    if (keys[0] === '') {
      put(list, { keys: [''], values: [scalarText(element)] }, element);
      continue;
    }
    const values: string[] = [];
    for (const key of keys) {
      expectKind(element, 'map');
      const field = fieldOf(element, key);
      if (field === undefined) list.items.push(element);
      else values.push(scalarText(field));
    }
    if (keys.length > 1) put(list, { keys, values }, undefined);
    put(list, { keys, values }, element);
  }
  return list;
}
