import { withNumbers } from '../../model/json.ts';
import { type Anchor, anchorText, parseAnchor } from '../pattern/anchor.ts';
import { compilePattern } from '../pattern/index.ts';
import { crash, holdsAnchor, isAnchor } from './anchor-keys.ts';
import { removeAnchors, removeConditions } from './clean-up.ts';
import { failingAs } from './failing.ts';
import {
  copyNode,
  type DocumentNode,
  entryOf,
  expectKind,
  fieldOf,
  isMissing,
  isNothing,
  type ListNode,
  type MapNode,
  removeField,
  setField,
  toJson,
} from './node.ts';

/** Which condition a patch failed: of the map at hand, or one for the patch as a whole. */
export type FailedCondition = 'condition' | 'global';

/**
 * Works the anchors of a patch off against an object and removes them, so that a plain patch is left. Says which
 * condition failed, if one did: then the patch must not be applied. Changes the patch. Throws `EvaluationError`.
 * Upstream: `PreProcessPattern` in `pkg/engine/mutate/patch/strategicPreprocessing.go`, with everything that goes wrong there.
 */
export function processAnchors(patch: DocumentNode, object: DocumentNode): FailedCondition | undefined {
  const failed = walk(patch, object);
  if (failed !== undefined) return failed;
  expectKind(patch, 'map');
  if (patch.kind === 'map') removeConditions(patch);
  return undefined;
}

const isGlobal = (anchor: Anchor | undefined) => anchor?.kind === 'global';

function walk(patch: DocumentNode, object: DocumentNode | undefined): FailedCondition | undefined {
  if (patch.kind === 'map') return walkMap(patch, object);
  const [first] = patch.kind === 'list' ? patch.items : [];
  return patch.kind === 'list' && first?.kind === 'map' ? walkList(patch, object) : undefined;
}

function walkMap(patch: MapNode, object: DocumentNode | undefined): FailedCondition | undefined {
  addWhatIsMissing(patch, object);
  const failed = checkConditions(patch, object);
  if (failed !== undefined) return failed;
  const plain = patch.entries.map(({ key }) => key).filter((key) => !isAnchor(parseAnchor(key)));
  for (const key of plain) {
    const value = fieldOf(patch, key);
    const below = value === undefined ? undefined : walk(value, fieldOf(object, key));
    if (below !== undefined) return below;
  }
  return undefined;
}

function anchorsOf(node: DocumentNode, wanted: (anchor: Anchor | undefined) => boolean): readonly Anchor[] {
  if (node.kind !== 'map') return [];
  return node.entries
    .map(({ key }) => parseAnchor(key))
    .filter((anchor) => anchor !== undefined && wanted(anchor)) as Anchor[];
}

/** Drops `+( )` keys that the object has and strips the others. Gives their number. */
function addWhatIsMissing(patch: DocumentNode, object: DocumentNode | undefined): number {
  const anchors = anchorsOf(patch, (anchor) => anchor?.kind === 'add');
  if (patch.kind !== 'map') return 0;
  for (const anchor of anchors) {
    const text = anchorText(anchor);
    if (entryOf(object, anchor.key) !== undefined) removeField(patch, text);
    else renameField(patch, text, anchor.key);
  }
  return anchors.length;
}

function renameField(map: MapNode, from: string, to: string): void {
  const entry = entryOf(map, from);
  if (entry !== undefined) entry.key = to;
}

function checkConditions(patch: MapNode, object: DocumentNode | undefined): FailedCondition | undefined {
  if (!holds(patch, object, 'global')) return 'global';
  return holds(patch, object, 'condition') ? undefined : 'condition';
}

/** A condition with `+( )` keys directly below holds without being compared. */
function holds(patch: MapNode, object: DocumentNode | undefined, kind: FailedCondition): boolean {
  return anchorsOf(patch, (anchor) => anchor?.kind === kind).every((anchor) => {
    const value = fieldOf(object, anchor.key);
    if (value === undefined) return false;
    const pattern = fieldOf(patch, anchorText(anchor));
    if (pattern === undefined) throw crash('invalid memory address or nil pointer dereference');
    return addWhatIsMissing(pattern, value) > 0 || matches(pattern, value);
  });
}

/** Scalars are compared as texts, whatever they are. */
function matches(pattern: DocumentNode, value: DocumentNode): boolean {
  const plain = (node: DocumentNode) => (node.kind === 'scalar' ? node.text : withNumbers(toJson(node), 'float'));
  return compilePattern(plain(pattern))(plain(value)).result === 'pass';
}

/**
 * Elements with anchors are tried on each element of the object; each that fits adds a plain element with that
 * element's name. Upstream shares one copy among all tries, so what the first try strips is stripped for all.
 */
function walkList(patch: ListNode, object: DocumentNode | undefined): FailedCondition | undefined {
  expectKind(object, 'list');
  const objects = object?.kind === 'list' ? object.items : [];
  for (const element of [...patch.items]) {
    if (!holdsAnchor(element)) continue;
    const onlyTests = holdsAnchor(element, isGlobal);
    const copy = copyNode(element);
    let passed = false;
    let failedGlobally = false;
    for (const one of objects) {
      const failed = walk(copy, one);
      if (failed === 'global') failedGlobally = true;
      if (failed !== undefined) continue;
      if (onlyTests) passed = true;
      else appendNamed(patch, copy, one);
    }
    if (object === undefined) {
      const failed = walk(copy, undefined);
      if (failed === 'condition') continue;
      if (failed === 'global') return failed;
      if (onlyTests) passed = true;
    }
    if (!passed && failedGlobally) return 'global';
  }
  return undefined;
}

/** Elements without a name cannot be addressed and are left out, and so is an element with nothing in it. */
function appendNamed(patch: ListNode, element: DocumentNode, object: DocumentNode): void {
  const name = fieldOf(object, 'name');
  if (name === undefined || isNothing(name)) return;
  const made = copyNode(element);
  if (removeAnchors(made, true)) return;
  failingAs('failed to update name in pattern', () => expectKind(made, 'map'));
  if (made.kind === 'map') setField(made, 'name', isMissing(name) ? undefined : copyNode(name));
  patch.items.push(made);
}
