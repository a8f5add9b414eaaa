import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFailure, InputError } from '../model/failure.ts';
import { parseKnownDifferences } from './known-differences.ts';

const FILE = 'cases/known-differences.yaml';
const LIST = `# what we know of
- scenario: "features/a.feature:First"
  part: message
  reason: the cluster words it otherwise
  link: https://example.com/1
  expiry: 2026-06-30
- scenario: Second
  reason: all of it
`;
const everything = { compared: () => true, isMeant: () => true };

test('an entry has a scenario, a part, a reason, a link, an expiry and a place', () => {
  const { entries } = parseKnownDifferences(LIST, FILE, '2026-01-01');
  assert.deepEqual(entries, [
    {
      scenario: 'features/a.feature:First',
      place: { file: FILE, line: 2, column: 13 },
      part: 'message',
      reason: 'the cluster words it otherwise',
      link: 'https://example.com/1',
      expiry: '2026-06-30',
    },
    { scenario: 'Second', place: { file: FILE, line: 7, column: 13 }, part: 'any', reason: 'all of it' },
  ]);
});

test('an empty file and one with comments only are empty lists', () => {
  for (const text of ['', '# nothing yet\n', '[]\n']) {
    assert.deepEqual(parseKnownDifferences(text, FILE, '2026-01-01').entries, [], text);
  }
});

const BAD: readonly [what: string, text: string, message: string][] = [
  [
    'a map in place of a list',
    'scenario: one\nreason: so\n',
    '1:1: the file is no list (write entries as `- scenario: …`, with part, reason, link and expiry)',
  ],
  ['an entry that is no map', '- x\n', '1:3: the entry is no map (write it as `- scenario: …`, with part and reason)'],
  ['no scenario', '- reason: so\n', "1:3: the entry has no `scenario` (give the scenario's name)"],
  ['no reason', '- scenario: one\n', '1:3: the entry has no `reason` (say why the lanes differ)'],
  ['an empty reason', '- scenario: one\n  reason: " "\n', '2:3: the entry has no `reason` (say why the lanes differ)'],
  [
    'a misspelt field',
    '- scenario: one\n  reason: so\n  expires: 2026-01-01\n',
    '3:3: unknown field `expires` (did you mean `expiry`?)',
  ],
  [
    'a misspelt part',
    '- scenario: one\n  part: verdit\n  reason: so\n',
    '2:3: there is no part `verdit` (did you mean `verdict`?)',
  ],
  [
    'a day that is none',
    '- scenario: one\n  reason: so\n  expiry: 2026-02-30\n',
    '3:3: `expiry` is no day (write it as 2027-01-31)',
  ],
  [
    'a link that is no text',
    '- scenario: one\n  reason: so\n  link: [1]\n',
    '3:3: `link` is no text (put it in quotes)',
  ],
  [
    'the same entry twice',
    '- scenario: one\n  reason: so\n- scenario: one\n  reason: no more\n',
    '3:13: the scenario `one` is listed twice with part `any` (delete one of the two: the first is in line 1)',
  ],
];

for (const [what, text, message] of BAD) {
  test(`${what} is bad input with its place`, () => {
    assert.throws(
      () => parseKnownDifferences(text, FILE, '2026-01-01'),
      (error) => error instanceof InputError && error.failures.map(formatFailure).join() === `${FILE}:${message}`,
    );
  });
}

test('every bad entry is told at once', () => {
  assert.throws(
    () => parseKnownDifferences('- scenario: one\n- reason: so\n', FILE, '2026-01-01'),
    (error) => error instanceof InputError && error.failures.length === 2,
  );
});

test('an entry covers its scenario by either name, and its part alone', () => {
  const known = parseKnownDifferences(LIST, FILE, '2026-01-01');
  const first = ['First', 'features/a.feature:First'];
  assert.equal(known.cover(first, 'message')?.part, 'message');
  assert.equal(known.cover(first, 'verdict'), undefined);
  assert.equal(known.cover(['First', 'features/b.feature:First'], 'message'), undefined);
  assert.equal(known.cover(['Second', 'features/b.feature:Second'], 'object')?.part, 'any');
});

test('an entry that no difference needed is gone, where its scenario was compared', () => {
  const known = parseKnownDifferences(LIST, FILE, '2026-01-01');
  known.cover(['Second'], 'verdict');
  const gone = (compared: boolean) =>
    known.problems({ ...everything, compared: () => compared }).map(({ entry, problem }) => [entry.scenario, problem]);
  assert.deepEqual(gone(true), [['features/a.feature:First', 'gone']]);
  assert.deepEqual(gone(false), []);
});

test('an entry holds on its last day and fails from the next, whether or not it is needed', () => {
  const problems = (today: string, isMeant = true) => {
    const known = parseKnownDifferences(LIST, FILE, today);
    const covered = known.cover(['features/a.feature:First'], 'message') !== undefined;
    known.cover(['Second'], 'verdict');
    return [covered, ...known.problems({ ...everything, isMeant: () => isMeant }).map(({ problem }) => problem)];
  };
  assert.deepEqual(problems('2026-06-30'), [true]);
  assert.deepEqual(problems('2026-07-01'), [false, 'expired']);
  assert.deepEqual(problems('2026-07-01', false), [false]);
});
