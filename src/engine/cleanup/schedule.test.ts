import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EvaluationError } from '../../model/failure.ts';
import { parseSchedule } from './schedule.ts';

const AFTER = Date.parse('2026-01-31T03:00:00Z'); // a Saturday

const NEXT: readonly (readonly [schedule: string, next: string])[] = [
  ['* * * * *', '2026-01-31T03:01:00.000Z'],
  ['0 3 * * *', '2026-02-01T03:00:00.000Z'],
  ['*/15 * * * *', '2026-01-31T03:15:00.000Z'],
  ['7/20 * * * *', '2026-01-31T03:07:00.000Z'],
  ['0 0 1 * *', '2026-02-01T00:00:00.000Z'],
  ['0 0 29 feb *', '2028-02-29T00:00:00.000Z'],
  ['0 0 * * MON', '2026-02-02T00:00:00.000Z'],
  ['0 0 13 * 5', '2026-02-06T00:00:00.000Z'],
  ['30 4-6,22 * * *', '2026-01-31T04:30:00.000Z'],
  ['@daily', '2026-02-01T00:00:00.000Z'],
  ['@weekly', '2026-02-01T00:00:00.000Z'],
  ['@yearly', '2027-01-01T00:00:00.000Z'],
  ['@hourly', '2026-01-31T04:00:00.000Z'],
];

for (const [schedule, next] of NEXT) {
  test(`\`${schedule}\` comes round next at ${next}`, () => {
    const time = parseSchedule(schedule).next(AFTER);
    assert.equal(time === undefined ? undefined : new Date(time).toISOString(), next);
  });
}

for (const schedule of [
  '',
  '0 3 * *',
  '60 * * * *',
  '* 24 * * *',
  '* * 0 * *',
  '* * * 13 *',
  '5-1 * * * *',
  '@every 5m',
]) {
  test(`\`${schedule}\` is no schedule`, () => {
    assert.throws(() => parseSchedule(schedule), EvaluationError);
  });
}

test('a day that never comes gives no next run', () => {
  assert.equal(parseSchedule('0 0 31 2 *').next(AFTER), undefined);
});

test('the next run is later, on a whole minute, and the one before it leads to it', () => {
  const field = (max: number, min = 0) => fc.oneof(fc.constant('*'), fc.integer({ min, max }).map(String));
  const schedules = fc.tuple(field(59), field(23), field(28, 1), field(12, 1), fc.constant('*'));
  const times = fc.integer({ min: 0, max: Date.UTC(2060, 0) });
  fc.assert(
    fc.property(schedules, times, (fields, after) => {
      const schedule = parseSchedule(fields.join(' '));
      const next = schedule.next(after) ?? Number.NaN;
      assert.ok(next > after && next % 60_000 === 0);
      assert.equal(schedule.next(next - 1), next);
    }),
    { numRuns: 100 },
  );
});

test('any text is a schedule or an error of ours', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        parseSchedule(text);
      } catch (error) {
        assert.ok(error instanceof EvaluationError);
      }
    }),
    { numRuns: 200 },
  );
});
