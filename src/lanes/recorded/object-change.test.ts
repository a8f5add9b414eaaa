import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../model/json.ts';
import { applyChange, type ObjectChange, objectChange } from './object-change.ts';

const CHANGES: readonly [what: string, from: JsonObject, to: JsonObject, change: ObjectChange][] = [
  ['nothing', { a: 1n }, { a: 1n }, { set: {}, removed: [] }],
  ['a new field', { a: { b: 1n } }, { a: { b: 1n, c: { d: 2n } } }, { set: { '/a/c': { d: 2n } }, removed: [] }],
  ['another value', { a: 'x' }, { a: ['x'] }, { set: { '/a': ['x'] }, removed: [] }],
  ['a field that went away', { a: { b: 1n, c: 2n } }, { a: { c: 2n } }, { set: {}, removed: ['/a/b'] }],
  [
    'defaults inside a list',
    { a: [{ n: 'c' }, { n: 'd' }] },
    { a: [{ n: 'c', p: 'TCP' }, { n: 'd' }] },
    { set: { '/a/0/p': 'TCP' }, removed: [] },
  ],
  ['a list that grew', { a: [1n] }, { a: [1n, 2n] }, { set: { '/a/1': 2n }, removed: [] }],
  ['a list that shrank', { a: [1n, 2n] }, { a: [2n] }, { set: { '/a': [2n] }, removed: [] }],
  [
    'keys with slashes and tildes',
    { labels: { 'a/b': 'x', 'c~d': 'y' } },
    { labels: { 'a/b': 'z' } },
    { set: { '/labels/a~1b': 'z' }, removed: ['/labels/c~0d'] },
  ],
  ['an int that became a float', { a: 1n }, { a: 1 }, { set: { '/a': 1 }, removed: [] }],
];

for (const [what, from, to, change] of CHANGES) {
  test(`a change is told by path and can be made again: ${what}`, () => {
    assert.deepEqual(objectChange(from, to), change);
    assert.deepEqual(applyChange(from, change), to);
  });
}

test('a list that grew by many items is made again in order', () => {
  const to = { a: Array.from({ length: 12 }, (_, i): Json => BigInt(i)) };
  assert.deepEqual(applyChange({ a: [] }, objectChange({ a: [] }, to)), to);
});

test('any object can be made of any other', () => {
  const json = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      fc.constantFrom<Json>(null, true, 1n, 1.5, 'x', ''),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('a', 'b/c', '~', '', '0'), tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value;
  const object = fc.dictionary(fc.constantFrom('a', 'b', '/'), json, { maxKeys: 3, noNullPrototype: true });
  fc.assert(
    fc.property(object, object, (from, to) => {
      assert.deepEqual(applyChange(from, objectChange(from, to)), { ...to });
    }),
    { numRuns: 300 },
  );
});

test('a change of another object is refused', () => {
  assert.throws(() => applyChange({}, { set: { '/a/b': 1n }, removed: [] }), RangeError);
});
