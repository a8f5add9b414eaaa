import type { RunResult } from './result.ts';

/** What a command can end with; the same table for every command. */
export const EXIT = {
  asExpected: 0,
  notAsExpected: 1,
  lanesDiffer: 2,
  badInput: 3,
  nothingTested: 4,
  noAnswer: 5,
} as const;

/** One of the exit codes 0 to 5. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One line per exit code, for `--help`. */
export const EXIT_CODE_HELP = [
  'Exit codes:',
  '  0  everything as expected',
  '  1  something is not as expected, or an entry of the known differences is gone or past its date',
  '  2  lanes differ',
  '  3  bad input or configuration',
  '  4  nothing was tested: no scenarios, no policies, an unused policy, a rule never seen to act',
  '  5  a lane could not answer, or something is not supported',
  '  Of several the first of 3, 5, 4, 2, 1.',
].join('\n');

const PRECEDENCE: readonly ExitCode[] = [3, 5, 4, 2, 1];

/** Of several exit codes the one to end with: the first of 3, 5, 4, 2, 1; 0 when there is none of these. */
export function worstExitCode(codes: Iterable<ExitCode>): ExitCode {
  const seen = new Set(codes);
  return PRECEDENCE.find((code) => seen.has(code)) ?? EXIT.asExpected;
}

/** The exit code of a run of features. */
export function exitCodeOf(run: RunResult): ExitCode {
  const codes: ExitCode[] = [];
  if (run.failures.length > 0) codes.push(EXIT.badInput);
  for (const scenario of run.scenarios) {
    if (scenario.testsNothing) codes.push(EXIT.nothingTested);
    for (const outcome of scenario.outcomes.values()) {
      if (outcome === 'bad input') codes.push(EXIT.badInput);
      if (outcome === 'no answer') codes.push(EXIT.noAnswer);
      if (outcome === 'failed') codes.push(EXIT.notAsExpected);
    }
    if (scenario.requests.some(({ differences }) => differences.some(({ counts }) => counts))) {
      codes.push(EXIT.lanesDiffer);
    }
  }
  if (run.knownProblems.length > 0) codes.push(EXIT.notAsExpected);
  if (run.happened.length > 0) codes.push(EXIT.notAsExpected);
  if (run.scenarios.length === 0) codes.push(EXIT.nothingTested);
  if (run.policies.length === 0 && run.scenarios.every((s) => s.requests.every((r) => r.policies.length === 0))) {
    codes.push(EXIT.nothingTested);
  }
  const gaps = [...run.unusedPolicies, ...run.unseenRules, ...run.empty];
  if (!run.selection && gaps.length > 0) codes.push(EXIT.nothingTested);
  return worstExitCode(codes);
}
