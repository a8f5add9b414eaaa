import { compileQuery, type Query } from '../../language/jmespath/index.ts';
import { EvaluationError } from '../../model/failure.ts';

/** A JMESPath text, compiled when it is first run. */
export interface Expression {
  /** As written: which context entries it mentions is decided on this text. */
  readonly text: string;
  /** The compiled query. Throws `EvaluationError` as the context's query would: `incorrect query …`, `invalid query (nil)`. */
  readonly query: () => Query;
}

const LIMIT = 4096;
const expressions = new Map<string, Expression>();

/** The expression of a text; the same text gives the same expression, so it compiles once. */
export function expressionOf(text: string): Expression {
  const known = expressions.get(text);
  if (known !== undefined) return known;
  if (expressions.size >= LIMIT) expressions.clear();
  const expression = createExpression(text);
  expressions.set(text, expression);
  return expression;
}

function createExpression(text: string): Expression {
  let compiled: Query | EvaluationError | undefined;
  return {
    text,
    query: () => {
      compiled ??= compile(text.trim());
      if (compiled instanceof EvaluationError) throw compiled;
      return compiled;
    },
  };
}

function compile(text: string): Query | EvaluationError {
  if (text === '') return new EvaluationError('invalid query (nil)');
  try {
    return compileQuery(text);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return new EvaluationError(`incorrect query ${text}: ${error.message}`);
  }
}
