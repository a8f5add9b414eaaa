import { InputError } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import type { Mismatch } from '../report/result.ts';
import { ask } from './ask.ts';
import { endStep, type Judge, judgeAnswers } from './expectation.ts';
import { parseFieldPath, parseFieldValue, withField } from './fields.ts';
import { oneOf } from './given-policies.ts';
import { existingObject } from './given-state.ts';
import { type RuleName, ruleInForce, ruleText } from './names.ts';
import { createRequest, objectFrom, replaceRequest } from './requests.ts';
import type { AskedRequest, Scenario } from './scenario.ts';
import { at, placeOfCell } from './step-place.ts';
import { readTable, type TableRow } from './table.ts';
import {
  deniedByRules,
  isAllowed,
  isRefused,
  passesRules,
  passesSomeRule,
  type RuleOutcome,
  ruleHasOutcome,
  verdictText,
} from './verdict.ts';

const SHOULD = ['pass', 'fail', 'error', 'skip', 'not match', 'be refused'] as const;
type Should = (typeof SHOULD)[number];

/** One request per row, from the object of a file; columns with a dot or bracket are fields of it. */
export async function createRows(
  scenario: Scenario,
  kind: string,
  file: string,
  rows: readonly (readonly string[])[],
): Promise<void> {
  const base = objectFrom(scenario, kind, file);
  await judgeRows(scenario, readMatrix(scenario, rows, ['should'], ['namespace']), (row) =>
    createRequest(scenario, withCells(scenario, base, row), cell(row, 'namespace')),
  );
}

/** One request per row, each from the file of its column `file`. */
export async function createEach(scenario: Scenario, rows: readonly (readonly string[])[]): Promise<void> {
  await judgeRows(scenario, readMatrix(scenario, rows, ['file', 'should'], ['namespace']), (row) => {
    const object = at(row.placeOf('file'), () => objectFrom(scenario, 'object', row.cells['file'] ?? ''));
    return createRequest(scenario, withCells(scenario, object, row), cell(row, 'namespace'));
  });
}

/** One update per row of an existing object; columns with a dot or bracket are the fields that change. */
export async function updateRows(
  scenario: Scenario,
  kind: string,
  name: string,
  rows: readonly (readonly string[])[],
): Promise<void> {
  const old = existingObject(scenario, kind, name);
  await judgeRows(scenario, readMatrix(scenario, rows, ['should'], []), (row) =>
    replaceRequest(old, withCells(scenario, old, row)),
  );
}

function readMatrix(
  scenario: Scenario,
  rows: readonly (readonly string[])[],
  required: readonly string[],
  optional: readonly string[],
): readonly TableRow[] {
  return readTable(scenario, rows, required, [...optional, 'rule', 'message'], isPath);
}

function isPath(column: string): boolean {
  return /[.[]/.test(column);
}

function cell(row: TableRow, column: string): string | undefined {
  const text = row.cells[column];
  return text === '' ? undefined : text;
}

function withCells(scenario: Scenario, object: JsonObject, { cells, placeOf }: TableRow): JsonObject {
  return Object.entries(cells)
    .filter(([column, text]) => isPath(column) && text !== '')
    .reduce(
      (changed, [column, text]) =>
        at(placeOf(column), () =>
          withField(
            changed,
            parseFieldPath(column),
            text === '(none)' ? undefined : parseFieldValue(text, scenario.step.file),
          ),
        ),
      object,
    );
}

interface Expectation {
  readonly text: string;
  readonly judge: Judge;
}

async function judgeRows(
  scenario: Scenario,
  rows: readonly TableRow[],
  request: (row: TableRow) => Parameters<typeof ask>[1],
): Promise<void> {
  const mismatches: Mismatch[] = [];
  for (const row of rows) {
    const place = placeOfCell(scenario.step, row.row);
    const { text, judge } = expectationOf(scenario, row);
    const asked: AskedRequest = await ask(scenario, request(row), place);
    asked.expected.push(text);
    asked.namesFailingRule = true;
    asked.isJudged = true;
    mismatches.push(...judgeAnswers(asked, text, judge, place));
  }
  endStep(scenario, mismatches);
}

function expectationOf(scenario: Scenario, row: TableRow): Expectation {
  const should = at(row.placeOf('should'), () => oneOf(scenario, row.cells['should'] ?? '', 'verdict', SHOULD));
  const rules = (cell(row, 'rule') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => at(row.placeOf('rule'), () => ruleInForce(scenario, name)));
  const message = cell(row, 'message');
  if (rules.length === 0 && should !== 'be refused' && should !== 'pass') {
    throw new InputError({
      code: 'unnamed-rule',
      message: `the row expects \`${should}\` and names no rule`,
      place: row.placeOf('rule'),
      hint: 'fill in the column `rule`',
    });
  }
  const verdict = verdictJudge(should, rules);
  const text = [should, ...rules.map(ruleText)].join(' ') + (message === undefined ? '' : `: ${message}`);
  if (message === undefined) return { text, judge: verdict };
  return {
    text,
    judge: (answer) => {
      const wrong = verdict(answer);
      if (wrong !== undefined) return wrong;
      return answer.message.includes(message) ? undefined : `${verdictText(answer)}: ${answer.message.trim()}`;
    },
  };
}

function verdictJudge(should: Should, rules: readonly RuleName[]): Judge {
  switch (should) {
    case 'fail':
    case 'error':
      return deniedByRules(rules, should);
    case 'be refused':
      return isRefused(undefined);
    case 'pass':
      return rules.length === 0 ? passesSomeRule : passesRules(rules);
    case 'skip':
      return allowedWith(rules, 'skip');
    case 'not match':
      return allowedWith(rules, 'no match');
  }
}

function allowedWith(rules: readonly RuleName[], outcome: RuleOutcome): Judge {
  return (answer) => {
    const wrong = isAllowed(answer);
    if (wrong !== undefined) return wrong;
    return rules.map((rule) => ruleHasOutcome(rule, outcome)(answer)).find((got) => got !== undefined);
  };
}
