import { type CelType, kubernetesEnvironment } from '../cel/index.ts';
import { compileExpression, type ResultTypes } from './expression.ts';
import { compileVariables } from './variables.ts';

/** Which variables the expressions of one object may use. */
export interface ExpressionScope {
  readonly hasParams: boolean;
  readonly hasAuthorizer: boolean;
}

/** Compiles the expressions of one object and says what keeps them from being used. */
export interface ExpressionChecker {
  /** What is wrong with a variable, which those after it then know. */
  readonly variable: (name: string, expression: string, scope: ExpressionScope) => string | undefined;
  readonly expression: (expression: string, scope: ExpressionScope, results: ResultTypes) => string | undefined;
}

/**
 * A checker as the API server uses it when a policy is created; `variables` are known only to one that has some.
 * Upstream: `createCompiler` in `pkg/apis/admissionregistration/validation/validation.go` of Kubernetes.
 */
export function createExpressionChecker(hasVariables: boolean): ExpressionChecker {
  const types = new Map<string, CelType>();
  const variables = hasVariables ? { variables: types } : {};
  const environment = (scope: ExpressionScope) => kubernetesEnvironment({ ...scope, ...variables, kyverno: false });
  return {
    variable: (name, expression, scope) =>
      compileVariables([{ name, expression }], environment(scope), types).get(name)?.problem,
    expression: (expression, scope, results) => compileExpression(expression, environment(scope), results).problem,
  };
}
