import { EvaluationError } from '../../model/failure.ts';

/**
 * A key that a map does not have. Operators such as `||` swallow it, so inside an evaluation it travels as a value
 * (see `Result`) and becomes an exception only at the door.
 * Upstream: github.com/kyverno/go-jmespath interpreter.go, NotFoundError.
 */
export class NotFoundError extends EvaluationError {
  override readonly name = 'NotFoundError';
  /** The key that is missing. */
  readonly key: string;
  constructor(key: string) {
    super(`Unknown key "${key}" in path`);
    this.key = key;
  }
}

/** Where upstream's process crashes: an error for us that no operator swallows. The message is Go's. */
export class CrashError extends EvaluationError {
  override readonly name = 'CrashError';
}

/**
 * A query that cannot be parsed.
 * Upstream: github.com/kyverno/go-jmespath lexer.go, SyntaxError.
 */
export class QuerySyntaxError extends EvaluationError {
  override readonly name = 'QuerySyntaxError';
  readonly expression: string;
  /** Where the error is, in UTF-8 bytes from the start of the expression. */
  readonly offset: number;
  constructor(message: string, expression: string, offset: number) {
    super(`SyntaxError: ${message}`);
    this.expression = expression;
    this.offset = offset;
  }
}

/** The expression with a `^` below the place of the error, as `kyverno jp parse` prints it under the error. */
export function highlightLocation(error: QuerySyntaxError): string {
  return `${error.expression}\n${' '.repeat(Math.max(0, error.offset))}^`;
}

/** Number of UTF-8 bytes of the first `end` UTF-16 units of a text. */
export function byteOffset(text: string, end: number): number {
  return new TextEncoder().encode(text.slice(0, end)).length;
}

/** Runs something; when the stack or a text's length runs out there, that is an error of the query. */
export function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError)
      throw new EvaluationError('the query or its data is too large or nests too deeply');
    throw error;
  }
}
