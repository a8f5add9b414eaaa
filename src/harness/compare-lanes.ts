import type { Premise } from '../model/lane.ts';
import { differenceMessage } from '../report/difference-message.ts';
import type { DifferenceResult } from '../report/result.ts';
import type { AskedRequest, Scenario } from './scenario.ts';

/** Thrown after the last step of a scenario whose lanes differ in a way that counts: exit code 2. */
export class LanesDifferError extends Error {
  override readonly name = 'LanesDifferError';
  constructor(differences: readonly DifferenceResult[]) {
    super(differences.map(differenceMessage).join('\n\n'));
    this.stack = `${this.name}: ${this.message}`;
  }
}

/** Compares the lanes' answers to a request and keeps the differences with it. */
export async function compareLanes(scenario: Scenario, premise: Premise, asked: AskedRequest): Promise<void> {
  const { compare } = scenario.session;
  if (compare === undefined || asked.answers.length < 2) return;
  for (const difference of await compare.differences(premise, asked.request, asked.answers)) {
    const known = compare.known.cover(scenario.names, difference.part);
    const counts = known === undefined && !compare.otherVersion;
    asked.differences.push({ ...difference, counts, ...(known === undefined ? {} : { known }) });
  }
}

/** Ends a scenario: throws `LanesDifferError` when its lanes differ in a way that counts. */
export function holdLanesTogether(scenario: Scenario): void {
  const counting = scenario.requests.flatMap(({ differences }) => differences).filter(({ counts }) => counts);
  if (counting.length > 0) throw new LanesDifferError(counting);
}
