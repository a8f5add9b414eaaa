import { compareBytes, goTypeName } from '../../language/go-text.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { decidesFirst, parseAnchor } from './anchor.ts';
import { isSkip, type PatternFailure, pathOf, plainFailure, type Walk, wrappedSkip } from './failure.ts';
import { type CompileChild, compileKey, type KeyCheck } from './key.ts';

/** How one pattern map is worked off. */
export interface MapPlan {
  /** `( )` and `^( )` keys, whose being found anywhere is recorded. */
  readonly recorded: readonly { readonly text: string; readonly key: string }[];
  readonly anchors: readonly KeyCheck[];
  readonly others: readonly KeyCheck[];
}

/** The order in which the keys of a pattern map are checked. Upstream: `validateMap` in `pkg/engine/validate`. */
export function planMap(pattern: JsonObject, compileChild: CompileChild): MapPlan {
  const anchors: string[] = [];
  const early: string[] = [];
  const late: string[] = [];
  for (const text of Object.keys(pattern).sort(compareBytes)) {
    const anchor = parseAnchor(text);
    if (decidesFirst(anchor)) anchors.push(text);
    else if (anchor?.kind === 'global' || holdsAnchor(pattern[text])) early.unshift(text);
    else late.push(text);
  }
  const checkOf = (text: string): KeyCheck => compileKey(text, pattern[text] ?? null, compileChild);
  return {
    recorded: recordedKeys(pattern),
    anchors: anchors.map(checkOf),
    others: [...early, ...late].map(checkOf),
  };
}

/** The `( )` and `^( )` keys of a pattern map. */
export function recordedKeys(pattern: JsonObject): MapPlan['recorded'] {
  return Object.keys(pattern).flatMap((text) => {
    const anchor = parseAnchor(text);
    return anchor?.kind === 'condition' || anchor?.kind === 'existence' ? [{ text, key: anchor.key }] : [];
  });
}

/** True when a map key at any depth is an anchor other than `+( )`. */
function holdsAnchor(pattern: Json | undefined): boolean {
  if (isArray(pattern)) return pattern.some(holdsAnchor);
  if (!isObject(pattern)) return false;
  return Object.keys(pattern).some((key) => {
    const anchor = parseAnchor(key);
    return (anchor !== undefined && anchor.kind !== 'add') || holdsAnchor(pattern[key]);
  });
}

/** Notes which recorded keys a value has; once found stays found. */
export function recordFound(recorded: MapPlan['recorded'], value: JsonObject, walk: Walk): void {
  for (const { text, key } of recorded) {
    if (walk.found.get(text) !== true) walk.found.set(text, Object.hasOwn(value, key));
  }
}

/** The failure of a value that is no map where the pattern is one. */
export function notAMap(value: Json, walk: Walk): PatternFailure {
  const path = pathOf(walk);
  return plainFailure(
    path,
    () =>
      'pattern and resource have different structures. ' +
      `Path: ${path}. Expected map[string]interface {}, found ${goTypeName(value)}`,
  );
}

/** Checks a map: anchors first, then, unless they skip it, everything else. */
export function runMap(plan: MapPlan, value: JsonObject, walk: Walk): PatternFailure | undefined {
  if (plan.anchors.length > 0) {
    const failure = runAnchors(plan.anchors, value, walk);
    if (failure !== undefined) return failure;
  }
  for (const check of plan.others) {
    const failure = check(value, walk);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function runAnchors(anchors: readonly KeyCheck[], value: JsonObject, walk: Walk): PatternFailure | undefined {
  let skips: PatternFailure[] | undefined;
  let applied = false;
  for (const check of anchors) {
    const failure = check(value, walk);
    if (failure === undefined) applied = true;
    else if (isSkip(failure)) {
      skips ??= [];
      skips.push(failure);
    } else if (skips === undefined || skips.every((skip) => skip.wrapped)) return failure;
  }
  if (skips === undefined || (applied && skips.every((skip) => skip.wrapped))) return undefined;
  return wrappedSkip(pathOf(walk), skips);
}
