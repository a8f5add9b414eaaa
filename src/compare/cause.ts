import type { LaneAnswer } from '../model/lane.ts';
import { compareAnswers, type Difference, isKyvernoDenial } from './compare.ts';

/** Why two lanes differ. */
export type Cause =
  /** The API server refused what the engine takes, or the other way round. */
  | 'api-server-refusal'
  /** The cluster's object had other defaults, or something else changed it. */
  | 'defaulting'
  /** The request did not reach Kyverno's rules: webhook selectors, resource filters. */
  | 'filtered'
  /** Context entries read other data than the scenario gives. */
  | 'live-data'
  /** The cluster runs another version of Kubernetes or Kyverno. */
  | 'version'
  /** None of these: the engine is wrong. */
  | 'engine';

/** A part in which the engine and another lane differ on a request, and why. */
export interface ExplainedDifference extends Difference {
  readonly cause: Cause;
}

/** The causes with the words of reports. */
export const causeTexts: Readonly<Record<Cause, string>> = {
  'api-server-refusal': 'the API server itself refused',
  defaulting: 'API-server defaulting, or a change by something else',
  filtered: 'filtered before the rules',
  'live-data': 'live data against the given state',
  version: 'another version',
  engine: 'the engine differs',
};

/**
 * What running the engine again showed. Each answer is that of the engine with one thing taken from the cluster; an
 * experiment that could not be made is absent.
 */
export interface Evidence {
  /** With the object that the cluster judged. */
  readonly withClusterObject?: LaneAnswer;
  /** With all webhook and resource filters of the default installation instead of the cluster's. */
  readonly withDefaultFilters?: LaneAnswer;
  /** With no filters at all. */
  readonly withoutFilters?: LaneAnswer;
  /** With the objects that the cluster really holds. */
  readonly withLiveData?: LaneAnswer;
  /** True when the cluster is of another version than the engine's reference. */
  readonly otherVersion: boolean;
}

/**
 * Finds the cause of a difference between the engine's and the cluster's answer. Where they agree in all but the object,
 * something else changed that.
 */
export function causeOf(engine: LaneAnswer, cluster: LaneAnswer, evidence: Evidence): Cause {
  if (sameJudgement(engine, cluster)) return evidence.otherVersion ? 'version' : 'defaulting';
  const agrees = (answer: LaneAnswer | undefined): boolean => answer !== undefined && sameJudgement(answer, cluster);
  if (agrees(evidence.withLiveData)) return 'live-data';
  if (agrees(evidence.withClusterObject)) return 'defaulting';
  if (agrees(evidence.withDefaultFilters) || agrees(evidence.withoutFilters)) return 'filtered';
  if (evidence.otherVersion) return 'version';
  if (refusedByServer(engine) !== refusedByServer(cluster)) return 'api-server-refusal';
  return 'engine';
}

/** True when two answers agree in all that rules decide. */
function sameJudgement(a: LaneAnswer, b: LaneAnswer): boolean {
  return compareAnswers(a, b).every((difference) => difference.part === 'object');
}

function refusedByServer(answer: LaneAnswer): boolean {
  return answer.allowed === false && !isKyvernoDenial(answer);
}
