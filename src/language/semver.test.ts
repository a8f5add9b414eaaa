import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EvaluationError } from '../model/failure.ts';
import { compareSemver, parseSemver, semverInRange } from './semver.ts';

test('versions must be complete', () => {
  for (const text of ['1.2.3', '0.0.0', '1.2.3-rc.1+build.5', '1.0.0-0a'])
    assert.ok(parseSemver(text) !== undefined, text);
  for (const text of [
    'v1.2.3',
    '1.2',
    '01.2.3',
    '1.2.3-01',
    '1.2.3-',
    '1.2.3+',
    '',
    '1.2.x',
    '18446744073709551616.0.0',
  ]) {
    assert.equal(parseSemver(text), undefined, text);
  }
});

test('versions order by precedence', () => {
  const order = ['1.0.0-1', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0', '1.9.0', '1.10.0'];
  const versions = order.map((text) => parseSemver(text));
  for (const [i, a] of versions.entries()) {
    for (const [j, b] of versions.entries()) {
      assert.ok(a !== undefined && b !== undefined);
      assert.equal(compareSemver(a, b), Math.sign(i - j), `${order[i]} and ${order[j]}`);
    }
  }
});

test('ranges know wildcards, alternatives and their oddities', () => {
  const cases: readonly [string, string, boolean][] = [
    ['4.1.3', '>=4.1.x', true],
    ['4.1.3', '!4.x.x', false],
    ['1.8.6', '>1.0.0 <2.0.0', true],
    ['2.1.5', '<2.0.0 || >=3.0.0', false],
    ['v1.2.3', '<1.0.0', true],
    ['1.2.5', '1.2.x', true],
    ['1.2.4', '! 1.2.4', true],
    ['1.2.4', '!= 1.2.4', false],
  ];
  for (const [version, range, result] of cases)
    assert.equal(semverInRange(version, range), result, `${version} ${range}`);
});

test('bad ranges have the texts of upstream', () => {
  const cases: readonly [string, string][] = [
    ['1.2', 'Could not parse Range "1.2": Could not parse version "1.2" in "1.2": No Major.Minor.Patch elements found'],
    ['~1.2.0', 'Could not parse Range "~1.2.0": Could not parse comparator "~" in "~1.2.0"'],
    ['abc', 'Could not get version from string: "abc"'],
    ['|| 1.2.3', "First element in range is '||'"],
    ['', "Last element in range is '||'"],
  ];
  for (const [range, message] of cases) assert.throws(() => semverInRange('1.2.3', range), { message }, range);
});

test('any range gives an answer or an evaluation error', () => {
  const text = fc.string({ unit: fc.constantFrom(...'0123.x<>=!|-+ a'), maxLength: 14 });
  fc.assert(
    fc.property(text, text, (version, range) => {
      try {
        semverInRange(version, range);
      } catch (error) {
        assert.ok(error instanceof EvaluationError);
      }
    }),
    { numRuns: 1000 },
  );
});
