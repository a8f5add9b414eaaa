import type { Failure, Place } from '../model/failure.ts';
import { InputError } from '../model/failure.ts';

/** Where a step stands, down to its argument: for errors that point at the word or table row they are about. */
export interface StepPlace extends Place {
  readonly file: string;
  readonly line: number;
  /** Column of the first letter after the keyword. */
  readonly column: number;
  /** The step as written in the file, placeholders of an outline included. */
  readonly text: string;
  /** Line of the first line inside the doc string, and the column where its text begins. */
  readonly docString?: { readonly line: number; readonly column: number };
  /** The table's rows, header included: their line and where each cell's text begins. */
  readonly rows: readonly { readonly line: number; readonly columns: readonly number[] }[];
}

/** The place of a word in a step, e.g. of a quoted name; the step itself when the word came from an outline's row. */
export function placeOfWord(step: StepPlace, word: string): Place {
  const at = step.text.indexOf(word);
  return { file: step.file, line: step.line, column: at < 0 ? step.column : step.column + at };
}

/** The place of a cell of the step's table; row 0 is the first, cell 0 the leftmost. */
export function placeOfCell(step: StepPlace, row: number, cell = 0): Place {
  const found = step.rows[row];
  if (found === undefined) return { file: step.file, line: step.line, column: step.column };
  const column = found.columns[cell] ?? found.columns[0];
  return { file: step.file, line: found.line, ...(column === undefined ? {} : { column }) };
}

/** The place of a row of the step's table; 0 is the first row. */
export function placeOfRow(step: StepPlace, row: number): Place {
  return placeOfCell(step, row);
}

/** A place inside a step's doc string, counted from the doc string's start, as a place in the feature file. */
export function placeInDocString(step: StepPlace, place: Place): Place {
  const { docString } = step;
  if (docString === undefined || place.file !== step.file || place.line === undefined) return place;
  const { line, column } = docString;
  return {
    file: step.file,
    line: place.line + line - 1,
    ...(place.column === undefined ? {} : { column: place.column + column - 1 }),
  };
}

/**
 * Runs a reader over a step's doc string; an `InputError` it throws then points into the feature file.
 * Failures about another file keep their place.
 */
export function inDocString<T>(step: StepPlace, read: (file: string) => T): T {
  try {
    return read(step.file);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(
      ...error.failures.map((failure) => withPlace(failure, placeInDocString(step, failure.place ?? step))),
    );
  }
}

/** Runs `read`; an `InputError` it throws is placed at `place` instead. */
export function at<T>(place: Place, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(...error.failures.map((failure) => withPlace(failure, place)));
  }
}

function withPlace(failure: Failure, { file, line, column }: Place): Failure {
  return {
    ...failure,
    place: { file, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) },
  };
}
