import { EvaluationError } from '../../model/failure.ts';
import { type Anchor, parseAnchor } from '../pattern/anchor.ts';
import { type DocumentNode, isNothing } from './node.ts';

/** `( )` and `<( )`. */
export function isCondition(anchor: Anchor | undefined): boolean {
  return anchor?.kind === 'condition' || anchor?.kind === 'global';
}

/** `( )`, `<( )` and `+( )`: the anchors that patches know. */
export function isAnchor(anchor: Anchor | undefined): boolean {
  return isCondition(anchor) || anchor?.kind === 'add';
}

/** True when an anchor of this sort is a key at any depth, or a condition is a text. */
export function holdsAnchor(node: DocumentNode, wanted: (anchor: Anchor | undefined) => boolean = isAnchor): boolean {
  if (node.kind === 'scalar') return isCondition(parseAnchor(node.text));
  if (node.kind === 'list') return node.items.some((item) => holdsAnchor(item, wanted));
  return node.entries.some(
    ({ key, value }) => wanted(parseAnchor(key)) || (!isNothing(value) && holdsAnchor(value, wanted)),
  );
}

/** What stands for a crash of the real engine: an error that says so. */
export function crash(cause: string): EvaluationError {
  return new EvaluationError(`Kyverno crashes here: runtime error: ${cause}`);
}
