import type { LaneAnswer } from '../model/lane.ts';
import { type AnswerPart, compareAnswers, type Difference, isRefused, judgementParts } from './compare.ts';

/** Why two lanes differ. */
export type Cause =
  /** The API server refused what the engine takes, or the other way round. */
  | 'api-server-refusal'
  /** The cluster's object had other defaults, or something else changed it. */
  | 'defaulting'
  /** The request did not reach Kyverno's rules: webhook selectors, resource filters, excluded users. */
  | 'filtered'
  /** Kyverno is started otherwise than the engine takes it to be: exceptions, the failure policy. */
  | 'configuration'
  /** The cluster held other objects than the scenario gives. */
  | 'live-data'
  /** The cluster runs another version of Kubernetes or Kyverno. */
  | 'version'
  /** None of these: the engine is wrong. */
  | 'engine';

/** The causes with the words of reports. */
export const causeTexts: Readonly<Record<Cause, string>> = {
  'api-server-refusal': 'the API server itself refused',
  defaulting: 'API-server defaulting, or a change by something else',
  filtered: 'filtered before the rules',
  configuration: "Kyverno's own configuration",
  'live-data': 'live data against the given state',
  version: 'another version',
  engine: 'the engine differs',
};

/** The engine asked once more with something taken from the cluster. */
export interface Trial {
  /** The cause, if the answer is that of the cluster. */
  readonly cause: Exclude<Cause, 'api-server-refusal' | 'version' | 'engine'>;
  /** What was taken from the cluster, in a few words. */
  readonly taken: string;
  /** What the engine said then; absent when it could not be asked so. */
  readonly answer?: LaneAnswer;
}

/** A part in which the engine and another lane differ on a request, and why. */
export interface ExplainedDifference extends Difference {
  readonly cause: Cause;
  /** What asking the engine again showed, one sentence each. */
  readonly tried: readonly string[];
}

/** What is explained together: all that rules decide, or the object. */
export type Aspect = 'judgement' | 'object';

/** The aspect that a part belongs to. */
export function aspectOf(part: AnswerPart): Aspect {
  return judgementParts.includes(part) ? 'judgement' : 'object';
}

/** True when two answers agree in an aspect; objects can agree only where the rest does. */
export function agreesIn(aspect: Aspect, a: LaneAnswer, b: LaneAnswer): boolean {
  const found = compareAnswers(a, b);
  return aspect === 'object' ? found.length === 0 : found.every(({ part }) => aspectOf(part) === 'object');
}

/**
 * Finds the cause of a difference in one aspect from what asking the engine again showed: the first trial that gave the
 * cluster's answer. What none explains is the other version's, the API server's where only one side refused, and else
 * the engine's.
 */
export function causeOf(
  aspect: Aspect,
  { engine, cluster }: { readonly engine: LaneAnswer; readonly cluster: LaneAnswer },
  trials: readonly Trial[],
  otherVersion: boolean,
): Cause {
  const found = trials.find(({ answer }) => answer !== undefined && agreesIn(aspect, answer, cluster))?.cause;
  // What another release makes of an object is no change by something else.
  if (found !== undefined && !(otherVersion && found === 'defaulting')) return found;
  if (otherVersion) return 'version';
  return isRefused(engine) !== isRefused(cluster) ? 'api-server-refusal' : 'engine';
}
