import type { WaitClock } from '../lanes/cluster/wait.ts';

/** Time that passes only by pauses. */
export interface FakeTime extends WaitClock {
  readonly pauses: readonly number[];
  /** Lets time pass. */
  readonly pass: (milliseconds: number) => void;
}

/** Starts at zero. */
export function fakeTime(): FakeTime {
  let now = 0;
  const pauses: number[] = [];
  return {
    now: () => now,
    pause: async (milliseconds) => {
      pauses.push(milliseconds);
      now += milliseconds;
      // Others may go on in between, as with a real pause.
      await new Promise<void>((done) => setImmediate(done));
    },
    pauses,
    pass: (milliseconds) => {
      now += milliseconds;
    },
  };
}
