import type { ClientRequest } from '../model/admission.ts';
import type { CleanupReport } from '../model/cleanup.ts';
import { InputError, type Place } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import type { Lane, LaneAnswer, LaneName } from '../model/lane.ts';
import type { Policy } from '../model/policy.ts';
import type { UserInfo } from '../model/request.ts';
import type { DifferenceResult, Mismatch } from '../report/result.ts';
import type { Interner } from './interner.ts';
import type { LaneComparison } from './lane-comparison.ts';
import type { PolicyLibrary } from './policy-library.ts';
import type { ProjectFiles } from './project-files.ts';
import type { StepPlace } from './step-place.ts';

/** What all scenarios of a run share. */
export interface Session {
  readonly files: ProjectFiles;
  readonly library: PolicyLibrary;
  readonly lanes: readonly Lane[];
  /** Compares the lanes' answers; absent when only one lane answers. */
  readonly compare?: LaneComparison;
  readonly intern: Interner;
}

/** Something to show in reports beside a step. */
export interface Attachment {
  readonly name: string;
  readonly text: string;
  readonly mediaType: string;
}

/** A request of a scenario while it runs. */
export interface AskedRequest {
  readonly place: Place;
  readonly request: ClientRequest;
  readonly policies: readonly Policy[];
  /** Every object that existed when it was asked. */
  readonly objects: readonly JsonObject[];
  readonly answers: LaneAnswer[];
  /** In what the lanes differ. */
  readonly differences: DifferenceResult[];
  /** What the steps expected so far, in a few words each. */
  readonly expected: string[];
  /** A bare `should fail` needs a step that names a rule. */
  bareFail: Place | undefined;
  namesFailingRule: boolean;
  /** Rules of which steps said that they fail; a bare `should fail` holds if one of them denies. */
  readonly failing: { readonly policy: string; readonly rule: string }[];
  /** True once a step expected something of it. */
  isJudged: boolean;
  expectsSilence: boolean;
  /** What steps wanted to know and a lane does not tell: it has no answer then. */
  readonly untold: Untold[];
}

/** Something that a lane does not tell. */
export interface Untold {
  readonly lane: LaneName;
  /** One line, for the user. */
  readonly text: string;
}

/** A clean-up of a scenario while it runs: not a request, but something that Kyverno does at a time. */
export interface AskedCleanup {
  readonly place: Place;
  readonly reports: { readonly lane: LaneName; readonly report: CleanupReport }[];
  /** Lanes that cannot tell. */
  readonly untold: Untold[];
  isJudged: boolean;
}

/**
 * One scenario as its steps build it: state, then requests, then expectations. In mode `check` nothing is asked and
 * expectations only look up the names they use, so that every wrong name is found before anything runs.
 */
export interface Scenario {
  readonly session: Session;
  readonly mode: 'check' | 'run';
  /** Names by which the list of known differences may call the scenario. */
  readonly names: readonly string[];
  /** The lanes that are asked: all of the session, or the engine alone for a scenario that only it can answer. */
  readonly lanes: readonly Lane[];
  readonly attach: (attachment: Attachment) => void;
  /** From the check, for each request: what all its steps expect, one a line. */
  readonly expectedTexts: readonly string[];
  /** From the check, for each request: whether a step expects that a rule does not match, or that none answers. */
  readonly expectsSilence: readonly boolean[];
  /** Rules that steps named, for the reports. */
  readonly namedRules: { readonly policy: string; readonly rule: string }[];
  step: StepPlace;
  readonly policies: Policy[];
  readonly objects: JsonObject[];
  /** Namespace of requests whose object names none. */
  namespace: string | undefined;
  user: UserInfo | undefined;
  fieldValidation: 'Strict' | 'Warn' | 'Ignore' | undefined;
  readonly requests: AskedRequest[];
  readonly cleanups: AskedCleanup[];
  readonly mismatches: Mismatch[];
  attachedPolicies: boolean;
}

/** Shows nothing: for scenarios without a report. What would be shown need not be made then. */
export function showNothing(): void {}

const NOWHERE: StepPlace = { file: '', line: 0, column: 0, text: '', rows: [] };

/** A scenario before its first step. */
export function newScenario(
  session: Session,
  mode: Scenario['mode'],
  more: Partial<Pick<Scenario, 'attach' | 'expectedTexts' | 'expectsSilence' | 'lanes' | 'names'>> = {},
): Scenario {
  return {
    session,
    mode,
    names: more.names ?? [],
    lanes: more.lanes ?? session.lanes,
    attach: more.attach ?? showNothing,
    expectedTexts: more.expectedTexts ?? [],
    expectsSilence: more.expectsSilence ?? [],
    namedRules: [],
    step: NOWHERE,
    policies: [],
    objects: [],
    namespace: undefined,
    user: undefined,
    fieldValidation: undefined,
    requests: [],
    cleanups: [],
    mismatches: [],
    attachedPolicies: false,
  };
}

/** The request that expectations are about: the latest. Throws `InputError` when there is none yet. */
export function latestRequest(scenario: Scenario): AskedRequest {
  const latest = scenario.requests.at(-1);
  if (latest !== undefined) return latest;
  throw new InputError({
    code: 'no-request',
    message: 'there is no request yet that this could be about',
    place: scenario.step,
    hint: 'put a step such as `When this Pod is created:` before it',
  });
}

/**
 * True when the lane reports every rule that answered. A cluster shows only denials and warnings: there a rule that
 * passes, is skipped or does not match looks the same.
 */
export function seesEveryRule(lane: LaneName): boolean {
  return lane === 'engine';
}
