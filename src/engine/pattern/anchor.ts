import { goTrimSpace } from '../../language/go-text-numbers.ts';

/** Kinds of anchor: `( )`, `<( )`, `=( )`, `X( )`, `^( )`, `+( )`. Upstream: `pkg/engine/anchor/anchor.go`. */
export type AnchorKind = 'condition' | 'global' | 'equality' | 'negation' | 'existence' | 'add';

/** A pattern key that is an anchor, taken apart. */
export interface Anchor {
  readonly kind: AnchorKind;
  readonly key: string;
}

const KINDS: ReadonlyMap<string, AnchorKind> = new Map([
  ['', 'condition'],
  ['<', 'global'],
  ['=', 'equality'],
  ['X', 'negation'],
  ['^', 'existence'],
  ['+', 'add'],
]);
const MODIFIERS: ReadonlyMap<AnchorKind, string> = new Map([...KINDS].map(([modifier, kind]) => [kind, modifier]));

/** The anchor a pattern key stands for, or `undefined` for a plain key. White space around it is ignored. */
export function parseAnchor(text: string): Anchor | undefined {
  if (!text.includes('(')) return undefined;
  const match = /^([+<=X^]?)\(([^\n]+)\)$/.exec(goTrimSpace(text));
  const kind = match === null ? undefined : KINDS.get(match[1] ?? '');
  return kind === undefined ? undefined : { kind, key: match?.[2] ?? '' };
}

/** The key text of an anchor; empty when its key is. */
export function anchorText(anchor: Anchor): string {
  return anchor.key === '' ? '' : `${MODIFIERS.get(anchor.kind) ?? ''}(${anchor.key})`;
}

/** True for the anchors that are evaluated before the other keys of a map. */
export function decidesFirst(anchor: Anchor | undefined): boolean {
  return anchor !== undefined && anchor.kind !== 'global' && anchor.kind !== 'add';
}
