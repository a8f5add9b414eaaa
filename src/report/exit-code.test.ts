import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXIT_CODE_HELP, type ExitCode, worstExitCode } from './exit-code.ts';

const CASES: readonly [codes: readonly ExitCode[], code: ExitCode][] = [
  [[], 0],
  [[0, 0], 0],
  [[1, 0], 1],
  [[1, 2], 2],
  [[2, 4, 1], 4],
  [[4, 5], 5],
  [[1, 2, 4, 5, 3], 3],
];

for (const [codes, code] of CASES) {
  test(`of the exit codes ${codes.join(', ') || '(none)'} the run ends with ${code}`, () => {
    assert.equal(worstExitCode(codes), code);
  });
}

test('the help names every exit code', () => {
  for (const code of [0, 1, 2, 3, 4, 5]) assert.match(EXIT_CODE_HELP, new RegExp(`^ {2}${code} {2}\\S`, 'm'));
});
