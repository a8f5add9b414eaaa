import { excerptAt } from '../language/excerpt.ts';
import { type Failure, InputError, type Place } from '../model/failure.ts';

/** A failure in a text, with the line it is about. */
export interface TextFailure extends Failure {
  /** The source line and below it a `^` under the column, for example `  4 | kind Pod\n    |     ^`. */
  readonly excerpt: string;
}

/** An `InputError` of one failure at a place in a text. */
export function textError(
  text: string,
  place: Required<Place>,
  code: string,
  message: string,
  hint: string | undefined,
): InputError {
  const failure: TextFailure = {
    code,
    message,
    place,
    excerpt: excerptAt(text, place.line, place.column),
    ...(hint === undefined ? {} : { hint }),
  };
  return new InputError(failure);
}
