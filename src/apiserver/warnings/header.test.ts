import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerWarnings, warningHeader } from './header.ts';

test('each warning reaches the client once, in the order of its first mention', () => {
  assert.deepEqual(headerWarnings(['b', 'a', 'b', '']), ['b', 'a']);
});

test('a warning with a line break never reaches the client', () => {
  assert.deepEqual(headerWarnings(['one\ntwo', 'three']), ['three']);
});

test('many long warnings are cut', () => {
  const texts = Array.from({ length: 20 }, (_, i) => `${i} ${'x'.repeat(400)}`);
  const cut = headerWarnings(texts);
  assert.ok(cut.every((text) => text.length === 256));
  assert.equal(cut.length, 16);
});

test('quotes and backslashes are escaped in the header', () => {
  assert.equal(warningHeader('unknown field "a\\b"'), '299 - "unknown field \\"a\\\\b\\""');
});
