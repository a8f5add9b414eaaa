import type { Json } from '../../model/json.ts';
import type { Expression } from './expression.ts';

/** Where variables get their values. */
export interface Scope {
  /** The value of an expression. Throws `EvaluationError` with the cause, e.g. `JMESPath query failed: Unknown key "x" in path`. */
  readonly query: (expression: Expression) => Json;
  /** The operation that decides whether `request.object` is read as `request.oldObject`. */
  readonly operation: () => string;
}
