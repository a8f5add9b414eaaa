import { type Failure, InputError, type Place } from '../model/failure.ts';

/** A failure in a text, with the line it is about. */
export interface TextFailure extends Failure {
  /** The source line and below it a `^` under the column, for example `  4 | kind Pod\n    |     ^`. */
  readonly excerpt: string;
}

/** The line of `text` that a 1-based line number names, with a pointer below the 1-based column. */
export function excerptAt(text: string, line: number, column: number): string {
  const source = (text.split('\n')[line - 1] ?? '').replace(/\r$/, '');
  const number = String(line);
  const width = 100;
  const from = column > width - 10 ? column - 60 : 0;
  const shown = `${from > 0 ? '…' : ''}${source.slice(from, from + width)}${source.length > from + width ? '…' : ''}`;
  const pad = [...source.slice(from, column - 1)].map((c) => (c === '\t' ? '\t' : ' ')).join('');
  return `  ${number} | ${shown}\n  ${' '.repeat(number.length)} | ${from > 0 ? ' ' : ''}${pad}^`;
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
