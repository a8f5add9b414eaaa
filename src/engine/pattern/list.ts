import { goValue } from '../../language/go-text.ts';
import { isArray, isObject, type Json, type JsonArray } from '../../model/json.ts';
import {
  isSkip,
  type PatternFailure,
  type PatternNode,
  pathOf,
  plainFailure,
  type Walk,
  wrappedSkip,
} from './failure.ts';
import type { CompileChild } from './key.ts';
import { compileScalar } from './scalar.ts';

/** A scalar pattern; against a list, every element must match. Upstream: `validateResourceElement`. */
export function scalarNode(pattern: Json): PatternNode {
  const matches = compileScalar(pattern);
  return (value, walk) => {
    if (isArray(value) ? value.every(matches) : matches(value)) return undefined;
    const path = pathOf(walk);
    return plainFailure(
      path,
      () => `resource value '${goValue(value)}' does not match '${goValue(pattern)}' at path ${path}`,
    );
  };
}

/** A list pattern: its first element decides how it is read. Upstream: `validateArray`. */
export function listNode(pattern: JsonArray, compileChild: CompileChild): PatternNode {
  const check = listCheck(pattern, compileChild);
  return (value, walk) => {
    if (isArray(value)) return check(value, walk);
    const path = pathOf(walk);
    return plainFailure(
      path,
      () => `validation rule failed at path ${path}, resource does not satisfy the expected overlay pattern`,
    );
  };
}

type ListCheck = (list: JsonArray, walk: Walk) => PatternFailure | undefined;

function listCheck(pattern: JsonArray, compileChild: CompileChild): ListCheck {
  const [first] = pattern;
  if (first === undefined) return (_list, walk) => plainFailure(pathOf(walk), () => 'pattern Array empty');
  if (isObject(first)) {
    const node = compileChild(first, 0);
    return (list, walk) => eachElement(list, list.length, () => node, walk);
  }
  if (!isArray(first)) return scalarNode(first);
  const nodes = pattern.map((item, i) => compileChild(item, i));
  const nodeAt = (i: number): PatternNode => nodes[i] as PatternNode;
  return (list, walk) => {
    if (list.length >= nodes.length) return eachElement(list, nodes.length, nodeAt, walk);
    return plainFailure('', () => {
      const lengths = `resource Array len is ${list.length} and pattern Array len is ${nodes.length}`;
      return `validate Array failed, array length mismatch, ${lengths}`;
    });
  };
}

/** Elements that skip are left out; when no other is left, the list skips. */
function eachElement(
  list: JsonArray,
  count: number,
  nodeAt: (index: number) => PatternNode,
  walk: Walk,
): PatternFailure | undefined {
  let skips: PatternFailure[] | undefined;
  let applied = false;
  const { depth } = walk;
  walk.depth = depth + 1;
  for (let i = 0; i < count; i++) {
    walk.path[depth] = i;
    const failure = nodeAt(i)(list[i] ?? null, walk);
    if (failure === undefined) applied = true;
    else if (isSkip(failure)) {
      skips ??= [];
      skips.push(failure);
    } else {
      walk.depth = depth;
      return failure;
    }
  }
  walk.depth = depth;
  return applied || skips === undefined ? undefined : wrappedSkip(pathOf(walk), skips);
}
