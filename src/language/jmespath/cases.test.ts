import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EvaluationError } from '../../model/failure.ts';
import { isArray, isObject, type Json } from '../../model/json.ts';
import { arithmeticCases } from './cases/arithmetic.cases.ts';
import { dataCases } from './cases/data.cases.ts';
import { languageCases } from './cases/language.cases.ts';
import { patternsCases } from './cases/patterns.cases.ts';
import { CASE_DATA, type QueryCase } from './cases/query-case.ts';
import { standardCases } from './cases/standard.cases.ts';
import { stringsCases } from './cases/strings.cases.ts';
import { timeCases } from './cases/time.cases.ts';
import { compileQuery, jmespathFunctions, searchQuery } from './index.ts';

const ENV = { clock: { now: () => 0 }, random: { next: () => 0.5 } };

const FAMILIES: Readonly<Record<string, readonly QueryCase[]>> = {
  'the language': languageCases,
  'standard functions': standardCases,
  'text functions': stringsCases,
  'matching functions': patternsCases,
  arithmetic: arithmeticCases,
  'time functions': timeCases,
  'data functions': dataCases,
};

for (const [family, cases] of Object.entries(FAMILIES)) {
  test(`queries on ${family} give Kyverno's answers`, async (t) => {
    for (const [query, expected] of cases) {
      await t.test(query, () => {
        const run = () => searchQuery(compileQuery(query), CASE_DATA, ENV);
        if ('gives' in expected) assert.deepEqual(plain(run()), expected.gives);
        else assert.throws(run, (error) => error instanceof EvaluationError && sameText(error.message, expected.error));
      });
    }
  });
}

function sameText(actual: string, expected: string): true {
  assert.equal(actual, expected);
  return true;
}

/** Lists of `items()` as ordinary ones: the cases tell the two apart by `type()` and by errors. */
function plain(value: Json): Json {
  if (isArray(value)) return Array.from(value, plain);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plain(field)]));
}

test('every function of Kyverno has a case', () => {
  const all = Object.values(FAMILIES).flatMap((cases) => cases.map(([query]) => query));
  const untested = jmespathFunctions.filter(({ name }) => !all.some((query) => query.includes(`${name}(`)));
  // These depend on clock and certificates and are tested elsewhere.
  assert.deepEqual(
    untested.map(({ name }) => name),
    ['time_now', 'time_now_utc'],
  );
});
