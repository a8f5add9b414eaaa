import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyText, resolvePlain, type Scalar } from './scalar.ts';

// Left as it stands in YAML, right what go.yaml.in/yaml/v2 makes of it.
const CASES: readonly (readonly [string, Scalar])[] = [
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True', 'TRUE'].map((w) => [w, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'False', 'FALSE'].map((w) => [w, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((w) => [w, null] as const),
  ...['tRue', 'yES', 'nope', '_1', '1e400', '1:30', '2001-01-01', '-', '+', '.', '..', '=', '0x', '1.2.3', '-.e1'].map(
    (w) => [w, w] as const,
  ),
  ['017', 15n],
  ['0o17', 15n],
  ['0777', 511n],
  ['08', 8],
  ['0x1F', 31n],
  ['0X1f', 31n],
  ['0b11', 3n],
  ['-0b11', -3n],
  ['1_000', 1000n],
  ['1__0', 10n],
  ['+1', 1n],
  ['-0', 0n],
  ['9223372036854775807', 9223372036854775807n],
  ['18446744073709551615', 18446744073709551615n],
  ['18446744073709551616', 2 ** 64],
  ['-9223372036854775809', -(2 ** 63)],
  ['.5', 0.5],
  ['5.', 5],
  ['+.5', 0.5],
  ['1e3', 1000],
  ['1_0.5', 10.5],
  ['.inf', Number.POSITIVE_INFINITY],
  ['-.Inf', Number.NEGATIVE_INFINITY],
];

for (const [text, value] of CASES) {
  test(`the plain scalar "${text}" means ${typeof value} ${String(value)}`, () => {
    assert.deepEqual(resolvePlain(text), value);
  });
}

test('keys that are not text become the text that Go prints', () => {
  const keys = [true, 15n, 1.5, 0.1, 1e7, 1234567.5, 1e-5, 1e-4, 100000, 123456.7, -2.5].map(keyText);
  assert.deepEqual(keys, [
    'true',
    '15',
    '1.5',
    '0.1',
    '1e+07',
    '1.2345675e+06',
    '1e-05',
    '0.0001',
    '100000',
    '123456.7',
    '-2.5',
  ]);
  assert.equal(keyText(null), undefined);
});
