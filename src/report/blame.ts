import type { LaneName } from '../model/lane.ts';
import type { DifferenceResult, Mismatch, RunResult, ScenarioResult } from './result.ts';

/** What is wrong with a scenario on one lane. */
export interface LaneTrouble {
  /** Differences between the lanes that count and that this lane answers for. */
  readonly differences: readonly DifferenceResult[];
  /** Expectations that it does not meet, those with an excuse left out. */
  readonly mismatches: readonly Mismatch[];
  /** Why there is no answer, or what else is wrong. */
  readonly error?: string;
}

/**
 * What is wrong with a scenario on a lane. A difference is shown on one lane only: on the one that is not as expected, else
 * on the engine where it is to blame, and on the other lane where that had another object, other data or other settings.
 */
export function troubleOn(lane: LaneName, scenario: ScenarioResult, { lanes }: RunResult): LaneTrouble {
  const mismatches = scenario.mismatches.filter((one) => one.lane === lane && one.excuse === undefined);
  const counting = scenario.requests.flatMap(({ differences }) => differences.filter(({ counts }) => counts));
  const isBlamed = blamedLane(counting, scenario, lanes) === lane;
  const error = errorOn(lane, scenario, mismatches.length > 0);
  return { differences: isBlamed ? counting : [], mismatches, ...(error === undefined ? {} : { error }) };
}

function blamedLane(
  counting: readonly DifferenceResult[],
  { mismatches }: ScenarioResult,
  lanes: readonly LaneName[],
): LaneName | undefined {
  const wrong = new Set(mismatches.filter(({ excuse }) => excuse === undefined).map(({ lane }) => lane));
  const [only] = wrong;
  if (only !== undefined && wrong.size === 1) return only;
  if (counting.some(({ cause }) => cause === 'engine')) return 'engine';
  return lanes.find((lane) => lane !== 'engine');
}

function errorOn(lane: LaneName, { requests, error, outcomes }: ScenarioResult, isWrong: boolean): string | undefined {
  const silent = requests
    .flatMap(({ answers }) => answers)
    .find((answer) => answer.lane === lane && answer.allowed === null);
  if (silent !== undefined) return `the ${lane} lane could not answer: ${silent.error ?? 'no reason given'}`;
  const outcome = outcomes.get(lane);
  return isWrong || outcome === undefined || outcome === 'passed' ? undefined : error;
}
