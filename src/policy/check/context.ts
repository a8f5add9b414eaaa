import type { JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';

/** What a check of a policy may ask a cluster. */
export interface ClusterView {
  /**
   * What an entry of `kinds` such as `apps/v1/Deployment` or `Pod/exec` finds among the served resources;
   * `subresource` when at least one of the finds is one.
   */
  readonly findKind: (kind: string) => 'unknown' | 'resource' | 'subresource';
  /** Is this a cluster-wide kind? Asked with `Namespace` and with `v1/Namespace`. */
  readonly isClusterScoped: (kind: string) => boolean;
  /** The verbs among `access.verbs` that one of Kyverno's own accounts may not use. Default: it may use all. */
  readonly deniedVerbs?: (access: Access) => readonly string[];
}

/** What one of Kyverno's own accounts needs to be allowed. */
export interface Access {
  /** `system:serviceaccount:kyverno:kyverno-reports-controller` and the like. */
  readonly account: string;
  readonly verbs: readonly string[];
  /** As written in the policy, e.g. `Pod`, `apps/v1/Deployment`. */
  readonly kind: string;
  /** `""`: everywhere. */
  readonly namespace: string;
  readonly subresource: string;
}

/** A policy under check. */
export interface CheckContext {
  readonly policy: Policy;
  /** The declared rules with the copies for pod controllers. */
  readonly rules: readonly JsonObject[];
  readonly background: boolean;
  /** `undefined`: the CLI, which asks nobody. */
  readonly cluster: ClusterView | undefined;
  /** Filled by the checks, in order. */
  readonly warnings: string[];
}
