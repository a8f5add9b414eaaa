import type { TargetPart } from './environment.ts';
import type { Place } from './failure.ts';
import type { JsonObject } from './json.ts';

/** Kyverno's rule statuses. "No response" is the absence of a `RuleResponse`, never a status. */
export type RuleStatus = 'pass' | 'fail' | 'skip' | 'warning' | 'error';

/** What kind of work a rule did. */
export type RuleType = 'Validation' | 'Mutation' | 'Generation' | 'ImageVerify' | 'Deletion';

/** The answer of one rule for one resource. Upstream: `pkg/engine/api/ruleresponse.go`. */
export interface RuleResponse {
  readonly name: string;
  readonly type: RuleType;
  readonly status: RuleStatus;
  readonly message: string;
  /** Where in the policy an error of an expression arose; only when asked for. */
  readonly source?: ErrorSource;
  /** Report properties, e.g. `standard`, `version`, `controls` of a podSecurity failure. */
  readonly properties?: Readonly<Record<string, string>>;
  /** `namespace/name` of the exceptions that made the rule skip. */
  readonly exceptions?: readonly string[];
  /** Admission warns with the message, whatever the status. */
  readonly warns?: true;
  /** The object before and after a mutate rule changed it. */
  readonly change?: ObjectChange;
  /** A mutate-existing target after the patch. */
  readonly patchedTarget?: JsonObject;
  /** Which subresource the target is. */
  readonly targetPart?: TargetPart;
  /** Objects that a generate rule made. */
  readonly generated?: readonly JsonObject[];
  /** Objects generated before, which the rule deletes as nothing calls for them any more. */
  readonly deleted?: readonly JsonObject[];
  /** What kept a generate rule from making its objects; its status does not tell. */
  readonly failure?: string;
}

/** Where an error of an expression arose, and from what: told beside upstream's message, never in it. */
export interface ErrorSource {
  /** What went wrong there, e.g. `no such key: labels`. */
  readonly message: string;
  readonly hint?: string;
  /** In the policy's file, or with its name in the place of a file. */
  readonly place: Place;
  /** The line and a pointer below it. */
  readonly excerpt: string;
  /** Parts of the expression with their values. */
  readonly values: readonly { readonly name: string; readonly value: string }[];
}

/** An object before and after. */
export interface ObjectChange {
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/** All answers of one policy for one resource; `rules` is empty when no rule answered. */
export interface PolicyResponse {
  readonly policy: PolicyIdentity;
  readonly rules: readonly RuleResponse[];
  /** The resource after mutation, where a rule changed it. */
  readonly patched?: JsonObject;
  /** The object with the values that the command line preset, where they changed it: they stay in it. */
  readonly judged?: JsonObject;
}

/** Which policy, e.g. `ClusterPolicy`, `require-labels`, `""`. */
export interface PolicyIdentity {
  readonly kind: string;
  readonly name: string;
  /** `""` for cluster-wide policies. */
  readonly namespace: string;
}
