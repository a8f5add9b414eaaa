import { searchQuery } from '../../language/jmespath/index.ts';
import type { Environment } from '../../model/environment.ts';
import { EvaluationError } from '../../model/failure.ts';
import type { Json } from '../../model/json.ts';
import { expressionOf } from '../variables/index.ts';

/** Runs `work`; its `EvaluationError` comes out with another text. */
export function rewording<T>(work: () => T, reword: (message: string) => string): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof EvaluationError) throw new EvaluationError(reword(error.message));
    throw error;
  }
}

/**
 * A query on a value that is not the context. Throws `EvaluationError` with the bare cause, e.g. `Unknown key "b" in path`.
 * `badQuery` words a query that does not compile; upstream's callers differ there.
 */
export function searchValue(
  path: string,
  value: Json,
  env: Environment,
  badQuery: (message: string) => string = (message) => message,
): Json {
  const query = rewording(
    () => expressionOf(path).query(),
    (message) =>
      badQuery(message.startsWith(INCORRECT) ? message.slice(`${INCORRECT}${path.trim()}: `.length) : message),
  );
  return searchQuery(query, value, env);
}

const INCORRECT = 'incorrect query ';
