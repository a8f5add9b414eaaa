import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compareBytes,
  formatFloatE,
  formatFloatF6,
  formatFloatG,
  goJson,
  goQuote,
  goTypeName,
  goValue,
} from './go-text.ts';
import { goTrimSpace, parseGoFloat, parseGoInt, toInt64 } from './go-text-numbers.ts';

test('floats print in the three forms of Go', () => {
  const cases: readonly [number, string, string, string][] = [
    [123456, '123456', '1.23456E+05', '123456.000000'],
    [1e6, '1e+06', '1E+06', '1000000.000000'],
    [1234567, '1.234567e+06', '1.234567E+06', '1234567.000000'],
    [0.00001, '1e-05', '1E-05', '0.000010'],
    [1.5, '1.5', '1.5E+00', '1.500000'],
    [0, '0', '0E+00', '0.000000'],
    [-0, '-0', '-0E+00', '-0.000000'],
    [1 / 128, '0.0078125', '7.8125E-03', '0.007812'],
    [3 / 128, '0.0234375', '2.34375E-02', '0.023438'],
    [1e21, '1e+21', '1E+21', '1000000000000000000000.000000'],
    [1e-7, '1e-07', '1E-07', '0.000000'],
    [Number.NaN, 'NaN', 'NaN', 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Inf', '-Inf', '-Inf'],
  ];
  for (const [value, general, exponent, fixed] of cases) {
    assert.deepEqual([formatFloatG(value), formatFloatE(value), formatFloatF6(value)], [general, exponent, fixed]);
  }
});

test('values print with sorted keys and without quotes', () => {
  assert.equal(goValue({ b: [1, 1e6, null, true], a: 5n, é: 'x y' }), 'map[a:5 b:[1 1e+06 <nil> true] é:x y]');
  assert.deepEqual([null, 'a', 1, 1n, true, [], {}].map(goTypeName), [
    '<nil>',
    'string',
    'float64',
    'int64',
    'bool',
    '[]interface {}',
    'map[string]interface {}',
  ]);
});

test('JSON text escapes what Go escapes', () => {
  assert.equal(goJson({ b: '<a>&\u2028', a: 1n }), '{"a":1,"b":"\\u003ca\\u003e\\u0026\\u2028"}');
  assert.deepEqual([1e21, 1e-7, 0.000001, 1e20, -0].map(goJson), [
    '1e+21',
    '1e-7',
    '0.000001',
    '100000000000000000000',
    '-0',
  ]);
  assert.throws(() => goJson(Number.NaN), { name: 'EvaluationError', message: 'json: unsupported value: NaN' });
});

test('quoted text escapes what cannot be printed', () => {
  assert.equal(goQuote('a"\\\n\u0000\u200b日😀\u00ad'), '"a\\"\\\\\\n\\x00\\u200b日😀\\u00ad"');
});

test('strings compare by their bytes in UTF-8', () => {
  assert.ok(compareBytes('\uffff', '😀') < 0);
  assert.ok(compareBytes('a', 'b') < 0);
  assert.ok(compareBytes('ab', 'a') > 0);
  assert.equal(compareBytes('a', 'a'), 0);
});

test('numbers are read from text as Go reads them', () => {
  assert.deepEqual(['5', '+5', '-08', '5.0', '', ' 5', '9223372036854775808'].map(parseGoInt), [
    5n,
    5n,
    -8n,
    ...Array(4).fill(undefined),
  ]);
  assert.deepEqual(['1e3', 'inf', '-Infinity', '0x1p4', '1_000', '.5', '5.'].map(parseGoFloat), [
    1000,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    16,
    1000,
    0.5,
    5,
  ]);
  assert.deepEqual(
    ['', '.', '1e400', '1__0', '_1', '0x1', 'e5', ' 1', '1e', '+nan'].map(parseGoFloat),
    Array(10).fill(undefined),
  );
  assert.ok(Number.isNaN(parseGoFloat('NaN')));
  assert.deepEqual([1.9, -1.9, 1e300].map(toInt64), [1n, -1n, -(2n ** 63n)]);
  assert.equal(goTrimSpace('\u0085 \t\ufeffa\u3000'), '\ufeffa');
});
