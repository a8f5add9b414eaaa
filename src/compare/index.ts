/** Comparing what two lanes answered, and finding out why they differ. */
export { type Cause, causeOf, causeTexts, type Evidence, type ExplainedDifference } from './cause.ts';
export {
  type AnswerPart,
  answerParts,
  compareAnswers,
  type Difference,
  isKyvernoDenial,
  verdictText,
} from './compare.ts';
export {
  createKnownDifferences,
  type KnownDifference,
  type KnownDifferences,
  type KnownProblem,
  parseKnownDifferences,
} from './known-differences.ts';
