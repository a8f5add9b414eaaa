import type { Alternative, Denial, RuleAnswer } from '../model/admission.ts';

/** What Kyverno's webhooks say to a request. */
export interface KyvernoAnswer {
  /** The Status message of the refusal; absent when all webhooks allow. */
  readonly denial?: string;
  /** The API server itself refused, as it could not tell whether to ask. */
  readonly forbidden?: true;
  readonly denied: readonly Denial[];
  readonly alternatives?: readonly Alternative[];
  /** Texts, not yet made into headers. */
  readonly warnings: readonly string[];
  readonly rules: readonly RuleAnswer[];
}
