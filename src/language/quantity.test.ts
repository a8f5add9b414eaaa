import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addQuantity,
  compareQuantity,
  divideQuantity,
  moduloQuantity,
  multiplyQuantity,
  parseQuantity,
  parseQuantityOrError,
  type Quantity,
  quantityText,
  quantityWhole,
  scalarQuantity,
} from './quantity.ts';

function quantity(text: string): Quantity {
  const parsed = parseQuantity(text);
  assert.ok(parsed !== undefined, `${text} is a quantity`);
  return parsed;
}

function scalar(value: number): Quantity {
  const { quantity: parsed } = scalarQuantity(value);
  assert.ok(parsed !== undefined, `${value} is a scalar`);
  return parsed;
}

test('texts that look unlike numbers are quantities when Kubernetes says so', () => {
  for (const text of ['1.20', '007', '1000m', '1Ki', '5e2', '.5', '5.', '+1', 'm', '+', '.', 'Ki']) {
    assert.ok(parseQuantity(text) !== undefined, text);
  }
  for (const text of ['', ' 1', '1K', '1ki', '1.2.3', 'Ei', '1 Gi', '1e', 'abc', '1e99999999999999999999']) {
    assert.equal(parseQuantity(text), undefined, text);
  }
});

test('equal numbers in different suffixes compare equal', () => {
  const pairs = [
    ['1.20', '1.2'],
    ['1Ki', '1024'],
    ['1Gi', '1024Mi'],
    ['5e2', '500'],
    ['0.1n', '1n'],
    ['1E', '1e18'],
  ];
  for (const [a = '', b = ''] of pairs) assert.equal(compareQuantity(quantity(a), quantity(b)), 0, `${a} ${b}`);
  assert.equal(compareQuantity(quantity('-1'), quantity('1m')), -1);
  assert.equal(compareQuantity(quantity('1e1000000000'), quantity('1')), 1);
});

test('products and quotients of quantities and scalars are exact or cut off', () => {
  const products: readonly [string, number, string][] = [
    ['12Ki', 2.5, '30Ki'],
    ['1E', 1000, '1'],
    ['100E', 1000, '100'],
    ['1e18', 1000, '1e21'],
  ];
  for (const [a, b, expected] of products) {
    assert.equal(quantityText(multiplyQuantity(quantity(a), scalar(b))), expected, `${a} * ${b}`);
  }
  const quotients: readonly [string, number, string][] = [
    ['1', 2, '0'],
    ['10', 3, '3'],
    ['1.5', 2, '700m'],
    ['1Gi', 3, '357913941'],
    ['12Ki', 3, '4Ki'],
  ];
  for (const [a, b, expected] of quotients) {
    assert.equal(quantityText(divideQuantity(quantity(a), scalar(b))), expected, `${a} / ${b}`);
  }
});

test('remainders need whole operands and a divisor', () => {
  const remainder = (a: string, b: string): string => {
    const result = moduloQuantity(quantity(a), quantity(b));
    return typeof result === 'string' ? result : quantityText(result);
  };
  assert.equal(remainder('12Ki', '5Ki'), '2Ki');
  assert.equal(remainder('-7', '3'), '-1');
  assert.equal(remainder('4', '1.5'), 'fraction');
  assert.equal(remainder('4', '0'), 'zero');
});

test('whole values are rounded away from zero', () => {
  assert.deepEqual(
    ['1.1', '-1.1', '1k', '100m', '0'].map((text) => quantityWhole(quantity(text))),
    [2n, -2n, 1000n, 1n, 0n],
  );
});

test('sums beyond any memory are evaluation errors', () => {
  assert.throws(() => addQuantity(quantity('1e1000000000'), quantity('1')), { name: 'EvaluationError' });
});

test('infinite and missing numbers are no scalars', () => {
  assert.match(scalarQuantity(Number.POSITIVE_INFINITY).error ?? '', /^quantities must match/);
  assert.match(scalarQuantity(Number.NaN).error ?? '', /^quantities must match/);
});

test('any text is a quantity or an error, and sums order like numbers', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789.+-eEinumkKMGTP'), maxLength: 10 });
  fc.assert(
    fc.property(fc.oneof(digits, fc.string()), digits, (a, b) => {
      const left = parseQuantityOrError(a).quantity;
      assert.equal(parseQuantity(a) === undefined, left === undefined);
      const right = parseQuantity(b);
      if (left === undefined || right === undefined) return;
      if (Math.max(left.exponent, right.exponent) > 1000) return;
      assert.equal(compareQuantity(addQuantity(left, right), left), compareQuantity(right, quantity('0')));
      assert.ok(quantityText(left).length > 0);
    }),
    { numRuns: 1500 },
  );
});
