import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeTime } from '../../testing/fake-time.ts';
import { TIMEOUTS, type TimeoutName } from './timeouts.ts';
import { ClusterTroubleError, mayPass, troubleText } from './trouble.ts';
import { waitFor } from './wait.ts';

test('a wait ends with what was looked for', async () => {
  const time = fakeTime();
  let looks = 0;
  const look = async () => (++looks < 4 ? { done: false as const, seen: 'no' } : { done: true as const, value: looks });
  assert.equal(await waitFor('state', look, time), 4);
  assert.equal(time.pauses.length, 3);
});

test('pauses grow and stay short', async () => {
  const time = fakeTime();
  await assert.rejects(waitFor('state', async () => ({ done: false, seen: 'no' }), time));
  assert.ok(time.pauses.every((pause, i) => pause >= (time.pauses[i - 1] ?? 0)));
  assert.ok(Math.max(...time.pauses) <= 500);
});

for (const name of Object.keys(TIMEOUTS) as TimeoutName[]) {
  test(`the wait ${name} ends in its time, and says for what it waited and what was seen last`, async () => {
    const { milliseconds, what } = TIMEOUTS[name];
    const time = fakeTime();
    let looks = 0;
    const look = async () => ({ done: false as const, seen: `look ${++looks}` });
    await assert.rejects(waitFor(name, look, time, 'thing'), (error) => {
      assert.ok(error instanceof ClusterTroubleError);
      assert.equal(error.kind, 'waited');
      assert.equal(error.message, `waited ${milliseconds / 1000} s for ${what} (thing); last seen: look ${looks}`);
      return true;
    });
    assert.ok(time.now() >= milliseconds && time.now() < milliseconds + 1000);
  });
}

test('trouble in a look ends the wait at once', async () => {
  const time = fakeTime();
  const trouble = new ClusterTroubleError('unreachable', 'gone');
  await assert.rejects(
    waitFor('ready', () => Promise.reject(trouble), time),
    trouble,
  );
  assert.deepEqual(time.pauses, []);
});

test('only an unreachable, late or failing server may pass', () => {
  const kinds = ['unreachable', 'timeout', 'waited', 'server', 'rights', 'missing'] as const;
  assert.deepEqual(
    kinds.filter((kind) => mayPass(new ClusterTroubleError(kind, ''))),
    ['unreachable', 'timeout', 'server'],
  );
  assert.equal(mayPass(new Error('x')), false);
});

test('a message stands with its remedy', () => {
  assert.equal(troubleText(new ClusterTroubleError('missing', 'no image', 'load it')), 'no image (load it)');
  assert.equal(troubleText(new ClusterTroubleError('missing', 'no image')), 'no image');
});
