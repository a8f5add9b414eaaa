import { EvaluationError } from '../../model/failure.ts';
import type { Answer } from '../run.ts';

/** An `error` answer: `<what>: <cause>`. */
export function errorAnswer(what: string, cause: string): Answer {
  return { status: 'error', message: `${what}: ${cause}` };
}

/**
 * Runs `work`; an `EvaluationError` inside becomes an `error` answer `<what>: <its text>`, and so does the end of the
 * stack, e.g. for a variable whose value holds itself (Kyverno crashes there). Anything else passes through.
 */
export function answering<T>(what: string, work: () => T): T | Failed {
  try {
    return work();
  } catch (error) {
    if (error instanceof EvaluationError) return { failed: errorAnswer(what, error.message) };
    if (error instanceof RangeError) return { failed: errorAnswer(what, 'variables or data nest too deeply') };
    throw error;
  }
}

/** The outcome of work that could not be done. */
export interface Failed {
  readonly failed: Answer;
}

/** True for the outcome of work that could not be done. */
export function isFailed(value: unknown): value is Failed {
  return typeof value === 'object' && value !== null && 'failed' in value;
}
