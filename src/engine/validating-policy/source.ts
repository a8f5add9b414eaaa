import type { Policy } from '../../model/policy.ts';
import type { ErrorSource } from '../../model/response.ts';
import type { Activation, CelHost, CelProgram } from '../cel/index.ts';
import { explainExpression } from '../cel-validation/index.ts';
import { errorSource } from '../error-source.ts';
import type { Placed } from './expressions.ts';

/** Where in the policy the error of an expression arose; `undefined` when it gives none. */
export function sourceOf(
  policy: Policy,
  { program, path }: Placed,
  variables: ReadonlyMap<string, CelProgram>,
  activation: Activation,
  host: CelHost,
): ErrorSource | undefined {
  const expressionOf = (name: string) => {
    const own = variables.get(name);
    return own === undefined ? undefined : { text: own.text, program: own };
  };
  const explained = explainExpression({ text: program.text, program }, { activation, expressionOf }, host);
  if (explained === undefined) return undefined;
  return errorSource(policy, explained, { expression: path, variables: ['spec', 'variables'] });
}
