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
  /** May Kyverno's reports controller get, list and watch this kind? Default: yes. */
  readonly canReport?: (kind: string) => boolean;
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
