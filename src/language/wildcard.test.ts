import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asObject } from '../model/json.ts';
import { shared, sharedLines } from '../testing/shared.ts';
import { compileWildcard, hasWildcard, wildcardMatch } from './wildcard.ts';

test('wildcards match as the real engine does', { skip: shared('golden/units/wildcard.jsonl').skip }, () => {
  const rows = sharedLines('golden/units/wildcard.jsonl', 'float').map((row) => asObject(row) ?? {});
  assert.ok(rows.length > 200);
  for (const { pattern, value, result } of rows) {
    assert.equal(wildcardMatch(String(pattern), String(value)), result, `${pattern} on ${value}`);
    assert.equal(compileWildcard(String(pattern))(String(value)), result, `${pattern} on ${value}, compiled`);
  }
});

const CASES: readonly [pattern: string, text: string, matches: boolean][] = [
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['*', 'a/b', true],
  ['?', '', false],
  ['?', '😀', true],
  ['??', '😀', false],
  ['*?', '😀', true],
  ['a*c', 'abbc', true],
  ['a*c', 'abbd', false],
  ['*a*b', 'xaybzb', true],
  ['?*', '', false],
  ['a?c', 'abc', true],
  ['[a]', 'a', false],
];

test('a star is any run of characters and a question mark exactly one code point', () => {
  for (const [pattern, text, matches] of CASES) {
    assert.equal(wildcardMatch(pattern, text), matches, `${pattern} on ${text}`);
    assert.equal(compileWildcard(pattern)(text), matches, `${pattern} on ${text}, compiled`);
  }
});

test('only a star or a question mark makes a text a wildcard', () => {
  assert.deepEqual(['a*', '?', '', 'a.b', '[x]'].map(hasWildcard), [true, true, false, false, false]);
});

test('a compiled wildcard agrees with a plain one and with a textbook matcher', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '😀'), maxLength: 8 });
  fc.assert(
    fc.property(text, text, (pattern, value) => {
      const expected = naive([...pattern], [...value]);
      return wildcardMatch(pattern, value) === expected && compileWildcard(pattern)(value) === expected;
    }),
    { numRuns: 2000 },
  );
});

test('many stars on a long text take no exponential time', () => {
  assert.equal(wildcardMatch(`${'a*'.repeat(30)}b`, 'a'.repeat(2000)), false);
});

function naive(pattern: readonly string[], text: readonly string[]): boolean {
  const [head, ...rest] = pattern;
  if (head === undefined) return text.length === 0;
  if (head === '*') return naive(rest, text) || (text.length > 0 && naive(pattern, text.slice(1)));
  return text.length > 0 && (head === '?' || head === text[0]) && naive(rest, text.slice(1));
}
