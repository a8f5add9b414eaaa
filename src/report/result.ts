import type { ClientRequest } from '../model/admission.ts';
import type { Failure, Place } from '../model/failure.ts';
import type { LaneAnswer, LaneName } from '../model/lane.ts';
import type { Policy } from '../model/policy.ts';

/**
 * How a scenario ended on a lane. `bad input`: something in it cannot be used, exit code 3; `no answer`: the lane could
 * not answer or something is not supported, exit code 5.
 */
export type Outcome = 'passed' | 'failed' | 'no answer' | 'bad input';

/** An expectation that an answer does not meet. */
export interface Mismatch {
  readonly lane: LaneName;
  /** The expectation in a few words, e.g. `fail disallow-host-network/host-network`. */
  readonly expected: string;
  /** What the lane said, in the same words. */
  readonly got: string;
  /** The step or table row that expected it. */
  readonly place?: Place;
}

/** A request of a scenario and what the lanes answered. */
export interface RequestResult {
  readonly place: Place;
  readonly request: ClientRequest;
  /** Policies in force when it was asked. */
  readonly policies: readonly Policy[];
  readonly answers: readonly LaneAnswer[];
  /** What was expected, e.g. `fail disallow-host-network/host-network`; `""` when nothing was. */
  readonly expected: string;
}

/** A scenario, or one row of an outline, after it ran. */
export interface ScenarioResult {
  /** The feature file, as given on the command line's terms (relative to the project). */
  readonly file: string;
  readonly line: number;
  /** Name of the feature. */
  readonly feature: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly requests: readonly RequestResult[];
  readonly mismatches: readonly Mismatch[];
  /** Outcome on each lane that was asked. */
  readonly outcomes: ReadonlyMap<LaneName, Outcome>;
  /** The text of what went wrong other than mismatches: bad input, a lane's error. */
  readonly error?: string;
}

/** How often a rule was seen with each outcome, over all answers of a run. */
export interface RuleCounts {
  readonly fail: number;
  readonly pass: number;
  readonly skip: number;
  readonly error: number;
  readonly warning: number;
  readonly 'no match': number;
}

/** What a run saw of one rule of a policy. */
export interface RuleCoverage {
  readonly policy: string;
  readonly rule: string;
  /** A validate rule acts when it fails, any other when it answers `pass`. */
  readonly kind: 'validate' | 'other';
  readonly counts: RuleCounts;
}

/** An entry of `cases/cannot-happen.yaml`. */
export interface CannotHappen {
  readonly policy: string;
  readonly rule: string;
  readonly what: 'fail' | 'pass' | 'skip' | 'error' | 'act' | 'no match';
  readonly reason: string;
  readonly place?: Place;
}

/** Everything a run of features came to. */
export interface RunResult {
  readonly version: string;
  readonly lanes: readonly LaneName[];
  readonly scenarios: readonly ScenarioResult[];
  /** Policies of the suite (the policies folder), used or not. */
  readonly policies: readonly string[];
  readonly unusedPolicies: readonly string[];
  readonly coverage: readonly RuleCoverage[];
  /** Rules that no scenario saw act and that are not declared to be unable to, as `policy/rule`. */
  readonly unseenRules: readonly string[];
  /** Declared as impossible, but seen. */
  readonly happened: readonly CannotHappen[];
  /** True when tags, names, lines or single files chose some scenarios only. */
  readonly selection: boolean;
  /** Bad input that belongs to no scenario: broken policy files, unknown names, parse errors. */
  readonly failures: readonly Failure[];
  /** Wall time in milliseconds. */
  readonly duration: number;
}
