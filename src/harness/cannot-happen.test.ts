import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../model/failure.ts';
import { parsePolicies } from '../policy/index.ts';
import { policyYaml } from '../testing/features.ts';
import { readCannotHappen, readDeclared } from './cannot-happen.ts';

const SUITE = parsePolicies(policyYaml('p', ['one', 'two']), 'policies/p.yaml');
const FILE = 'cases/cannot-happen.yaml';

const GOOD = `
- policy: p
  rule: one
  what: fail
  reason: no way
- policy: p
  faults: ["only one rule applies"]
  reason: the rules never meet
- policy: p
  rule: two
  faults: ["message: dropped", "message: another text"]
  reason: it never fails
`;

test('outcomes and faults are read apart, each with its line', () => {
  const { outcomes, faults } = readDeclared(GOOD, FILE, SUITE);
  assert.deepEqual(
    outcomes.map(({ rule, what, place }) => [rule, what, place?.line]),
    [['one', 'fail', 2]],
  );
  assert.deepEqual(
    faults.map((entry) => [entry.rule, entry.faults.length, entry.place.line]),
    [
      ['', 1, 6],
      ['two', 2, 9],
    ],
  );
  assert.equal(readCannotHappen(GOOD, FILE, SUITE).length, 1);
  assert.deepEqual(readDeclared('', FILE, SUITE), { outcomes: [], faults: [] });
});

const BAD: readonly [text: string, message: string, hint?: string][] = [
  ['policy: p', 'the file is no list', 'write entries as `- policy: …`, with rule, what and reason'],
  ['- p', 'the entry is no map'],
  ['- { policy: p, what: fail, reason: r }', 'the entry has no `rule`'],
  ['- { policy: p, rule: one, what: fail }', 'the entry has no `reason`'],
  ['- { policy: p, rule: one, what: fial, reason: r }', '`what: fial` is not one of', 'did you mean `fail`?'],
  ['- { policy: p, rule: one, what: fail, reason: r, resaon: r }', 'unknown key `resaon`', 'did you mean `reason`?'],
  ['- { policy: q, rule: one, what: fail, reason: r }', 'there is no policy `q`'],
  ['- { policy: p, rule: tow, what: fail, reason: r }', 'policy `p` has no rule `tow`', 'did you mean `two`?'],
  ['- { policy: p, faults: [], reason: r }', '`faults` is no list of names'],
  ['- { policy: p, faults: [1], reason: r }', '`faults` is no list of names'],
  ['- { policy: p, faults: [a] }', 'the entry has no `reason`'],
  ['- { policy: p, rule: tow, faults: [a], reason: r }', 'policy `p` has no rule `tow`', 'did you mean `two`?'],
  ['- { policy: p, faults: [a], what: fail, reason: r }', 'unknown key `what`'],
];

for (const [text, message, hint] of BAD) {
  test(`\`${text}\` is an error: ${message}`, () => {
    assert.throws(
      () => readDeclared(text, FILE, SUITE),
      (error) => {
        assert.ok(error instanceof InputError);
        const [failure] = error.failures;
        assert.ok(failure?.message.startsWith(message), failure?.message);
        assert.equal(failure?.place?.file, FILE);
        assert.equal(failure?.place?.line, 1);
        if (hint !== undefined) assert.equal(failure?.hint, hint);
        return true;
      },
    );
  });
}

test('an error points at its entry, whatever stands above and however it is indented', () => {
  const text =
    '# what cannot be\n---\n  - { policy: p, rule: one, what: fail, reason: r }\n\n  - policy: p\n    rule: tow\n    what: fail\n    reason: r\n';
  assert.throws(
    () => readDeclared(text, FILE, SUITE),
    (error) => {
      assert.ok(error instanceof InputError);
      assert.deepEqual(error.failures[0]?.place, { file: FILE, line: 5, column: 5 });
      return true;
    },
  );
});
