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
  /** Objects that a generate rule made. */
  readonly generated?: readonly JsonObject[];
  /** Objects generated before, which the rule deletes as nothing calls for them any more. */
  readonly deleted?: readonly JsonObject[];
  /** What kept a generate rule from making its objects; its status does not tell. */
  readonly failure?: string;
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
