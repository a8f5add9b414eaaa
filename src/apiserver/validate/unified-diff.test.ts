import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goDiff } from './go-diff.ts';
import { unifiedDiff } from './unified-diff.ts';

test('a difference comes with three lines around it and no file names', () => {
  const before = ['1', '2', '3', '4', '5', '6', '7', '8'].join('\n');
  assert.equal(
    unifiedDiff(before, before.replace('5', 'five')),
    ['@@ -2,7 +2,7 @@', ' 2', ' 3', ' 4', '-5', '+five', ' 6', ' 7', ' 8', ''].join('\n'),
  );
});

test('differences that lie apart have a hunk each', () => {
  const lines = Array.from({ length: 20 }, (_, i) => String(i));
  const text = unifiedDiff(lines.join('\n'), lines.with(1, 'x').with(18, 'y').join('\n'));
  assert.deepEqual(text.match(/^@@ .* @@$/gm), ['@@ -1,5 +1,5 @@', '@@ -16,5 +16,5 @@']);
});

test('a value is shown as the Go type that the API server holds it in', () => {
  const text = goDiff('core.Toleration', { key: 'a' }, { key: 'a', tolerationSeconds: 5n });
  assert.match(text, /^-? {1,2}"TolerationSeconds": null$/m);
  assert.match(text, /^\+ {1,2}"TolerationSeconds": 5$/m);
});
