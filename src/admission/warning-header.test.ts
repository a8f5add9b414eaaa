import assert from 'node:assert/strict';
import { test } from 'node:test';
import { warningHeaders, warningText } from './warning-header.ts';

test('a warning is a quoted header and its text comes back', () => {
  const [header = ''] = warningHeaders(['duplicate port name "p0" \\ é']);
  assert.equal(header, '299 - "duplicate port name \\"p0\\" \\\\ é"');
  assert.equal(warningText(header), 'duplicate port name "p0" \\ é');
  assert.equal(warningText('plain'), 'plain');
});

test('each text is sent once and none with a control character', () => {
  assert.deepEqual(warningHeaders(['a', 'b', 'a', '', 'two\nlines', 'tab\t']), ['299 - "a"', '299 - "b"']);
});

test('all warnings are cut once they are too long together', () => {
  const long = (letter: string) => letter.repeat(1500);
  const headers = warningHeaders(['a', 'b', 'c', 'd'].map(long));
  assert.deepEqual(
    headers,
    ['a', 'b', 'c', 'd'].map((letter) => `299 - "${letter.repeat(256)}"`),
  );
  assert.deepEqual(
    warningHeaders(['a', 'b'].map(long)).map((header) => header.length),
    [1508, 1508],
  );
});

test('no more warnings are sent when the cut ones fill the limit', () => {
  const texts = Array.from({ length: 40 }, (_, i) => `${i}`.padStart(3, '0').repeat(100));
  assert.equal(warningHeaders(texts).length, 16);
});
