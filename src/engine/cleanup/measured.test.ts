import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EvaluationError } from '../../model/failure.ts';
import { asObject, asString, type JsonObject, parseJson } from '../../model/json.ts';
import { parseSchedule } from './schedule.ts';
import { isStandardSchedule } from './standard-schedule.ts';
import { deletionTime } from './ttl.ts';

/**
 * What the libraries gave that Kyverno uses: for a `schedule` and a time `after` the `next` one, `never`, the `error`,
 * or that it is `refused`; for a `ttl` its `duration` in nanoseconds, its `time`, or `none`.
 */
const MEASURED = readFileSync(new URL('time.measured.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => asObject(parseJson(line, 'int')) ?? {});

const CREATED = Date.parse('2026-01-01T00:00:00Z');

function scheduleAnswer({ schedule, after }: JsonObject): JsonObject {
  const text = asString(schedule) ?? '';
  if (!isStandardSchedule(text)) return { refused: true };
  try {
    const next = parseSchedule(text).next(Date.parse(asString(after) ?? ''));
    return next === undefined ? { never: true } : { next: new Date(next).toISOString().replace('.000Z', 'Z') };
  } catch (error) {
    if (error instanceof EvaluationError) return { error: error.message };
    throw error;
  }
}

test('schedules are accepted and come round as in the real libraries', () => {
  const rows = MEASURED.filter((row) => row['schedule'] !== undefined);
  assert.ok(rows.length > 150);
  for (const row of rows) {
    const { schedule, after, ...answer } = row;
    assert.deepEqual(scheduleAnswer(row), answer, `${JSON.stringify(schedule)} after ${String(after)}`);
  }
});

test('times to live end as in the real library', () => {
  const rows = MEASURED.filter((row) => row['ttl'] !== undefined);
  assert.ok(rows.length > 80);
  for (const { ttl = '', duration, time } of rows) {
    const labels = { 'cleanup.kyverno.io/ttl': ttl };
    const metadata = { creationTimestamp: new Date(CREATED).toISOString(), labels };
    const wanted =
      duration !== undefined
        ? CREATED + Number(BigInt(asString(duration) ?? '') / 1_000_000n)
        : time === undefined
          ? undefined
          : Date.parse(asString(time) ?? '');
    assert.equal(deletionTime({ metadata }), wanted, JSON.stringify(ttl));
  }
});

test('a schedule that another library than the running one accepts never runs', () => {
  assert.equal(isStandardSchedule('@midnight'), true);
  assert.throws(() => parseSchedule('@midnight'), EvaluationError);
});
