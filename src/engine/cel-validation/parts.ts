import { type CelEnvironment, type CelType, kubernetesEnvironment } from '../cel/index.ts';
import { compileExpression, type Expression } from './expression.ts';
import { type CompiledVariables, compileVariables, type NamedExpression } from './variables.ts';

/** One check with its messages; empty texts are absent. */
export interface Validation {
  readonly expression: string;
  readonly message: string;
  readonly messageExpression: string;
  readonly reason: string;
}

/** What to compile. */
export interface ValidatorSource {
  readonly matchConditions: readonly NamedExpression[];
  readonly variables: readonly NamedExpression[];
  readonly validations: readonly Validation[];
  readonly auditAnnotations: readonly { readonly key: string; readonly valueExpression: string }[];
  readonly ignoresErrors: boolean;
  readonly hasParams: boolean;
  readonly hasAuthorizer: boolean;
  /** With Kyverno's leniency about `orValue`. */
  readonly kyverno: boolean;
}

/** The expressions of a policy, compiled; in the order in which they stand there. */
export interface CompiledParts {
  readonly conditions: readonly Expression[];
  readonly variables: CompiledVariables;
  readonly validations: readonly Expression[];
  /** `undefined` where there is no `messageExpression`. */
  readonly messages: readonly (Expression | undefined)[];
  readonly audits: readonly Expression[];
}

/** Compiles the expressions of a policy. */
export function compileParts(source: ValidatorSource): CompiledParts {
  const types = new Map<string, CelType>();
  const { hasParams, hasAuthorizer, kyverno } = source;
  const env = kubernetesEnvironment({ hasParams, hasAuthorizer, variables: types, kyverno });
  const messageEnv = kubernetesEnvironment({ hasParams, hasAuthorizer: false, variables: types, kyverno });
  const variables = compileVariables(source.variables, env, types);
  const compile = (texts: readonly string[], where: CelEnvironment, results: Parameters<typeof compileExpression>[2]) =>
    texts.map((text) => compileExpression(text, where, results));
  return {
    conditions: compile(
      source.matchConditions.map(({ expression }) => expression),
      env,
      ['bool'],
    ),
    variables,
    validations: compile(
      source.validations.map(({ expression }) => expression),
      env,
      ['bool'],
    ),
    messages: source.validations.map(({ messageExpression: text }) =>
      text === '' ? undefined : compileExpression(text, messageEnv, ['string']),
    ),
    audits: compile(
      source.auditAnnotations.map(({ valueExpression }) => valueExpression),
      env,
      ['string', 'null_type'],
    ),
  };
}
