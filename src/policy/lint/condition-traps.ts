import { findVariables } from '../../engine/variables/syntax.ts';
import { asArray, asObject, asString, isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { isGiven } from '../check/rule.ts';
import type { Path, Trap } from './finding.ts';

/** What in a block of conditions does something else than it seems to. `elements`: inside a foreach. */
export function conditionTraps(block: Json | undefined, path: Path, elements: boolean): readonly Trap[] {
  return conditions(block, path).flatMap(({ condition, path: at }) => [
    ...constantKey(condition, at),
    ...missingLabel(condition, at, elements),
    ...quantityLookalike(condition, at),
  ]);
}

/** A deny block that decides the same way whatever the object is. */
export function denyTraps(deny: JsonObject, path: Path): readonly Trap[] {
  const block = deny['conditions'];
  const at = [...path, 'conditions'];
  const always = (why: string): Trap => ({
    code: 'deny-always',
    path: at,
    message: `${why}, so the rule denies every object that it matches`,
    hint: 'write conditions below `any` or `all`, or plain `deny: {}` if that is meant',
  });
  // A bare `deny: {}` is how one forbids everything that matches.
  if (!isGiven(block)) return [];
  if (isArray(block)) return block.length === 0 ? [always('the list of conditions is empty')] : [];
  const map = asObject(block) ?? {};
  const any = asArray(map['any']);
  const all = asArray(map['all']);
  if (any?.length === 0) {
    return [
      {
        code: 'deny-never',
        path: [...at, 'any'],
        message: 'an empty `any` is never true, so the rule denies nothing',
        hint: 'remove `any` or write conditions below it',
      },
    ];
  }
  return any === undefined && (all ?? []).length === 0 ? [always('there are no conditions')] : [];
}

function conditions(block: Json | undefined, path: Path): readonly { condition: JsonObject; path: Path }[] {
  if (isArray(block)) {
    return block.flatMap((condition, i) => (isObject(condition) ? [{ condition, path: [...path, i] }] : []));
  }
  const map = asObject(block);
  if (map === undefined) return [];
  return ['any', 'all'].flatMap((name) => (isArray(map[name]) ? conditions(map[name], [...path, name]) : []));
}

function constantKey(condition: JsonObject, path: Path): readonly Trap[] {
  const key = condition['key'];
  const speaks = (value: Json | undefined) => value !== undefined && JSON.stringify(value, plain).includes('{{');
  if (!isGiven(key) || speaks(key) || speaks(condition['value'])) return [];
  const shown = typeof key === 'string' ? key : JSON.stringify(key, plain);
  return [
    {
      code: 'constant-condition',
      path: [...path, 'key'],
      message: `the condition compares two constants, \`${shown}\` is no variable`,
      hint: `write \`{{ ${/^[a-z][\w.[\]@]*$/.test(shown) ? shown : 'request.object.…'} }}\``,
    },
  ];
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

/** A label that is not there is an error of the rule, except in a foreach. */
function missingLabel(condition: JsonObject, path: Path, elements: boolean): readonly Trap[] {
  const key = asString(condition['key']);
  if (key === undefined || elements) return [];
  for (const { expression } of findVariables(key)) {
    const map = /^request\.(?:object|oldObject)\.[\w.]*\b(labels|annotations)\.("[^"]*"|[\w-]+)$/.exec(expression);
    if (map === null) continue;
    return [
      {
        code: 'missing-is-error',
        path: [...path, 'key'],
        message: `the rule ends in an error for objects without ${map[1] === 'labels' ? 'label' : 'annotation'} ${map[2]}`,
        hint: `write \`{{ ${expression} || '' }}\``,
      },
    ];
  }
  return [];
}

function quantityLookalike(condition: JsonObject, path: Path): readonly Trap[] {
  const value = condition['value'];
  const operator = (asString(condition['operator']) ?? '').toLowerCase();
  if (!operator.includes('equal') || operator.includes('than') || typeof value !== 'string') return [];
  if (!/^\d+\.\d*0$/.test(value)) return [];
  return [
    {
      code: 'version-as-quantity',
      path: [...path, 'value'],
      message: `\`${value}\` is compared as a quantity: \`${value.replace(/\.?0+$/, '')}\` equals it too`,
      hint: 'for versions use `semver_compare`',
    },
  ];
}
