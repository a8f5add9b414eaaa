import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderElements } from './element-order.ts';

const named = (...names: readonly string[]) => names.map((name) => ({ name }));

test('items that are new in the patch come before those of the server', () => {
  assert.deepEqual(orderElements(named('c', 'x'), named('x'), named('c'), 'name'), named('x', 'c'));
});

test('known items keep the order of the server around those of the patch', () => {
  assert.deepEqual(orderElements(named('a', 'b', 'c'), named('b'), named('a', 'b', 'c'), 'name'), named('a', 'b', 'c'));
  assert.deepEqual(
    orderElements(named('a', 'b', 'c', 'x'), named('x', 'b'), named('a', 'b', 'c'), 'name'),
    named('x', 'a', 'b', 'c'),
  );
});

test('the order that a patch sets wins', () => {
  assert.deepEqual(orderElements(named('a', 'b'), named('b', 'a'), named('a', 'b'), 'name'), named('b', 'a'));
  assert.deepEqual(orderElements(['a', 'b', 'c'], ['c', 'a'], ['a', 'b'], ''), ['c', 'a', 'b']);
});
