import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { EvaluationError } from '../../model/failure.ts';
import { asObject, type Json, parseJson } from '../../model/json.ts';
import { shared, sharedLines } from '../../testing/shared.ts';
import { compileOperator, evaluateOperator } from './index.ts';

/** A bare number of a condition is a float, whole numbers inside lists and maps are ints. */
function operand(float: Json | undefined, int: Json | undefined): Json {
  return (typeof int === 'bigint' ? float : int) ?? null;
}

test('operators decide as in the real engine', { skip: shared('golden/units/condition.jsonl').skip }, () => {
  const ints = sharedLines('golden/units/condition.jsonl', 'int').map((row) => asObject(row) ?? {});
  const floats = sharedLines('golden/units/condition.jsonl', 'float').map((row) => asObject(row) ?? {});
  assert.ok(ints.length > 1000);
  for (const [i, row] of floats.entries()) {
    const key = operand(row['key'], ints[i]?.['key']);
    const value = operand(row['value'], ints[i]?.['value']);
    const answer = (): boolean => evaluateOperator(key, String(row['operator']), value);
    const failure = row['error'] ?? row['panic'];
    if (failure === undefined) assert.equal(answer(), row['result'], JSON.stringify(row));
    else assert.throws(answer, { name: 'EvaluationError', message: String(failure) }, JSON.stringify(row));
  }
});

test('whole and floating numbers are told apart as in the real engine', () => {
  const lines = readFileSync(new URL('condition.measured.jsonl', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  assert.ok(lines.length > 100);
  for (const line of lines) {
    const float = asObject(parseJson(line, 'float')) ?? {};
    const int = asObject(parseJson(line, 'int')) ?? {};
    const side = (name: 'key' | 'value'): Json => (float[`${name}Numbers`] === 'int' ? int : float)[name] ?? null;
    assert.equal(evaluateOperator(side('key'), String(float['operator']), side('value')), float['result'], line);
  }
});

const SURPRISES: readonly [key: Json, operator: string, value: Json, result: boolean][] = [
  ['10', 'Equals', 10, false],
  [10, 'Equals', '10', true],
  ['true', 'Equals', true, false],
  ['1h', 'Equals', 3600, true],
  [3600, 'Equals', '1h', false],
  ['1Gi', 'Equals', '1024Mi', true],
  ['nginx:1', 'Equals', 'nginx:*', true],
  ['nginx:*', 'Equals', 'nginx:1', false],
  [null, 'NotEquals', 'a', false],
  [[1n], 'Equals', [1], false],
  [1e6, 'AnyIn', [1000000n], false],
  [[], 'AllIn', 'a', true],
  ['5', 'AnyNotIn', '5', false],
  ['x', 'AllNotIn', '5', false],
  ['2024-01', 'AnyIn', '2024-01', true],
  [['a'], 'NotIn', 'a', true],
  ['1.10', 'LessThan', '1.9', true],
  ['1.10.0', 'GreaterThan', '1.9.0', true],
  ['10', 'GreaterThan', 5, true],
  ['1Gi', 'GreaterThan', 5, false],
  ['10', 'greaterthan', 5, false],
  ['1h', 'DurationGreaterThan', 60, true],
];

test('operators decide in ways people do not expect', () => {
  for (const [key, operator, value, result] of SURPRISES) {
    assert.equal(evaluateOperator(key, operator, value), result, `${key} ${operator} ${value}`);
  }
});

test('an unknown operator fails only when it is used', () => {
  const operator = compileOperator('Equalz');
  assert.throws(() => operator('a', 'a'), {
    name: 'EvaluationError',
    message: 'failed to create handler for condition operator: %!w(<nil>)',
  });
});

test('an observer hears every decision', () => {
  const heard: unknown[] = [];
  const operator = compileOperator('AnyIn', (...decision) => heard.push(decision));
  assert.equal(operator('a', ['a', 'b']), true);
  assert.deepEqual(heard, [['a', 'AnyIn', ['a', 'b'], true]]);
});

test('no condition throws anything but an evaluation error', () => {
  const text = fc.constantFrom('', '*', 'a*', '1-5', '-5-5', '["a"]', '[1]', '1h', '1Gi', '1.2.3', '10', 'null', 'é');
  const scalar = fc.oneof(text, fc.string({ maxLength: 8 }), fc.double(), fc.bigInt(), fc.boolean(), fc.constant(null));
  const operand_: fc.Arbitrary<Json> = fc.oneof(
    scalar,
    fc.array(scalar, { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', '__proto__'), scalar, { maxKeys: 2 }),
  );
  const name = fc.constantFrom(...SURPRISES.map(([, operator]) => operator), 'In', 'NotIn', 'DurationLessThan', 'x');
  fc.assert(
    fc.property(operand_, name, operand_, (key, operator, value) => {
      try {
        assert.equal(typeof evaluateOperator(key, operator, value), 'boolean');
      } catch (error) {
        assert.ok(error instanceof EvaluationError, String(error));
      }
    }),
    { numRuns: 2000, interruptAfterTimeLimit: 1000 },
  );
});
