import { anchorText, parseAnchor } from '../pattern/anchor.ts';
import { crash, holdsAnchor, isCondition } from './anchor-keys.ts';
import { type DocumentNode, entryOf, fieldOf, type ListNode, type MapNode, removeField } from './node.ts';

/**
 * Removes what is left of conditions from a whole patch, and what became empty with them. Conditions at the root that
 * hold more than conditions stay, as keys that no object has.
 * Upstream: `deleteConditionElements` in `pkg/engine/mutate/patch/strategicPreprocessing.go`.
 */
export function removeConditions(patch: MapNode): void {
  for (const key of patch.entries.map((entry) => entry.key)) {
    const value = fieldOf(patch, key);
    if (value !== undefined && removeAnchors(value, isCondition(parseAnchor(key)))) removeField(patch, key);
  }
}

/** Removes conditions from a part of a patch; true when nothing is left of it. A scalar counts as `dropScalar` says. */
export function removeAnchors(node: DocumentNode, dropScalar: boolean): boolean {
  if (node.kind === 'map') return cleanMap(node);
  return node.kind === 'list' ? cleanList(node) : dropScalar;
}

/** Also a map that was written empty counts as empty. */
function cleanMap(map: MapNode): boolean {
  let kept = false;
  for (const anchor of conditionsOf(map)) {
    const text = anchorText(anchor);
    const value = fieldOf(map, text);
    if (value === undefined) throw crash('invalid memory address or nil pointer dereference');
    if (removeAnchors(value, true)) removeField(map, text);
    else kept = true;
  }
  if (kept) {
    for (const anchor of conditionsOf(map)) {
      const entry = entryOf(map, anchorText(anchor));
      if (entry !== undefined) entry.key = anchor.key;
    }
  }
  let empty = true;
  for (const key of map.entries.map((entry) => entry.key)) {
    const value = fieldOf(map, key);
    if (value !== undefined && removeAnchors(value, false)) removeField(map, key);
    else empty = false;
  }
  return empty;
}

function conditionsOf(map: MapNode) {
  return map.entries.flatMap(({ key }) => {
    const anchor = parseAnchor(key);
    return anchor !== undefined && isCondition(anchor) ? [anchor] : [];
  });
}

/** Upstream removes by the place in the list as it was at first, so the second removal takes the wrong element or none. */
function cleanList(list: ListNode): boolean {
  const before = [...list.items];
  for (const [i, element] of before.entries()) {
    if (!holdsAnchor(element) && !removeAnchors(element, false)) continue;
    const { length } = list.items;
    if (i + 1 > length) throw crash(`slice bounds out of range [${i + 1}:${length}]`);
    list.items.splice(i, 1);
  }
  return before.length > 0 && list.items.length === 0;
}
