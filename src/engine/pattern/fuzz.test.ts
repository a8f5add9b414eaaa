import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../../model/json.ts';
import { compilePattern, matchScalar } from './index.ts';

const atom = fc.constantFrom('*', '?*', '!a', '>=1', '<1h', '1-5', '5!-10', 'a | b & c', '1Gi', '10m', '', 'a', '1e3');
const scalar: fc.Arbitrary<Json> = fc.oneof(
  atom,
  fc.string({ maxLength: 6 }),
  fc.boolean(),
  fc.constant(null),
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);
const name = fc.constantFrom('a', 'b', 'metadata', 'labels', 'annotations', '__proto__', 'toString');
const key = fc.oneof(
  name,
  fc.tuple(fc.constantFrom('', '<', '=', 'X', '^', '+'), name).map(([modifier, inner]) => `${modifier}(${inner})`),
  fc.constantFrom('a*', '=(l?*)', '()', ' (a) '),
);

function tree(keys: fc.Arbitrary<string>): fc.Arbitrary<Json> {
  return fc.letrec<{ node: Json }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'tree' },
      scalar,
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(keys, tie('node'), { maxKeys: 3 }),
    ),
  })).node;
}

test('no pattern and no value make the matcher throw, and it repeats itself', () => {
  fc.assert(
    fc.property(tree(key), tree(name), (pattern, value) => {
      const check = compilePattern(pattern);
      const first = check(value);
      assert.deepEqual(check(value), first);
      if (first.result !== 'pass') assert.equal(typeof first.message, 'string');
      if (first.result === 'fail') assert.match(first.path, /^\/(.*\/)?$/s);
    }),
    { numRuns: 1500, interruptAfterTimeLimit: 1000 },
  );
});

test('an unanchored pattern made from a value never skips', () => {
  fc.assert(
    fc.property(tree(fc.constantFrom('a', 'b', 'c')), tree(name), (pattern, value) => {
      assert.notEqual(compilePattern(pattern)(value).result, 'skip');
    }),
    { numRuns: 500, interruptAfterTimeLimit: 500 },
  );
});

test('no scalar pattern and no value make the scalar matcher throw', () => {
  fc.assert(
    fc.property(tree(name), tree(name), (pattern, value) => typeof matchScalar(pattern, value) === 'boolean'),
    { numRuns: 1500, interruptAfterTimeLimit: 500 },
  );
});
