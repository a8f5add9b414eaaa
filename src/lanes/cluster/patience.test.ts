import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeTime } from '../../testing/fake-time.ts';
import { createPatience, type PatienceTools, TRIES } from './patience.ts';
import { ClusterTroubleError, type TroubleKind } from './trouble.ts';

function setUp(overrides: Partial<PatienceTools> = {}) {
  const counts = { tries: 0, retries: 0, comesBack: 0, looks: 0 };
  const time = fakeTime();
  const patience = createPatience({
    time,
    comesBack: async () => {
      counts.comesBack++;
      return true;
    },
    kyvernoIsThere: async () => {
      counts.looks++;
      return true;
    },
    onRetry: () => void counts.retries++,
    ...overrides,
  });
  const failing =
    (kind: TroubleKind, times = Number.POSITIVE_INFINITY) =>
    async () => {
      if (counts.tries++ < times) throw new ClusterTroubleError(kind, `${kind} trouble`);
      return 'an answer';
    };
  return { patience, counts, time, failing };
}

for (const kind of ['unreachable', 'timeout', 'server'] as const) {
  test(`${kind} is tried again, ${TRIES} times in all`, async () => {
    const { patience, counts, failing } = setUp();
    await assert.rejects(patience.attempt(failing(kind)), /trouble/);
    assert.deepEqual([counts.tries, counts.retries], [TRIES, TRIES - 1]);
  });

  test(`${kind} that passes is an answer in the end, and counted`, async () => {
    const { patience, counts, time, failing } = setUp();
    assert.equal(await patience.attempt(failing(kind, 2)), 'an answer');
    assert.equal(counts.retries, 2);
    assert.deepEqual(time.pauses, [500, 1000]);
  });
}

for (const kind of ['waited', 'rights', 'missing'] as const) {
  test(`${kind} is not tried again`, async () => {
    const { patience, counts, failing } = setUp();
    await assert.rejects(patience.attempt(failing(kind)), /trouble/);
    assert.deepEqual([counts.tries, counts.retries], [1, 0]);
  });
}

test('any other error is not tried again and not changed', async () => {
  const { patience, counts } = setUp();
  const error = new TypeError('a mistake');
  await assert.rejects(
    patience.attempt(() => Promise.reject(error)),
    error,
  );
  assert.equal(counts.retries, 0);
});

test('requests wait together for a server that does not answer', async () => {
  const { patience, counts, failing } = setUp();
  await Promise.all([1, 2, 3].map(() => patience.attempt(failing('unreachable', 3))));
  assert.equal(counts.comesBack, 1);
});

test('a server that does not come back is not asked any more', async () => {
  const { patience, counts, failing } = setUp({ comesBack: async () => false });
  await assert.rejects(patience.attempt(failing('unreachable')), /^ClusterTroubleError: unreachable trouble/);
  const tries = counts.tries;
  await assert.rejects(patience.attempt(failing('unreachable')), /the cluster was not asked any more: unreachable/);
  assert.equal(counts.tries, tries);
});

test('webhooks that fail while Kyverno does not answer end the asking, with it they do not', async () => {
  for (const there of [true, false]) {
    const { patience, counts, failing } = setUp({ kyvernoIsThere: async () => there });
    await assert.rejects(patience.attempt(failing('server')));
    const tries = counts.tries;
    await assert.rejects(patience.attempt(failing('server')));
    assert.equal(counts.tries > tries, there);
  }
});

test('after giving up every request ends at once with the same reason, said once', async () => {
  const { patience, counts, failing } = setUp();
  patience.giveUp(new ClusterTroubleError('missing', 'the run was stopped', 'run again'));
  for (const _ of [1, 2]) {
    await assert.rejects(patience.attempt(failing('server')), (error) => {
      assert.ok(error instanceof ClusterTroubleError);
      assert.equal(error.message, 'the cluster was not asked any more: the run was stopped');
      assert.deepEqual([error.kind, error.hint], ['missing', 'run again']);
      return true;
    });
  }
  assert.equal(counts.tries, 0);
});
