import type { LaneName, Premise } from '../model/lane.ts';
import type { Compared } from '../report/beside.ts';
import { sideBySideText } from '../report/difference-text.ts';
import type { AskedRequest, Scenario } from './scenario.ts';

/** Thrown after the last step of a scenario whose lanes differ in a way that counts: exit code 2. */
export class LanesDifferError extends Error {
  override readonly name = 'LanesDifferError';
  constructor(requests: readonly Compared[]) {
    super(requests.map(messageOf).join('\n'));
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
  const differing = scenario.requests
    .filter(({ differences }) => differences.some(({ counts }) => counts))
    .map((asked): Compared => ({ ...asked, expected: asked.expected.join('\n') }));
  if (differing.length > 0) throw new LanesDifferError(differing);
}

function messageOf(compared: Compared): string {
  const { file, line } = compared.place;
  return `${file}:${line ?? 1}\n${sideBySideText(compared, lanesOf(compared))}`;
}

/** The lanes that answered a request. */
export function lanesOf({ answers }: Pick<Compared, 'answers'>): readonly LaneName[] {
  return answers.map(({ lane }) => lane);
}
