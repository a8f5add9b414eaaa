import { EvaluationError } from '../../model/failure.ts';

/** The result of `work`; its `EvaluationError` gets `what` before its text. */
export function failingAs<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    throw new EvaluationError(`${what}: ${error.message}`);
  }
}
