import { setTimeout as delay } from 'node:timers/promises';
import { TIMEOUTS, type TimeoutName } from './timeouts.ts';
import { ClusterTroubleError } from './trouble.ts';

/** One look at what is waited for: done, or what was seen instead. */
export type Look<T> = { readonly done: true; readonly value: T } | { readonly done: false; readonly seen: string };

/** Time for waits; passed in so that tests need not wait. */
export interface WaitClock {
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** The real time. */
export const realTime: WaitClock = {
  now: () => performance.now(),
  pause: async (milliseconds) => void (await delay(milliseconds)),
};

const FIRST_PAUSE = 25;
const LONGEST_PAUSE = 500;

/**
 * Looks until `look` is done. Throws `ClusterTroubleError` naming what was waited for, how long, and the last thing
 * seen. Trouble that `look` throws ends the wait at once.
 */
export async function waitFor<T>(
  name: TimeoutName,
  look: () => Promise<Look<T>>,
  time: WaitClock,
  detail = '',
): Promise<T> {
  const { milliseconds, what } = TIMEOUTS[name];
  const end = time.now() + milliseconds;
  let pause = FIRST_PAUSE;
  for (;;) {
    const result = await look();
    if (result.done) return result.value;
    if (time.now() >= end) {
      const text = detail === '' ? what : `${what} (${detail})`;
      throw new ClusterTroubleError('waited', `waited ${milliseconds / 1000} s for ${text}; last seen: ${result.seen}`);
    }
    await time.pause(pause);
    pause = Math.min(pause * 1.5, LONGEST_PAUSE);
  }
}
