import { parseAnchor } from '../../engine/pattern/anchor.ts';
import { isArray, isObject, type Json } from '../../model/json.ts';
import type { Path, Trap } from './finding.ts';

/** Fields whose absence means `false`, so a pattern that asks for `false` also means objects without them. */
const FALSE_WHEN_ABSENT: ReadonlySet<string> = new Set([
  ...['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'privileged', 'hostProcess', 'stdin', 'tty'],
  ...['readOnly', 'setHostnameAsFQDN', 'publishNotReadyAddresses', 'immutable', 'suspend'],
]);

/** What in a `pattern` does something else than it seems to. */
export function patternTraps(pattern: Json, path: Path): readonly Trap[] {
  const traps: Trap[] = [];
  walk(pattern, path, false, traps);
  return traps;
}

function walk(value: Json, path: Path, isExistence: boolean, traps: Trap[]): void {
  if (isArray(value)) {
    walkList(value, path, isExistence, traps);
    return;
  }
  if (!isObject(value)) return;
  for (const [key, child] of Object.entries(value)) {
    const at = [...path, key];
    const anchor = parseAnchor(key);
    if (anchor === undefined) checkPlainKey(key, child, at, traps);
    if (typeof child === 'string') checkText(child, at, traps);
    walk(child, at, anchor?.kind === 'existence', traps);
  }
}

function walkList(list: readonly Json[], path: Path, isExistence: boolean, traps: Trap[]): void {
  const [first] = list;
  // A list of lists is compared place by place; below ^( ) each element of the pattern counts.
  const all = isExistence || isArray(first);
  if (!all && list.length > 1) {
    traps.push({
      code: 'pattern-list-ignored',
      path: [...path, 1],
      message: `only the first element of a pattern list counts; ${list.length - 1} more ${list.length > 2 ? 'are' : 'is'} ignored`,
      hint: isObject(first)
        ? 'put the fields into one element, or use `^(…)` when some element must match each'
        : 'join the values with `|`',
    });
  }
  if (list.length === 0 && !isExistence) {
    traps.push({
      code: 'pattern-list-empty',
      path,
      message: 'an empty pattern list makes the rule end in an error',
      hint: 'use `X(key): "null"` to forbid the field',
    });
  }
  for (const [index, item] of (all ? list : list.slice(0, 1)).entries()) {
    if (typeof item === 'string') checkText(item, [...path, index], traps);
    walk(item, [...path, index], false, traps);
  }
}

function checkPlainKey(key: string, value: Json, path: Path, traps: Trap[]): void {
  if (/^[^\s(]{0,2}\(|^[^(]+\)$/.test(key) && !key.includes('{{')) {
    traps.push({
      code: 'unknown-anchor',
      path,
      message: `\`${key}\` is no anchor, so the field of exactly that name is compared`,
      hint: 'anchors are `(key)`, `=(key)`, `X(key)`, `^(key)`, `<(key)`',
    });
    return;
  }
  if (FALSE_WHEN_ABSENT.has(key) && (value === false || value === 'false')) {
    traps.push({
      code: 'pattern-missing-fails',
      path,
      message: `\`${key}: ${String(value)}\` also fails objects that leave \`${key}\` out, where it means false`,
      hint: `write \`=(${key})\` so that it counts only where it is set`,
    });
  }
}

function checkText(text: string, path: Path, traps: Trap[]): void {
  for (const part of text.split(/[|&]/).map((one) => one.trim())) {
    const wrong = /^(==|!=|=>|=<|<>)/.exec(part)?.[1];
    if (wrong !== undefined) {
      const right = { '==': 'no operator', '!=': '`!`', '=>': '`>=`', '=<': '`<=`', '<>': '`!`' }[wrong];
      traps.push({
        code: 'unknown-operator',
        path,
        message: `\`${wrong}\` is no operator of patterns, so it belongs to the text \`${part}\` is compared with`,
        hint: `use ${right ?? '`!`'}`,
      });
    }
    if (/^(<|<=)\s*\d|^0$|^0-/.test(part) && text === part) {
      traps.push({
        code: 'pattern-missing-passes',
        path,
        message: `\`${text}\` also passes when the field is missing, which counts as 0`,
        hint: `add the lower bound, e.g. \`>0 & ${text}\`, if the field must be set`,
      });
    }
  }
  if (/^\d+\.\d*0$/.test(text)) {
    traps.push({
      code: 'version-as-quantity',
      path,
      message: `\`${text}\` is compared as a quantity: \`${text.replace(/\.?0+$/, '')}\` equals it too`,
      hint: 'for versions compare with `semver_compare` in a condition',
    });
  }
}
