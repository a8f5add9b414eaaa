import { goTypeName } from '../../language/go-text.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { parseAnchor } from './anchor.ts';
import {
  conditionalFailure,
  globalFailure,
  negationFailure,
  type PatternFailure,
  type PatternNode,
  pathOf,
  plainFailure,
  type Walk,
} from './failure.ts';

/** Checks one key of a pattern map against a resource map. */
export type KeyCheck = (map: JsonObject, walk: Walk) => PatternFailure | undefined;

/** Makes the check for a part of a pattern; the keys lead to it from the map or list at hand. */
export type CompileChild = (pattern: Json, ...keys: readonly (string | number)[]) => PatternNode;

/** The check for a pattern key, anchored or plain. Upstream: `pkg/engine/anchor/handlers.go`. */
export function compileKey(text: string, pattern: Json, compileChild: CompileChild): KeyCheck {
  const anchor = parseAnchor(text);
  const key = anchor?.key ?? text;
  switch (anchor?.kind) {
    case 'condition':
      return conditionCheck(key, compileChild(pattern, text));
    case 'global':
      return globalCheck(key, compileChild(pattern, text));
    case 'equality':
      return equalityCheck(key, compileChild(pattern, text));
    case 'negation':
      return (map, walk) => (Object.hasOwn(map, key) ? negationFailure(pathBelow(walk, key)) : undefined);
    case 'existence':
      return existenceCheck(key, pattern, (item, i) => compileChild(item, text, i));
    default:
      return pattern === '*' ? presenceCheck(text) : plainCheck(text, compileChild(pattern, text));
  }
}

/** Runs a check on the value under a key; a missing key is null. */
function below(node: PatternNode, map: JsonObject, key: string, walk: Walk): PatternFailure | undefined {
  walk.path[walk.depth++] = key;
  const failure = node(Object.hasOwn(map, key) ? (map[key] ?? null) : null, walk);
  walk.depth--;
  return failure;
}

function pathBelow(walk: Walk, key: string): string {
  return `${pathOf(walk)}${key}/`;
}

function plainCheck(key: string, node: PatternNode): KeyCheck {
  return (map, walk) => below(node, map, key, walk);
}

/** A plain key with the pattern `*`: anything but null. The failure is reported at the parent. */
function presenceCheck(key: string): KeyCheck {
  return (map, walk) => {
    if (Object.hasOwn(map, key) && map[key] !== null) return undefined;
    const path = pathOf(walk);
    return plainFailure(path, () => `${path}/${key} not found`);
  };
}

function equalityCheck(key: string, node: PatternNode): KeyCheck {
  return (map, walk) => (Object.hasOwn(map, key) ? below(node, map, key, walk) : undefined);
}

function conditionCheck(key: string, node: PatternNode): KeyCheck {
  return (map, walk) => {
    if (!Object.hasOwn(map, key)) {
      return conditionalFailure(pathBelow(walk, key), () => "conditional anchor key doesn't exist in the resource");
    }
    const failure = below(node, map, key, walk);
    return failure && conditionalFailure(failure.path, failure.text);
  };
}

function globalCheck(key: string, node: PatternNode): KeyCheck {
  return (map, walk) => {
    if (!Object.hasOwn(map, key)) return undefined;
    const failure = below(node, map, key, walk);
    return failure && globalFailure(failure.path, failure.text);
  };
}

/** Each pattern of the list must be met by some element; what goes wrong inside an element only disqualifies it. */
function existenceCheck(key: string, pattern: Json, compileItem: (item: Json, index: number) => PatternNode): KeyCheck {
  const wanted = isArray(pattern)
    ? pattern.map((item, i) => (isObject(item) ? compileItem(item, i) : undefined))
    : undefined;
  return (map, walk) => {
    if (!Object.hasOwn(map, key)) return undefined;
    const value = map[key] ?? null;
    const path = pathBelow(walk, key);
    const type = goTypeName(pattern);
    if (!isArray(value)) {
      return plainFailure(
        path,
        () =>
          `invalid resource type ${goTypeName(value)}: ` +
          'Existence ^ () anchor can be used only on list/array type resource',
      );
    }
    if (wanted === undefined) {
      return plainFailure(
        path,
        () => `invalid pattern type ${type}: Pattern has to be of list to compare against resource`,
      );
    }
    for (const node of wanted) {
      if (node === undefined) {
        return plainFailure(
          path,
          () => `invalid pattern type ${type}: Pattern has to be of type map to compare against items in resource`,
        );
      }
      if (!someElement(node, value, key, walk)) {
        return plainFailure(path, () => `existence anchor validation failed at path ${path}`);
      }
    }
    return undefined;
  };
}

function someElement(node: PatternNode, list: readonly Json[], key: string, walk: Walk): boolean {
  const { depth } = walk;
  walk.path[depth] = key;
  walk.depth = depth + 2;
  let met = false;
  for (let i = 0; i < list.length && !met; i++) {
    walk.path[depth + 1] = i;
    met = node(list[i] ?? null, walk) === undefined;
  }
  walk.depth = depth;
  return met;
}
