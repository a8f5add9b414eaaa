import { parseGoFloat, parseGoInt, toInt64 } from '../../language/go-text-numbers.ts';
import { isArray, isObject, type Json } from '../../model/json.ts';
import { compileAtom } from './atom.ts';

/**
 * A test of single values against a scalar pattern. A map pattern accepts every map, a list pattern nothing.
 * Upstream: `Validate` in `pkg/engine/pattern/pattern.go`.
 */
export function compileScalar(pattern: Json): (value: Json) => boolean {
  switch (typeof pattern) {
    case 'boolean':
      return (value) => value === pattern;
    case 'bigint':
      return (value) => equalsInt(pattern, value);
    case 'number':
      return (value) => equalsFloat(pattern, value);
    case 'string':
      return compileText(pattern);
    default:
      if (pattern === null) return isEmptyScalar;
      return isArray(pattern) ? () => false : isObject;
  }
}

/** One-off form of `compileScalar`. */
export function matchScalar(pattern: Json, value: Json): boolean {
  return compileScalar(pattern)(value);
}

function equalsInt(pattern: bigint, value: Json): boolean {
  if (typeof value === 'bigint') return value === pattern;
  if (typeof value === 'number') return value === Math.trunc(value) && toInt64(value) === pattern;
  return typeof value === 'string' && parseGoInt(value) === pattern;
}

function equalsFloat(pattern: number, value: Json): boolean {
  if (typeof value === 'number') return value === pattern;
  if (typeof value === 'bigint') return pattern === Math.trunc(pattern) && toInt64(pattern) === value;
  return typeof value === 'string' && parseGoFloat(value) === pattern;
}

function isEmptyScalar(value: Json): boolean {
  return value === null || value === 0 || value === 0n || value === '' || value === false;
}

/** `|` separates alternatives, `&` binds tighter; blanks around both are dropped. */
function compileText(pattern: string): (value: Json) => boolean {
  const alternatives = pattern.split('|').map((part) => allOf(trimBlanks(part).split('&').map(trimBlanks)));
  const [only] = alternatives;
  if (only !== undefined && alternatives.length === 1) return (value) => value === pattern || only(value);
  return (value) => {
    if (value === pattern) return true;
    for (const alternative of alternatives) if (alternative(value)) return true;
    return false;
  };
}

function allOf(atoms: readonly string[]): (value: Json) => boolean {
  const tests = atoms.map(compileAtom);
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (value) => {
    for (const test of tests) if (!test(value)) return false;
    return true;
  };
}

function trimBlanks(text: string): string {
  return text.replace(/^ +| +$/g, '');
}
