import type { Denial, RuleAnswer } from '../model/admission.ts';
import type { JsonObject } from '../model/json.ts';
import type { RuleStatus } from '../model/response.ts';
import type { Draft } from './draft.ts';

/** The worst of the statuses of a set's rules; `none` when no rule answered. */
export type SetStatus = RuleStatus | 'none';

/** What a policy set says to a request. */
export type Judgement =
  | {
      readonly kind: 'judged';
      /** Let through or refused; absent where nobody is let through or refused, as on the command line. */
      readonly allowed?: boolean;
      readonly status: SetStatus;
      readonly rules: readonly RuleAnswer[];
      /** The rules that refuse, as the refusal names them. */
      readonly denied: readonly Denial[];
      /** The whole text of a refusal, `""` without one. */
      readonly message: string;
      /** The object that would be stored, where a mutation of the set may have changed it. */
      readonly stored?: JsonObject;
    }
  /** No request that a policy would see: the API server refuses it first, or it makes no sense. */
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'unsupported'; readonly feature: string };

/** Asks a policy set. Never throws for what a request holds. */
export type Judge = (draft: Draft) => Judgement;

const WORST_FIRST: readonly RuleStatus[] = ['fail', 'error', 'warning', 'pass', 'skip'];

/** The worst status among rules' answers. */
export function worstStatus(rules: readonly RuleAnswer[]): SetStatus {
  return WORST_FIRST.find((status) => rules.some((rule) => rule.status === status)) ?? 'none';
}

/** Statuses that report something wrong. */
export function isBad(status: SetStatus): boolean {
  return status === 'fail' || status === 'error' || status === 'warning';
}
