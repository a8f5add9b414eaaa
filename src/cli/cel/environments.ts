import {
  type CelEnvironment,
  type CelType,
  kubernetesEnvironment,
  kyvernoEnvironment,
} from '../../engine/cel/index.ts';
import { didYouMean, InputError } from '../../model/failure.ts';

/** Where expressions are evaluated, by the word of `--env`. */
export const CEL_ENVIRONMENTS = {
  kyverno: 'ValidatingPolicy and the other kinds of policies.kyverno.io',
  'cluster-policy': '`validate.cel` and `celPreconditions` of a ClusterPolicy',
  kubernetes: 'ValidatingAdmissionPolicy',
} as const;

/** A word of `--env`. */
export type CelEnvironmentName = keyof typeof CEL_ENVIRONMENTS;

/** The environment of a word; `variables` are the types of what is declared beside. Throws `InputError`. */
export function celEnvironment(name: CelEnvironmentName, variables: ReadonlyMap<string, CelType>): CelEnvironment {
  if (name === 'kyverno') return kyvernoEnvironment('', variables);
  return kubernetesEnvironment({ hasParams: true, hasAuthorizer: true, variables, kyverno: name === 'cluster-policy' });
}

/** Throws `InputError` for a word that names no environment. */
export function environmentName(word: string): CelEnvironmentName {
  const known = Object.keys(CEL_ENVIRONMENTS) as CelEnvironmentName[];
  const found = known.find((name) => name === word);
  if (found !== undefined) return found;
  const meant = didYouMean(word, known);
  const hint = meant === undefined ? `write one of ${known.join(', ')}` : `did you mean \`${meant}\`?`;
  throw new InputError({ code: 'unknown-environment', message: `there is no environment \`${word}\``, hint });
}
