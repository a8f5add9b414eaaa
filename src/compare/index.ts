/** Comparing what two lanes answered, and finding out why they differ. */
export {
  type Aspect,
  agreesIn,
  aspectOf,
  type Cause,
  causeOf,
  causeTexts,
  type ExplainedDifference,
  type Trial,
} from './cause.ts';
export { type AnswerPart, compareAnswers, type Difference, isRefused, verdictText } from './compare.ts';
export {
  createKnownDifferences,
  type KnownDifference,
  type KnownDifferences,
  type KnownProblem,
  parseKnownDifferences,
} from './known-differences.ts';
export { forRecording, forRequest, withoutDrawn, withoutOwnLabel } from './normalize.ts';
