/** The public door of the engine: compile a policy once, evaluate it many times, with no input or output of its own. */
export {
  type AdmissionPolicyRequest,
  type CompiledAdmissionPolicy,
  compileAdmissionPolicy,
  isAdmissionPolicyKind,
} from './admission-policy/admission-policy.ts';
export { computeRules } from './autogen/index.ts';
export { type CelHost, mentionsVariable } from './cel/index.ts';
export {
  areKnownToKubernetes,
  type ConditionsAnswer,
  compileMatchConditions,
  compileMatchResources,
  conditionProblems,
  type MatchRequest,
  type NamedExpression,
  namedExpressions,
  offeredConditions,
  type RequestParts,
  type ResourceKind,
  type ResourceMatcher,
} from './cel-validation/index.ts';
export {
  type CleanupAnswer,
  type CleanupRun,
  type CompiledCleanup,
  cleanupProblems,
  cleanupResponses,
  compileCleanup,
  deletionTime,
  isCleanupPolicy,
  parseSchedule,
  type Schedule,
  ttlPropagation,
} from './cleanup/index.ts';
export { evaluatePolicy } from './evaluate.ts';
export { type FailureAction, failureActionOf, needsNamespaceLabels, splitActions } from './failure-action.ts';
export {
  type ClientAnswer,
  checkBackgroundRules,
  downstreamOf,
  type FailedRule,
  type GenerateFailure,
  type Generation,
  generateObjects,
  hasGenerate,
  isSynchronized,
  matchesDelete,
  type ObjectClient,
  type ObjectReference,
  type OpenClient,
  splitKind,
} from './generate/index.ts';
export { hasValidate } from './has.ts';
export { compileSelector } from './match/index.ts';
export { hasMutate, hasMutateExisting, mutatePolicy, type PolicyMutation } from './mutate/index.ts';
export type { Decision, FilterOutcome, Observer, RulePath } from './observe.ts';
export {
  type CompiledPolicy,
  compilePolicy,
  ruleNamesOf,
  selectRules,
  unsupportedPolicy,
} from './policy.ts';
export type { ApiCallMock, EngineRequest, EvaluationMode, PresetValues } from './request.ts';
export {
  aggregateText,
  type CelSurroundings,
  type CompiledValidatingPolicy,
  compileValidatingPolicy,
  type ExpressionProblem,
  type ExpressionRefusal,
  evaluateJsonPayload,
  evaluateValidatingPolicy,
  isAboutPodsAlone,
  isCelException,
  isExpiredException,
} from './validating-policy/index.ts';
export {
  createImageRecords,
  hasImageChecks,
  hasVerifyImages,
  IMAGE_DATA_VERSION,
  type ImageDigest,
  type ImageOutcomes,
  type ImageRecords,
  type ImageVerification,
  isEmptyOutcome,
  isImageData,
  mergeOutcomes,
  NO_OUTCOMES,
  readImageRecord,
  verifyPolicyImages,
  withImage,
  withOutcomes,
} from './verify-images/index.ts';
