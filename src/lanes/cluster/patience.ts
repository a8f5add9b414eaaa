import { TIMEOUTS } from './timeouts.ts';
import { ClusterTroubleError } from './trouble.ts';
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
  /** Waits for the API server to answer again, for a while; whether it does. */
  readonly comesBack: () => Promise<boolean>;
  /** Whether Kyverno answers. */
  readonly kyvernoIsThere: () => Promise<boolean>;
  /** Told of every try that is made again. */
  readonly onRetry: (error: ClusterTroubleError) => void;
}

/**
 * Patience with a cluster. An API server that does not answer is waited for once, by all requests together. Once trouble
 * has outlasted every try and the cluster does not answer at all any more, nothing is asked again: each further request
 * ends at once with the same trouble.
 */
export function createPatience({ time, comesBack, kyvernoIsThere, onRetry }: PatienceTools): Patience {
  let gone: ClusterTroubleError | undefined;
  const waiting = shared(comesBack);
  const looking = shared(kyvernoIsThere);
  return {
    attempt: async (work) => {
      for (let attempt = 1; ; attempt++) {
        if (gone !== undefined) throw noLonger(gone);
        try {
          return await work();
        } catch (error) {
          if (!(error instanceof ClusterTroubleError) || error.kind === 'missing' || error.kind === 'rights')
            throw error;
          const last = attempt >= TRIES || error.kind === 'waited';
          if (error.kind === 'timeout' || error.kind === 'unreachable') {
            if (!(await waiting())) gone ??= error;
          } else if (last && !(await looking())) gone ??= error;
          if (last || gone !== undefined) throw error;
          onRetry(error);
          await time.pause(TIMEOUTS.again.milliseconds * 2 ** (attempt - 1));
        }
      }
    },
    giveUp: (why) => {
      gone ??= why;
    },
  };
}

/** Work that several wait for and that is done once for all of them. */
function shared<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  };
}

function noLonger(why: ClusterTroubleError): ClusterTroubleError {
  const text = 'the cluster was not asked any more: ';
  const message = why.message.startsWith(text) ? why.message : text + why.message;
  return new ClusterTroubleError(why.kind, message, why.hint);
}
