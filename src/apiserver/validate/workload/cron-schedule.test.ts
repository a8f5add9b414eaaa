import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scheduleComplaint } from './cron-schedule.ts';
import { timeZoneComplaint } from './time-zone.ts';

function complaint(schedule: string): string | undefined {
  return scheduleComplaint(schedule, () => undefined, timeZoneComplaint);
}

test('schedules that robfig/cron reads have no complaint', () => {
  for (const schedule of ['*/5 * * * *', '0 0 1-15/2 JAN,jul Mon-FRI', '@daily', '? ? * * ?', 'TZ=UTC 1 2 3 4 5']) {
    assert.equal(complaint(schedule), undefined, schedule);
  }
});

test('others get its words', () => {
  const words: Readonly<Record<string, string>> = {
    '* * * *': 'expected exactly 5 fields, found 4: [* * * *]',
    '60 * * * *': 'end of range (60) above maximum (59): 60',
    '5-1 * * * *': 'beginning of range (5) beyond end of range (1): 5-1',
    '*/0 * * * *': 'step of range should be a positive number: */0',
    'x * * * *': 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax',
    '1-2-3 * * * *': 'too many hyphens: 1-2-3',
    '@never': 'unrecognized descriptor: @never',
    'TZ=Mars/X 1 2 3 4 5': 'provided bad location Mars/X: unknown time zone Mars/X',
  };
  for (const [schedule, text] of Object.entries(words)) assert.equal(complaint(schedule), text, schedule);
});

test('a time zone is known by its exact name', () => {
  for (const name of ['Etc/UTC', 'Europe/Zurich', 'UTC', 'Local'])
    assert.equal(timeZoneComplaint(name), undefined, name);
  assert.equal(timeZoneComplaint('europe/zurich'), 'unknown time zone europe/zurich');
  assert.equal(timeZoneComplaint('../x'), 'time: invalid location name');
});
