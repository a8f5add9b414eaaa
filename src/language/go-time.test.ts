import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addDuration,
  formatRfc3339,
  parseTime,
  RFC3339,
  timeBetween,
  timeFields,
  timeFromMillis,
  timeFromUnix,
  truncateTime,
} from './go-time.ts';

test('a time survives reading and writing with its offset', () => {
  for (const text of [
    '2024-02-29T23:59:59Z',
    '0000-01-01T00:00:00+05:30',
    '9999-12-31T23:59:59-07:00',
    '1969-12-31T23:59:59Z',
  ]) {
    assert.equal(formatRfc3339(parseTime(RFC3339, text)), text);
  }
});

test('calendar and clock agree with the platform over four centuries', () => {
  for (let millis = Date.UTC(1800, 0, 1); millis < Date.UTC(2200, 0, 1); millis += 86_400_000 * 37 + 12_345_000) {
    const date = new Date(millis);
    const fields = timeFields(timeFromMillis(millis));
    assert.deepEqual(fields, {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      weekday: date.getUTCDay(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
      second: date.getUTCSeconds(),
    });
    const text = formatRfc3339(timeFromMillis(millis));
    assert.equal(parseTime(RFC3339, text).ns, BigInt(Math.floor(millis / 1000)) * 1_000_000_000n);
  }
});

test('a year beyond 9999 is written with all its digits', () => {
  assert.equal(formatRfc3339(timeFromUnix(999_999_999_999n)), '33658-09-27T01:46:39Z');
});

test('a difference beyond int64 is cut off as in Go', () => {
  const [first, last] = [parseTime(RFC3339, '0001-01-01T00:00:00Z'), parseTime(RFC3339, '9999-01-01T00:00:00Z')];
  assert.equal(timeBetween(first, last), 2n ** 63n - 1n);
  assert.equal(timeBetween(last, first), -(2n ** 63n));
});

test('truncating counts from year one and leaves the offset', () => {
  const time = parseTime(RFC3339, '2023-02-02T15:34:05+05:30');
  assert.equal(formatRfc3339(truncateTime(time, 7_200_000_000_000n)), '2023-02-02T15:30:00+05:30');
  assert.equal(truncateTime(time, 0n), time);
  assert.equal(formatRfc3339(addDuration(time, -5_000_000_000n)), '2023-02-02T15:34:00+05:30');
});

/** Layout, text, the time in RFC 3339 or the part of Go's error behind the quoted text. */
const TEXTS: readonly (readonly [string, string, string])[] = [
  ['Mon Jan _2 15:04:05 2006', 'Tue Jan  2 03:04:05 2024', '2024-01-02T03:04:05Z'],
  ['Monday, 02-Jan-06 15:04:05 MST', 'Tuesday, 02-Jan-24 03:04:05 CEST', '2024-01-02T03:04:05Z'],
  ['3:04PM', '12:15AM', '0000-01-01T00:15:00Z'],
  ['2006-002', '2024-366', '2024-12-31T00:00:00Z'],
  ['2006-01-02 002', '2024-02-29 061', ': day-of-year does not match month'],
  ['2006-002', '2023-000', ': day-of-year out of range'],
  ['15:04:05.00', '01:02:03.4', ' as "15:04:05.00": cannot parse ".4" as ".00"'],
  ['15:04', '1:60', ': minute out of range'],
  ['-07:00:00', '-01:02:03', '0000-01-01T00:00:00-01:02'],
  ['-0700', '+0160', '0000-01-01T00:00:00+02:00'],
  ['MST', 'abc', ' as "MST": cannot parse "abc" as "MST"'],
  ['Jan 2', 'Feb 30', ': day out of range'],
  ['Jan 2', 'Fox 3', ' as "Jan 2": cannot parse "Fox 3" as "Jan"'],
  ['2 "Jan', 'é', ' as "2 \\"Jan": cannot parse "\\xc3\\xa9" as "2"'],
];

test('layouts read what Go reads', () => {
  for (const [layout, text, expected] of TEXTS) {
    if (/^\d{4}/.test(expected)) assert.equal(formatRfc3339(parseTime(layout, text)), expected, layout);
    else {
      const quoted = text === 'é' ? '\\xc3\\xa9' : text;
      assert.throws(() => parseTime(layout, text), { message: `parsing time "${quoted}"${expected}` });
    }
  }
});
