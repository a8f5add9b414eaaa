/** Kubernetes' evaluation of CEL policies: what `validate.cel`, ValidatingAdmissionPolicy and webhooks have in common. */
export { type AccessCheck, type AccessDecision, type CelHost, positionOf } from '../cel/index.ts';
export {
  compileExpression,
  type Explained,
  type Expression,
  evaluateAll,
  explainExpression,
  type Outcome,
  type Outcomes,
} from './expression.ts';
export {
  bindInput,
  kubernetesHost,
  namespaceVariable,
  type RequestParts,
  requestVariable,
  userVariable,
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
export { createExpressionChecker, type ExpressionChecker, type ExpressionScope } from './problems.ts';
export { auditAnnotationsOf, namedExpressions, validationsOf } from './read.ts';
export {
  type AuditAnnotation,
  compileValidator,
  type FailedPart,
  type Validation,
  type ValidationResult,
  type Validator,
  type ValidatorSource,
  type Verdict,
} from './validator.ts';
export { bindVariables, compileVariables, type NamedExpression } from './variables.ts';
