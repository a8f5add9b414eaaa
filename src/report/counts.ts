import { causeTexts } from '../compare/index.ts';
import type { LaneName } from '../model/lane.ts';
import type { Outcome, RequestResult, RunResult } from './result.ts';

/** What a run came to on one lane. */
export interface LaneCounts {
  readonly lane: LaneName;
  readonly scenarios: number;
  readonly requests: number;
  readonly outcomes: ReadonlyMap<Outcome, number>;
  /** Scenarios that only the engine can answer. */
  readonly leftToEngine: number;
}

/** Counts scenarios and requests, lane by lane. */
export function laneCounts(run: RunResult): readonly LaneCounts[] {
  return run.lanes.map((lane) => {
    const ofLane = run.scenarios.filter(({ outcomes }) => outcomes.has(lane));
    const outcomes = new Map<Outcome, number>();
    for (const scenario of ofLane) {
      const outcome = scenario.outcomes.get(lane) ?? 'no answer';
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    return {
      lane,
      scenarios: ofLane.length,
      requests: ofLane.reduce((sum, { requests }) => sum + requests.length, 0),
      outcomes,
      leftToEngine: run.scenarios.length - ofLane.length + run.leftOut.length,
    };
  });
}

/**
 * How many requests were compared, and in how many the lanes differ: in ways that count, that are known, of another version;
 * and how many of the counting ones each cause has.
 */
export function differenceCounts(run: RunResult): {
  readonly compared: number;
  readonly counting: number;
  readonly known: number;
  readonly version: number;
  readonly causes: readonly (readonly [text: string, count: number])[];
} {
  const requests = run.scenarios.flatMap((scenario) => scenario.requests);
  const compared = requests.filter(
    ({ answers }) => answers.length > 1 && answers.every(({ allowed }) => allowed !== null),
  );
  const differing = compared.filter(({ differences }) => differences.length > 0);
  const counting = differing.filter(({ differences }) => differences.some(({ counts }) => counts));
  const known = differing.filter(({ differences }) => differences.every((one) => one.known !== undefined));
  return {
    compared: compared.length,
    counting: counting.length,
    known: known.length,
    version: differing.length - counting.length - known.length,
    causes: causesOf(counting),
  };
}

function causesOf(requests: readonly RequestResult[]): readonly (readonly [text: string, count: number])[] {
  const texts = requests.flatMap(({ differences }) => [
    ...new Set(differences.filter(({ counts }) => counts).map(({ cause }) => causeTexts[cause])),
  ]);
  return [...Map.groupBy(texts, (text) => text)].map(([text, all]) => [text, all.length]);
}

/** `1 request`, `2 requests`, `2 policies`. */
export function plural(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`;
  return `${count} ${noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}

/** What the cluster or recording of a run is, in words; `""` for the engine alone. */
export function factsText({ facts, retries }: RunResult): string {
  if (facts === undefined) return '';
  const kyverno = facts.kyverno === 'unknown' ? 'Kyverno (outside the cluster)' : `Kyverno ${facts.kyverno}`;
  const other = facts.otherVersion ? ', another version than the engine has' : '';
  const again = retries === 0 ? '' : `; ${plural(retries, 'request')} tried again after trouble`;
  return `cluster: Kubernetes ${facts.kubernetes}, ${kyverno}${other}${again}`;
}
