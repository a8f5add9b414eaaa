import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { durationText, parseDuration, parseDurationOrError } from './duration.ts';

test('durations need a unit, and days are none', () => {
  assert.equal(parseDuration('1h30m'), 5_400_000_000_000n);
  assert.equal(parseDuration('.5s'), 500_000_000n);
  assert.equal(parseDuration('1µs'), 1_000n);
  assert.equal(parseDuration('1μs'), 1_000n);
  assert.deepEqual(['0', '+0', '-0'].map(parseDuration), [0n, 0n, 0n]);
  assert.deepEqual(['', '10', '1d', 's', '.s', '3000000h', '-', '1 s'].map(parseDuration), Array(8).fill(undefined));
});

test('bad durations have the texts of Go', () => {
  assert.equal(parseDurationOrError('1d').error, 'time: unknown unit "d" in duration "1d"');
  assert.equal(parseDurationOrError('5').error, 'time: missing unit in duration "5"');
  assert.equal(parseDurationOrError('x').error, 'time: invalid duration "x"');
  assert.equal(parseDurationOrError('1é"').error, 'time: unknown unit "\\xc3\\xa9\\"" in duration "1\\xc3\\xa9\\""');
});

test('durations print with the largest unit reached', () => {
  const texts: readonly [bigint, string][] = [
    [0n, '0s'],
    [7n, '7ns'],
    [100_000n, '100µs'],
    [1_500_000n, '1.5ms'],
    [2_500_000_000n, '2.5s'],
    [100_000_000_000n, '1m40s'],
    [3_600_000_000_000n, '1h0m0s'],
    [-1_000_000_000n, '-1s'],
    [-(2n ** 63n), '-2562047h47m16.854775808s'],
  ];
  for (const [ns, text] of texts) assert.equal(durationText(ns), text);
});

test('every duration survives being printed and read', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (ns) => {
      assert.equal(parseDuration(durationText(ns)), ns);
    }),
    { numRuns: 1000 },
  );
});

test('any text is a duration or an error', () => {
  const text = fc.string({ unit: fc.constantFrom(...'0123456789.+-nuµmsh x'), maxLength: 12 });
  fc.assert(
    fc.property(text, (source) => {
      assert.equal(parseDuration(source), parseDurationOrError(source).ns);
    }),
    { numRuns: 1000 },
  );
});
