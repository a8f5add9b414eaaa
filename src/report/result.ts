import type { ExplainedDifference, KnownDifference, KnownProblem } from '../compare/index.ts';
import type { ClientRequest } from '../model/admission.ts';
import type { Failure, Place } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import type { LaneAnswer, LaneName } from '../model/lane.ts';
import type { Policy } from '../model/policy.ts';

/**
 * How a scenario ended on a lane. `known difference`: not as expected, which the list of known differences accounts for;
 * `other version`: not as expected on a cluster of another version, while the engine is; neither fails the run. `bad input`:
 * something in it cannot be used, exit code 3; `no answer`: the lane could not answer or something is not supported, exit
 * code 5.
 */
export type Outcome = 'passed' | Excuse | 'failed' | 'no answer' | 'bad input';

/** Why a lane that does not answer as expected does not fail the run. */
export type Excuse = 'known difference' | 'other version';

/** All outcomes, in the order of tables. */
export const OUTCOMES: readonly Outcome[] = [
  'passed',
  'known difference',
  'other version',
  'failed',
  'no answer',
  'bad input',
];

/** An expectation that an answer does not meet. */
export interface Mismatch {
  readonly lane: LaneName;
  /** The expectation in a few words, e.g. `fail disallow-host-network/host-network`. */
  readonly expected: string;
  /** What the lane said, in the same words. */
  readonly got: string;
  /** The step or table row that expected it. */
  readonly place?: Place;
  /** It does not fail the run, and this is why. */
  readonly excuse?: Excuse;
}

/** A part in which the engine and another lane differ. It counts unless it is known or another version's. */
export interface DifferenceResult extends ExplainedDifference {
  readonly known?: KnownDifference;
  readonly counts: boolean;
}

/** What the answers of a run came from, beside the engine. */
export interface LaneFacts {
  readonly kubernetes: string;
  /** `unknown` where Kyverno runs outside the cluster. */
  readonly kyverno: string;
  /** True for other releases than those whose behaviour the engine has: differences are theirs then. */
  readonly otherVersion: boolean;
}

/** A request of a scenario and what the lanes answered. */
export interface RequestResult {
  readonly place: Place;
  readonly request: ClientRequest;
  /** Policies in force when it was asked. */
  readonly policies: readonly Policy[];
  /** Every object that existed then. */
  readonly objects: readonly JsonObject[];
  readonly answers: readonly LaneAnswer[];
  /** In what the lanes differ; empty with one lane. */
  readonly differences: readonly DifferenceResult[];
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
  /** The text of what went wrong other than mismatches: bad input, a lane's error, nothing tested. */
  readonly error?: string;
  /** True when it sends no request, or expects nothing of one: exit code 4. */
  readonly testsNothing: boolean;
  /** Milliseconds that it took on all lanes together. */
  readonly duration: number;
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
  /** Features and outlines that hold no scenario. */
  readonly empty: readonly Failure[];
  /** Declared as impossible, but seen. */
  readonly happened: readonly CannotHappen[];
  /** True when tags, names, lines or single files chose some scenarios only. */
  readonly selection: boolean;
  /** Bad input that belongs to no scenario: broken policy files, unknown names, parse errors. */
  readonly failures: readonly Failure[];
  /** What the cluster or the recording is; absent when only the engine answered. */
  readonly facts?: LaneFacts;
  /** How often a request to the cluster was tried again. */
  readonly retries: number;
  /** Entries of the list of known differences that fail the run. */
  readonly knownProblems: readonly KnownProblem[];
  /** `file:line` of scenarios that only the engine can answer and that were left out because it was not asked. */
  readonly leftOut: readonly string[];
  /** Wall time in milliseconds. */
  readonly duration: number;
}
