import {
  type Activation,
  type CelEnvironment,
  CelError,
  type CelHost,
  type CelProgram,
  type CelValue,
  compileCel,
  resultTypeText,
} from '../cel/index.ts';

/** An expression of a policy, compiled, or the reason why it is not. */
export type Expression =
  | { readonly text: string; readonly program: CelProgram; readonly problem?: undefined }
  | { readonly text: string; readonly problem: string; readonly program?: undefined };

/** What an expression may give: cel-go's names of types, or anything. */
export type ResultTypes = readonly ('bool' | 'string' | 'null_type')[] | 'any';

/**
 * Compiles one expression for Kubernetes' validator.
 * Upstream: `CompileCELExpression` in `k8s.io/apiserver/pkg/admission/plugin/cel/compile.go`.
 */
export function compileExpression(text: string, env: CelEnvironment, results: ResultTypes): Expression {
  const { program, problem } = compileCel(text, env);
  if (problem !== undefined) {
    const stage = problem.stage === 'check' ? 'compilation failed' : 'program instantiation failed';
    return { text, problem: `${stage}: ${problem.message}` };
  }
  const got = resultTypeText(program.type);
  if (results === 'any' || results.some((one) => one === got)) return { text, program };
  const wanted = results.length === 1 ? results[0] : `one of [${results.join(' ')}]`;
  return { text, problem: `must evaluate to ${wanted} but got ${got}` };
}

/** What one expression gave, or the error's text. */
export type Outcome =
  | { readonly value: CelValue; readonly error?: undefined }
  | { readonly error: string; readonly value?: undefined };

/** Outcomes by index (`undefined` where there is no expression), or the text with which everything stops. */
export type Outcomes =
  | { readonly outcomes: readonly (Outcome | undefined)[]; readonly remaining: number; readonly stopped?: undefined }
  | { readonly stopped: string };

/** Values of variables, and what computing the lazy ones has cost since it was asked for last. */
export interface BoundVariables {
  readonly activation: Activation;
  readonly takeCost: () => number;
}

const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';

/**
 * Evaluates expressions one after the other within a budget.
 * Upstream: `ForInput` and `Evaluate` in `condition.go` and `activation.go` beside the compiler.
 */
export function evaluateAll(
  expressions: readonly (Expression | undefined)[],
  variables: BoundVariables,
  host: CelHost,
  budget: number,
): Outcomes {
  let remaining = budget;
  const outcomes: (Outcome | undefined)[] = [];
  for (const expression of expressions) {
    if (expression === undefined) {
      outcomes.push(undefined);
      continue;
    }
    if (expression.problem !== undefined) {
      outcomes.push({ error: `compilation error: ${expression.problem}` });
      continue;
    }
    const { value, cost } = expression.program.evaluate(variables.activation, host);
    remaining -= variables.takeCost();
    if (remaining < 0 || cost > remaining) return { stopped: OUT_OF_BUDGET };
    remaining -= cost;
    outcomes.push(
      value instanceof CelError
        ? { error: `expression '${expression.text}' resulted in error: ${value.message}` }
        : { value },
    );
  }
  return { outcomes, remaining };
}
