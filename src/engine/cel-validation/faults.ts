import { celHint } from '../cel/index.ts';
import type { Expression } from './expression.ts';
import { compileParts, type ValidatorSource } from './parts.ts';

/** An expression of a policy that does not compile. */
export interface ExpressionFault {
  readonly list: 'matchConditions' | 'variables' | 'validations' | 'auditAnnotations';
  readonly index: number;
  readonly field: 'expression' | 'messageExpression' | 'valueExpression';
  /** cel-go's words. */
  readonly message: string;
  /** Index into the expression. */
  readonly at: number;
  readonly hint?: string;
}

/** Everything that does not compile in a policy, in the order in which its parts are evaluated. */
export function expressionFaults(source: ValidatorSource): readonly ExpressionFault[] {
  const { conditions, variables, validations, messages, audits } = compileParts(source);
  const named = source.variables.map(({ name }) => variables.get(name));
  return [
    ...faultsIn('matchConditions', 'expression', conditions),
    ...faultsIn('variables', 'expression', named),
    ...faultsIn('validations', 'expression', validations),
    ...faultsIn('validations', 'messageExpression', messages),
    ...faultsIn('auditAnnotations', 'valueExpression', audits),
  ];
}

function faultsIn(
  list: ExpressionFault['list'],
  field: ExpressionFault['field'],
  expressions: readonly (Expression | undefined)[],
): readonly ExpressionFault[] {
  return expressions.flatMap((expression, index) => {
    if (expression?.problem === undefined) return [];
    return expression.issues.map((issue) => {
      const hint = celHint(issue, expression.text, expression.env);
      return { list, index, field, ...issue, ...(hint === undefined ? {} : { hint }) };
    });
  });
}
