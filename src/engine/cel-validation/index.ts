/** Kubernetes' evaluation of CEL policies: what `validate.cel`, ValidatingAdmissionPolicy and webhooks have in common. */
export { type AccessCheck, type AccessDecision, type CelHost, positionOf } from '../cel/index.ts';
export {
  compileExpression,
  type Explained,
  type Expression,
  explainExpression,
  type Outcome,
  type Outcomes,
} from './expression.ts';
export { type ExpressionFault, expressionFaults } from './faults.ts';
export {
  bindInput,
  kubernetesHost,
  namespaceVariable,
  type RequestParts,
  requestVariable,
  type ValidationInput,
} from './input.ts';
export { type ConditionsAnswer, compileMatchConditions, conditionProblems } from './match-conditions.ts';
export {
  compileMatchResources,
  type MatchRequest,
  type MatchSurroundings,
  type ResourceKind,
  type ResourceMatch,
  type ResourceMatcher,
} from './match-resources.ts';
export type { Validation, ValidatorSource } from './parts.ts';
export { createExpressionChecker, type ExpressionChecker, type ExpressionScope } from './problems.ts';
export { admissionPolicySource, auditAnnotationsOf, namedExpressions, validationsOf } from './read.ts';
export {
  type AuditAnnotation,
  compileValidator,
  type FailedPart,
  type ValidationResult,
  type Validator,
  type Verdict,
} from './validator.ts';
export { bindVariables, compileVariables, type NamedExpression } from './variables.ts';
export { areKnownToKubernetes, offeredConditions } from './webhook-conditions.ts';
