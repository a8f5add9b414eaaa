import type { Expression, Outcomes } from './expression.ts';

/** What all conditions together may cost. Upstream: `RuntimeCELCostBudgetMatchConditions`. */
export const MATCH_CONDITIONS_BUDGET = 2_500_000;

/** Whether conditions let a request through, or the errors that kept them from telling. */
export type ConditionsAnswer =
  | { readonly met: boolean; readonly error?: undefined }
  | { readonly error: string; readonly met?: undefined };

/**
 * One false is enough to stay out; without one, any error decides.
 * Upstream: `Match` in `k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions/matcher.go`.
 */
export function judgeConditions(conditions: readonly Expression[], evaluated: Outcomes): ConditionsAnswer {
  if (conditions.length === 0) return { met: true };
  if (evaluated.stopped !== undefined) return { error: evaluated.stopped };
  const errors: string[] = [];
  for (const outcome of evaluated.outcomes) {
    if (outcome?.error !== undefined) errors.push(outcome.error);
    else if (outcome?.value === false) return { met: false };
  }
  const [first] = errors;
  if (first === undefined) return { met: true };
  const distinct = [...new Set(errors)];
  return { error: distinct.length === 1 ? first : `[${distinct.join(', ')}]` };
}
