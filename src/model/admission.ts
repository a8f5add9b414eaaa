import type { Json, JsonObject } from './json.ts';
import type { Operation, UserInfo } from './request.ts';
import type { RuleResponse } from './response.ts';

/** A request as a client sends it, before the API server touched it: one line of `kyverdict admit`. */
export interface ClientRequest {
  readonly id?: string;
  readonly operation: Operation;
  /** The namespace of the request path; default: the object's, else `default` for namespaced kinds. */
  readonly namespace?: string;
  readonly name?: string;
  /** The resource to address, e.g. `pods`, `deployments.apps`; default: from the object's kind. */
  readonly resource?: string;
  /** e.g. `scale`, `exec`, `eviction`, `ephemeralcontainers`. */
  readonly subresource?: string;
  readonly object?: JsonObject;
  /** What is stored now; default: the object of that name in the cluster state. */
  readonly oldObject?: JsonObject;
  readonly patch?: { readonly type: 'json' | 'merge' | 'strategic' | 'apply'; readonly body: Json };
  /** Create, update, delete or exec options. */
  readonly options?: JsonObject;
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
  readonly dryRun?: boolean;
  /** Default: `admin` of `system:masters`, `system:authenticated`. */
  readonly userInfo?: UserInfo;
}

/** One rule's refusal as it stands in the denial text. */
export interface Denial {
  readonly policy: string;
  readonly rule: string;
  readonly message: string;
}

/** A refusal that the API server may tell instead of the one it tells: several refuse, in no fixed order. */
export interface Alternative {
  readonly code: number;
  readonly message: string;
  readonly denied: readonly Denial[];
}

/** A rule's response with the policy it belongs to. */
export interface RuleAnswer extends RuleResponse {
  readonly policy: string;
}

/** What a lane answered to one request. */
export interface AdmissionAnswer {
  readonly id?: string;
  /** `null`: the lane could not answer, see `error`. That is never an "allow". */
  readonly allowed: boolean | null;
  /** HTTP status, 0 when there was no answer. */
  readonly code: number;
  /** The whole Status message; `""` when allowed. */
  readonly message: string;
  /** Status reason such as `Invalid`; absent where the API server gives none. */
  readonly reason?: string;
  readonly denied: readonly Denial[];
  /** What a real cluster may say just as well; absent where there is nothing else. */
  readonly alternatives?: readonly Alternative[];
  readonly warnings: readonly string[];
  /** The object as it would be stored, when allowed. */
  readonly object?: JsonObject;
  /** Every rule that answered, of every policy, audit included. A rule that did not match is absent. */
  readonly rules: readonly RuleAnswer[];
  readonly error?: string;
}
