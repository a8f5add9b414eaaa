import { mentionsVariable } from '../cel/index.ts';
import { createExpressionChecker } from './problems.ts';
import type { NamedExpression } from './variables.ts';

const SCOPE = { hasParams: false, hasAuthorizer: true } as const;
const PART = '([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]';
const NAME = new RegExp(`^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?${PART}$`);

/**
 * Can the API server be asked all these conditions before it calls Kyverno's webhook?
 * Upstream: `CompileMatchConditionsWithKubernetesEnv` in `pkg/cel/compiler/matchconditions.go`.
 */
export function areKnownToKubernetes(conditions: readonly NamedExpression[]): boolean {
  const checker = createExpressionChecker(false);
  return conditions.every(
    ({ name, expression }) =>
      NAME.test(name) &&
      expression.trim() !== '' &&
      checker.expression(expression.trim(), SCOPE, ['bool']) === undefined,
  );
}

/**
 * The conditions that Kyverno writes into its webhook: the API server binds no `namespaceObject` there.
 * Upstream: `webhookMatchConditions` in `pkg/controllers/webhook/match_conditions.go`.
 */
export function offeredConditions(conditions: readonly NamedExpression[]): readonly NamedExpression[] {
  return conditions.filter(({ expression }) => !mentionsVariable(expression, 'namespaceObject', true));
}
