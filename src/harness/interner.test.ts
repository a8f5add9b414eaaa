import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInterner } from './interner.ts';

test('lists of the same objects in the same order are one list, others are not', () => {
  const intern = createInterner();
  const [a, b] = [{}, {}];
  const first = intern([a, b]);
  assert.equal(intern([a, b]), first);
  assert.notEqual(intern([b, a]), first);
  assert.notEqual(intern([a]), first);
  assert.notEqual(intern([a, {}]), first);
  assert.deepEqual(first, [a, b]);
});
