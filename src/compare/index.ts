/** Comparing what two lanes answered, and finding out why they differ. */
export { type Cause, causeOf, causeTexts, type Evidence } from './cause.ts';
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
  parseKnownDifferences,
} from './known-differences.ts';
