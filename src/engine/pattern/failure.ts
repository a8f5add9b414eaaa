import type { Json } from '../../model/json.ts';

/** How an anchor took part in a failure; `none`: only the text tells. */
export type FailureKind = 'conditional' | 'global' | 'negation' | 'none';

/** A part of a pattern that did not match. Texts are made only when somebody asks. */
export interface PatternFailure {
  readonly kind: FailureKind;
  /** The skip of a whole map or list, as opposed to that of one anchor. */
  readonly wrapped: boolean;
  readonly path: string;
  readonly text: () => string;
}

/** What a walk over pattern and value carries along. One per call. */
export interface Walk {
  /** Keys and indexes from the root down to the current place; valid up to `depth`. */
  readonly path: (string | number)[];
  depth: number;
  /** Key texts of `( )` and `^( )` anchors met so far: was the key found in some value? */
  readonly found: Map<string, boolean>;
}

/** Checks one value against one part of a pattern. */
export type PatternNode = (value: Json, walk: Walk) => PatternFailure | undefined;

const CONDITIONAL = 'conditional anchor mismatch';
const GLOBAL = 'global anchor mismatch';
const NEGATION = 'negation anchor matched in resource';

/** A walk at the root of a document. */
export function newWalk(): Walk {
  return { path: [], depth: 0, found: new Map() };
}

/** The path of the current place, always with a slash at its end. */
export function pathOf(walk: Walk): string {
  let text = '/';
  for (let i = 0; i < walk.depth; i++) text += `${walk.path[i] ?? ''}/`;
  return text;
}

/** A failure without an anchor of its own. */
export function plainFailure(path: string, text: () => string): PatternFailure {
  return { kind: 'none', wrapped: false, path, text };
}

/** The failure of a `( )` anchor, for whatever reason. */
export function conditionalFailure(path: string, reason: () => string): PatternFailure {
  return { kind: 'conditional', wrapped: false, path, text: () => `${CONDITIONAL}: ${reason()}` };
}

/** The failure of a `<( )` anchor. */
export function globalFailure(path: string, reason: () => string): PatternFailure {
  return { kind: 'global', wrapped: false, path, text: () => `${GLOBAL}: ${reason()}` };
}

/** The failure of an `X( )` anchor whose key is there. */
export function negationFailure(path: string): PatternFailure {
  return { kind: 'negation', wrapped: false, path, text: () => `${NEGATION}: ${path} is not allowed` };
}

/** The skip of a whole map or list, made of the skips inside. */
export function wrappedSkip(path: string, skips: readonly PatternFailure[]): PatternFailure {
  return { kind: 'none', wrapped: true, path, text: () => skips.map((skip) => skip.text()).join('; ') };
}

/**
 * True when the failure means "does not apply". Failures that are no anchor's own are judged by their text, which
 * may quote the resource. Upstream: `anchor.IsConditionalAnchorError`, `anchor.IsGlobalAnchorError`.
 */
export function isSkip(failure: PatternFailure): boolean {
  if (failure.wrapped || failure.kind === 'conditional' || failure.kind === 'global') return true;
  if (failure.kind === 'negation') return false;
  const text = failure.text();
  return text.includes(CONDITIONAL) || text.includes(GLOBAL);
}

/** True when a failure that is no skip comes from an `X( )` anchor. */
export function isNegation(failure: PatternFailure): boolean {
  return failure.kind === 'negation' || (failure.kind === 'none' && failure.text().includes(NEGATION));
}
