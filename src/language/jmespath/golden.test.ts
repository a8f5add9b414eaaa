import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EvaluationError } from '../../model/failure.ts';
import { asObject, asString, type Json, parseJson } from '../../model/json.ts';
import { shared, sharedLines } from '../../testing/shared.ts';
import { goType } from './functions/errors.ts';
import { compileQuery, searchQuery } from './index.ts';
import { goEqual } from './value.ts';

const ROWS = 'golden/units/jmespath.jsonl';
const DATA = shared('golden/units/jmespath-data.json');
const ENV = { clock: { now: () => 0 }, random: { next: () => 0 } };

function answer(query: string, data: Json): Json {
  try {
    const result = searchQuery(compileQuery(query), data, ENV);
    return typeof result === 'number' && Number.isNaN(result)
      ? { unencodable: 'NaN' }
      : { result: untyped(result), type: query.startsWith('&') ? 'jmespath.expRef' : goType(result) };
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return { error: error.message };
  }
}

/** The golden file has plain JSON: no int64, no second kind of list. */
function untyped(value: Json): Json {
  return typeof value === 'bigint' ? Number(value) : Array.isArray(value) ? [...value] : value;
}

/** Lists that come from Go maps have no fixed order. */
function comparable(query: string, value: Json): Json {
  if (!/^(keys|values)\(|\.\*/.test(query) || !Array.isArray(value)) return value;
  return [...value].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

test('every query of the golden data gives the measured result or error', { skip: DATA.skip }, () => {
  const data = parseJson(readFileSync(DATA.url, 'utf8'), 'float');
  const rows = sharedLines(ROWS, 'float').map((row) => asObject(row) ?? {});
  assert.ok(rows.length > 2000);
  const wrong: string[] = [];
  for (const row of rows) {
    const query = asString(row['query']) ?? '';
    const got = asObject(answer(query, data)) ?? {};
    const same =
      'panic' in row || 'error' in row
        ? got['error'] === (row['panic'] ?? row['error'])
        : 'unencodable' in row
          ? got['unencodable'] === row['unencodable']
          : got['type'] === row['type'] &&
            goEqual(comparable(query, got['result'] ?? null), comparable(query, row['result'] ?? null));
    if (!same) wrong.push(`${JSON.stringify(row)}\n  got ${JSON.stringify(got)}`);
  }
  assert.equal(wrong.length, 0, `${wrong.length} of ${rows.length} differ:\n${wrong.slice(0, 20).join('\n')}`);
});
