import { type AnchorKind, parseAnchor } from '../../engine/pattern/anchor.ts';
import { isArray, isObject, type Json } from '../../model/json.ts';
import type { AtPath } from './conditions.ts';

/** The first key of a pattern with an anchor that is not among `supported`, or an empty `^( )`. Upstream: `ValidatePattern`. */
export function patternError(pattern: Json, supported: readonly AnchorKind[], path = '/'): AtPath | undefined {
  if (isArray(pattern)) {
    for (const [index, item] of pattern.entries()) {
      const error = patternError(item, supported, `${path}${index}/`);
      if (error !== undefined) return error;
    }
    return undefined;
  }
  if (!isObject(pattern)) return undefined;
  for (const [key, value] of Object.entries(pattern)) {
    const at = `${path}/${key}`;
    const error = keyError(key, value, supported, at) ?? patternError(value, supported, at);
    if (error !== undefined) return error;
  }
  return undefined;
}

function keyError(key: string, value: Json, supported: readonly AnchorKind[], path: string): AtPath | undefined {
  const anchor = parseAnchor(key);
  if (anchor === undefined) return undefined;
  if (!supported.includes(anchor.kind)) return { path, error: `unsupported anchor ${key}` };
  if (anchor.kind !== 'existence') return undefined;
  if (!isArray(value)) return { path, error: 'existence anchor should have value of type list' };
  return value.length === 0 ? { path, error: 'existence anchor: should have at least one value' } : undefined;
}
