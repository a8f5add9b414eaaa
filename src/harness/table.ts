import { didYouMean, InputError, type Place } from '../model/failure.ts';
import type { Scenario } from './scenario.ts';
import { placeOfCell } from './step-place.ts';

/** A row of a table with a header: its cells by column name. */
export interface TableRow {
  readonly cells: Readonly<Record<string, string>>;
  /** Position in the step's table, the header being 0. */
  readonly row: number;
  /** Where the cell of a column stands; the row's first cell for a column that is not there. */
  readonly placeOf: (column: string) => Place;
}

/**
 * Reads a step's table with a header. Columns whose name is in brackets are notes and are left out. Throws `InputError`
 * at the row for a missing or unknown column and for a table without rows; `accept` lets further columns through.
 */
export function readTable(
  scenario: Scenario,
  rows: readonly (readonly string[])[],
  required: readonly string[],
  optional: readonly string[],
  accept: (column: string) => boolean = () => false,
): readonly TableRow[] {
  const [header = [], ...body] = rows;
  const place = placeOfCell(scenario.step, 0);
  const known = [...required, ...optional];
  for (const [cell, column] of header.entries()) {
    if (known.includes(column) || accept(column) || isNote(column)) continue;
    const meant = didYouMean(column, known);
    const hint = meant === undefined ? `columns are ${known.join(', ')}` : `did you mean \`${meant}\`?`;
    throw new InputError({
      code: 'unknown-column',
      message: `the table has a column \`${column}\``,
      place: placeOfCell(scenario.step, 0, cell),
      hint,
    });
  }
  const missing = required.find((column) => !header.includes(column));
  if (missing !== undefined) {
    throw new InputError({ code: 'missing-column', message: `the table has no column \`${missing}\``, place });
  }
  if (body.length === 0) {
    throw new InputError({ code: 'empty-table', message: 'the table has no rows below its header', place });
  }
  return body.map((cells, i) => ({
    cells: Object.fromEntries(header.map((column, c) => [column, cells[c] ?? '']).filter(([c]) => !isNote(c ?? ''))),
    row: i + 1,
    placeOf: (column) => placeOfCell(scenario.step, i + 1, Math.max(header.indexOf(column), 0)),
  }));
}

function isNote(column: string): boolean {
  return column === '' || (column.startsWith('(') && column.endsWith(')'));
}
