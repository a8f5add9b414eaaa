import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareYamlKeys } from './yaml-key-order.ts';

/** Keys in the order in which go.yaml.in/yaml/v3 writes them. */
const ORDERED: readonly (readonly string[])[] = [
  ['r', 'r2', 'r02', 'r10', 'rule'],
  ['a', 'a-1', 'a1', 'aa'],
  ['check', 'check-app', 'check-tag'],
  ['A', 'B', 'a', 'b'],
  ['a1b', 'a1-', 'a12'],
  ['-x', '.x', '1x', 'x'],
  ['10', '100'],
  ['r1-a', 'r1-b', 'r2-a'],
  ['a0', 'a00', 'a1'],
  ['é', 'ê'],
];

test('keys are in the natural order of the encoder whatever order they come in', () => {
  for (const keys of ORDERED) {
    assert.deepEqual([...keys].reverse().sort(compareYamlKeys), [...keys]);
    assert.deepEqual([...keys].sort(compareYamlKeys), [...keys]);
  }
});

test('a key equals only itself', () => {
  assert.equal(compareYamlKeys('a1', 'a1'), 0);
  assert.notEqual(compareYamlKeys('a1', 'a01'), 0);
});
