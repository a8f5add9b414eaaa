import { type CelEnvironment, kubernetesEnvironment } from '../cel/index.ts';
import { compileExpression, type Explained, type Expression, evaluateAll, type Outcomes } from './expression.ts';
import { bindInput, type ValidationInput } from './input.ts';
import { bindVariables, type NamedExpression } from './variables.ts';

/** What all conditions together may cost. Upstream: `RuntimeCELCostBudgetMatchConditions`. */
export const MATCH_CONDITIONS_BUDGET = 2_500_000;

/** Whether conditions let a request through, or the errors that kept them from telling. */
export type ConditionsAnswer =
  | { readonly met: boolean; readonly error?: undefined }
  /** `failed` is the first condition that failed. */
  | { readonly error: string; readonly failed?: FailedExpression; readonly met?: undefined };

/** Which of several expressions failed, and what explains it. */
export interface FailedExpression {
  readonly index: number;
  readonly explain: () => Explained | undefined;
}

/**
 * One false is enough to stay out; without one, any error decides.
 * Upstream: `Match` in `k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions/matcher.go`.
 */
export function judgeConditions(conditions: readonly Expression[], evaluated: Outcomes): ConditionsAnswer {
  if (conditions.length === 0) return { met: true };
  if (evaluated.stopped !== undefined) return { error: evaluated.stopped };
  const errors: string[] = [];
  let failed: FailedExpression | undefined;
  for (const [index, outcome] of evaluated.outcomes.entries()) {
    if (outcome?.error !== undefined) {
      errors.push(outcome.error);
      failed ??= { index, explain: outcome.explain };
    } else if (outcome?.value === false) return { met: false };
  }
  const [first] = errors;
  if (first === undefined || failed === undefined) return { met: true };
  const distinct = [...new Set(errors)];
  return { error: distinct.length === 1 ? first : `[${distinct.join(', ')}]`, failed };
}

/** Where conditions are asked. */
export interface ConditionsOptions {
  readonly hasAuthorizer: boolean;
  /** Kyverno asks, not the API server: `variables` is declared, though empty, and it is lenient about `orValue`. */
  readonly kyverno: boolean;
}

/** What keeps conditions from being compiled, as Kyverno's policy webhook finds it. */
export function conditionProblems(list: readonly NamedExpression[]): readonly string[] {
  const env = kubernetesEnvironment({ hasParams: false, hasAuthorizer: false, kyverno: true, variables: new Map() });
  return list.flatMap(({ expression }) => compileExpression(expression, env, ['bool']).problem ?? []);
}

/** Compiles conditions without parameters and variables, as webhooks have them. */
export function compileMatchConditions(
  list: readonly NamedExpression[],
  { hasAuthorizer, kyverno }: ConditionsOptions,
): (input: ValidationInput) => ConditionsAnswer {
  const variables = kyverno ? { variables: new Map() } : {};
  const env: CelEnvironment = kubernetesEnvironment({ hasParams: false, hasAuthorizer, kyverno, ...variables });
  const conditions = list.map(({ expression }) => compileExpression(expression, env, ['bool']));
  return (input) => {
    const bound = bindVariables(new Map(), bindInput({ ...input, namespaceObject: null }), input.host);
    return judgeConditions(conditions, evaluateAll(conditions, bound, input.host, MATCH_CONDITIONS_BUDGET));
  };
}
