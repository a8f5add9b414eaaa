/** `matchConstraints` of the admission API, which policies of Kubernetes and of Kyverno share. */
export {
  compileMatchResources,
  type MatchAnswer,
  type MatchAttributes,
  type MatchResources,
} from './match-resources.ts';
