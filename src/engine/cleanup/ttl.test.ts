import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EvaluationError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import { deletionTime, ttlPropagation } from './ttl.ts';

const CREATED = '2026-01-01T00:00:00Z';

function withTtl(ttl: string, creationTimestamp: string | undefined = CREATED): JsonObject {
  const made = creationTimestamp === '' ? {} : { creationTimestamp };
  return { metadata: { ...made, labels: { 'cleanup.kyverno.io/ttl': ttl } } };
}

const TIMES: readonly (readonly [ttl: string, end: string | undefined])[] = [
  ['90s', '2026-01-01T00:01:30.000Z'],
  ['1h30m', '2026-01-01T01:30:00.000Z'],
  ['2d', '2026-01-03T00:00:00.000Z'],
  ['1w', '2026-01-08T00:00:00.000Z'],
  ['1w2d', '2026-01-10T00:00:00.000Z'],
  ['2026-02-01', '2026-02-01T00:00:00.000Z'],
  ['2026-02-01T120000Z', '2026-02-01T12:00:00.000Z'],
  ['2026-02-30', undefined],
  ['soon', undefined],
];

for (const [ttl, end] of TIMES) {
  test(`a time to live of \`${ttl}\` ends at ${end ?? 'no time'}`, () => {
    const time = deletionTime(withTtl(ttl));
    assert.equal(time === undefined ? undefined : new Date(time).toISOString(), end);
  });
}

test('an object without the label lives on', () => {
  assert.equal(deletionTime({ metadata: { labels: { app: 'a' } } }), undefined);
});

test('a duration needs the time of creation, a date does not', () => {
  assert.throws(() => deletionTime(withTtl('1h', '')), EvaluationError);
  assert.equal(deletionTime(withTtl('2026-02-01', '')), Date.UTC(2026, 1, 1));
});

test('only known ways of deleting count', () => {
  const object = (policy: string) => ({
    metadata: { annotations: { 'cleanup.kyverno.io/propagation-policy': policy } },
  });
  assert.equal(ttlPropagation(object('Orphan')), 'Orphan');
  assert.equal(ttlPropagation(object('orphan')), undefined);
});
