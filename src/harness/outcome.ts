import { type Envelope, TestStepResultStatus } from '@cucumber/messages';
import type { LaneName } from '../model/lane.ts';
import type { Outcome } from '../report/result.ts';
import { LanesDifferError } from './compare-lanes.ts';
import { ExpectationError, NoAnswerError } from './expectation.ts';
import type { Scenario } from './scenario.ts';
import { NothingTestedError } from './untested.ts';

/** What went wrong in a scenario, as cucumber tells it. */
export interface StepTrouble {
  /** Name of the error's class. */
  readonly type: string;
  readonly message: string;
}

/**
 * Follows cucumber's messages and keeps, for each scenario that did not pass, the first thing that went wrong, and how long
 * each took.
 */
export function troubleCollector(): {
  readonly onMessage: (message: Envelope) => void;
  /** By the id of the pickle. */
  readonly trouble: ReadonlyMap<string, StepTrouble>;
  /** Milliseconds, by the id of the pickle. */
  readonly durations: ReadonlyMap<string, number>;
} {
  const pickleOfCase = new Map<string, string>();
  const pickleOfStart = new Map<string, string>();
  const trouble = new Map<string, StepTrouble>();
  const durations = new Map<string, number>();
  const onMessage = ({ testCase, testCaseStarted, testStepFinished }: Envelope) => {
    if (testCase !== undefined) pickleOfCase.set(testCase.id, testCase.pickleId);
    if (testCaseStarted !== undefined) {
      pickleOfStart.set(testCaseStarted.id, pickleOfCase.get(testCaseStarted.testCaseId) ?? '');
    }
    if (testStepFinished === undefined) return;
    const { status, message = '', exception, duration } = testStepFinished.testStepResult;
    const id = pickleOfStart.get(testStepFinished.testCaseStartedId) ?? '';
    durations.set(id, (durations.get(id) ?? 0) + duration.seconds * 1e3 + duration.nanos / 1e6);
    if (status === TestStepResultStatus.PASSED || status === TestStepResultStatus.SKIPPED) return;
    if (trouble.has(id)) return;
    trouble.set(id, { type: exception?.type ?? status, message: exception?.message ?? message });
  };
  return { onMessage, trouble, durations };
}

/** True when what went wrong is an answer that is not as expected, or lanes that differ. */
export function isMismatch({ type }: StepTrouble): boolean {
  return type === ExpectationError.name || type === 'AssertionError' || type === LanesDifferError.name;
}

/** The outcome of a scenario on each lane. */
export function outcomesOf(
  scenario: Scenario,
  trouble: StepTrouble | undefined,
  lanes: readonly LaneName[],
): ReadonlyMap<LaneName, Outcome> {
  return new Map(lanes.map((lane) => [lane, outcomeOn(lane, scenario, trouble)]));
}

function outcomeOn(lane: LaneName, scenario: Scenario, trouble: StepTrouble | undefined): Outcome {
  if (trouble?.type === 'InputError') return 'bad input';
  if (scenario.requests.some(({ answers }) => answers.some((a) => a.lane === lane && a.allowed === null))) {
    return 'no answer';
  }
  if ([...scenario.requests, ...scenario.cleanups].some(({ untold }) => untold.some((one) => one.lane === lane))) {
    return 'no answer';
  }
  const mismatches = scenario.mismatches.filter((mismatch) => mismatch.lane === lane);
  if (mismatches.some(({ excuse }) => excuse === undefined)) return 'failed';
  if (trouble?.type === NothingTestedError.name) return 'failed';
  // A lane that answered was held to every step, also where another lane had no answer.
  if (trouble === undefined || isMismatch(trouble) || trouble.type === NoAnswerError.name) {
    return mismatches[0]?.excuse ?? 'passed';
  }
  return 'no answer';
}
