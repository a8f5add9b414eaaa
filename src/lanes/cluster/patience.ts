import type { TimeoutName } from './timeouts.ts';
import { TIMEOUTS } from './timeouts.ts';
import { ClusterTroubleError, mayPass } from './trouble.ts';
import type { WaitClock } from './wait.ts';

/** How often something is tried in all, when the trouble may pass. */
export const TRIES = 3;

/** Tries again where that helps, and stops asking a cluster that is gone. */
export interface Patience {
  /** Does `work`, again after trouble that may pass. Throws the last `ClusterTroubleError`, any other error at once. */
  readonly attempt: <T>(work: () => Promise<T>) => Promise<T>;
  /** Asks nothing any more. */
  readonly giveUp: (why: ClusterTroubleError) => void;
}

/** What patience works with. */
export interface PatienceTools {
  readonly time: WaitClock;
  /** Whether the cluster and Kyverno answer at all. */
  readonly isThere: () => Promise<boolean>;
  /** Told of every try that is made again. */
  readonly onRetry: (error: ClusterTroubleError) => void;
}

const PAUSE: TimeoutName = 'again';

/**
 * Patience with a cluster. Once trouble has outlasted every try and the cluster does not answer at all any more, nothing is
 * asked again: each further request ends at once with the same trouble.
 */
export function createPatience({ time, isThere, onRetry }: PatienceTools): Patience {
  let gone: ClusterTroubleError | undefined;
  let looking: Promise<void> | undefined;
  const look = async (error: ClusterTroubleError): Promise<void> => {
    const there = error.kind !== 'timeout' && error.kind !== 'unreachable' && (await isThere());
    if (!there) gone ??= error;
  };
  return {
    attempt: async (work) => {
      for (let attempt = 1; ; attempt++) {
        if (gone !== undefined) throw noLonger(gone);
        try {
          return await work();
        } catch (error) {
          if (!(error instanceof ClusterTroubleError) || error.kind === 'missing' || error.kind === 'rights')
            throw error;
          if (!mayPass(error) || attempt >= TRIES) {
            looking ??= look(error);
            await looking;
            looking = undefined;
            throw error;
          }
          onRetry(error);
          await time.pause(TIMEOUTS[PAUSE].milliseconds * 2 ** (attempt - 1));
        }
      }
    },
    giveUp: (why) => {
      gone ??= why;
    },
  };
}

function noLonger(why: ClusterTroubleError): ClusterTroubleError {
  const text = 'the cluster was not asked any more: ';
  const message = why.message.startsWith(text) ? why.message : text + why.message;
  return new ClusterTroubleError(why.kind, message, why.hint);
}
