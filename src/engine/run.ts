import type { Environment } from '../model/environment.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { Operation } from '../model/request.ts';
import type { GroupVersionKind } from '../model/resource.ts';
import type { ErrorSource, RuleStatus, RuleType } from '../model/response.ts';
import type { Context } from './context/index.ts';
import type { MatchUser, StringMap } from './match/index.ts';
import type { Observer } from './observe.ts';
import type { EngineRequest } from './request.ts';

/**
 * The objects as they stand after the rules so far. The command line merges the values of a rule into the very object
 * that all rules share, so that they stay there. The old object is shared with the first rule only.
 */
export interface LiveObjects {
  object: JsonObject | null;
  oldObject: JsonObject | null;
  sharesOldObject: boolean;
  /** The object that `images` is read from: patches of the policy do not change it. */
  images: JsonObject | null;
}

/** One policy at work on one request. */
export interface PolicyRun {
  readonly request: EngineRequest;
  readonly env: Environment;
  readonly policy: Policy;
  readonly context: Context;
  /** The new object as rules check it; `null` on DELETE. */
  readonly object: JsonObject | null;
  readonly oldObject: JsonObject | null;
  readonly live: LiveObjects;
  readonly operation: Operation;
  /** Kind of the parent resource. */
  readonly gvk: GroupVersionKind;
  readonly subresource: string;
  readonly user: MatchUser;
  readonly namespaceLabels: () => StringMap;
}

/** One rule at work. */
export interface RuleRun extends PolicyRun {
  /** The map element that patterns apply to inside a foreach. */
  readonly element?: JsonObject;
  /** Keeps the rule's own pattern as it was filled in for the new object; the stored object is checked with that one. */
  readonly filledIn?: { pattern?: Json };
  /** Told about decisions, when somebody asks. */
  readonly decide: Observer | undefined;
}

/** What a rule says, before it is given the rule's name. */
export interface Answer {
  /** Where it is not that of the rule's kind. */
  readonly type?: RuleType;
  readonly status: RuleStatus;
  readonly message: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly exceptions?: readonly string[];
  readonly source?: ErrorSource;
  /** Admission warns with the message, whatever the status. */
  readonly warns?: true;
}

/** A rule's work once match, context and preconditions are through; `undefined` when it has nothing to say. */
export type RuleHandler = (run: RuleRun) => Answer | undefined;

/** The object that match blocks look at: the new one, or the old one when there is none. */
export function matchedObject(run: PolicyRun): JsonObject | null {
  return run.object ?? run.oldObject;
}
