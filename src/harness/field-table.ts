import { InputError } from '../model/failure.ts';
import { deepEqual, type Json, type JsonObject } from '../model/json.ts';
import { yamlText } from '../report/attachment-text.ts';
import { expectAnswer } from './expectation.ts';
import { type FieldPath, getField, parseFieldPath, parseFieldValue, pathText, withField } from './fields.ts';
import { type Scenario, seesEveryRule } from './scenario.ts';
import { at, placeOfCell } from './step-place.ts';
import { refusedByApiServer } from './verdict.ts';

/** A row of a table of fields. */
export interface FieldRow {
  readonly path: FieldPath;
  /** `undefined` for an empty cell: no such field. */
  readonly value: Json | undefined;
  readonly row: number;
}

/** The rows of a table of fields, each read. Throws `InputError` at the row. */
export function fieldRows(scenario: Scenario, rows: readonly (readonly string[])[]): readonly FieldRow[] {
  return rows.map((cells, row) => {
    const [path = '', value = ''] = cells;
    if (cells.length !== 2) {
      throw new InputError({
        code: 'bad-table',
        message: 'a table of fields has two columns: path and value',
        place: placeOfCell(scenario.step, row, 2),
      });
    }
    return {
      path: at(placeOfCell(scenario.step, row), () => parseFieldPath(path)),
      value:
        value === ''
          ? undefined
          : at(placeOfCell(scenario.step, row, 1), () => parseFieldValue(value, scenario.step.file)),
      row,
    };
  });
}

/** The object with the fields of a step's table set or removed. Throws `InputError` at the row. */
export function withTableFields(
  scenario: Scenario,
  object: JsonObject,
  rows: readonly (readonly string[])[],
): JsonObject {
  return fieldRows(scenario, rows).reduce(
    (changed, { path, value, row }) => at(placeOfCell(scenario.step, row), () => withField(changed, path, value)),
    object,
  );
}

/** Expects fields of the object as the policies saw it; an empty cell expects that there is no such field. */
export function expectJudgedFields(scenario: Scenario, rows: readonly (readonly string[])[]): void {
  const fields = fieldRows(scenario, rows);
  const expected = fields.map(({ path, value }) => fieldText(path, value)).join('\n');
  expectAnswer(
    scenario,
    expected,
    (answer) => {
      const object = answer.judged ?? answer.object;
      if (object === undefined && !seesEveryRule(answer.lane) && !refusedByApiServer(answer)) return undefined;
      if (object === undefined) return 'no object: the request was refused before any policy saw it';
      const got = fields.map(({ path }) => getField(object, path));
      if (fields.every(({ value }, i) => deepEqual(value, got[i]))) return undefined;
      return fields.map(({ path }, i) => fieldText(path, got[i])).join('\n');
    },
    ['verdict', 'object'],
  );
}

/** A field with its value, as expectations show it. */
export function fieldText(path: FieldPath, value: Json | undefined): string {
  return `${pathText(path)}: ${value === undefined ? '(absent)' : yamlText(value).trimEnd()}`;
}
