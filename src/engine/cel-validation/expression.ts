import {
  type Activation,
  type CelEnvironment,
  CelError,
  type CelHost,
  type CelIssue,
  type CelProgram,
  type CelValue,
  celHint,
  compileCel,
  type NamedValue,
  resultTypeText,
} from '../cel/index.ts';

/** An expression of a policy, compiled, or the reason why it is not. */
export type Expression = CompiledExpression | FaultyExpression;

/** An expression that can be evaluated. */
export interface CompiledExpression {
  readonly text: string;
  readonly program: CelProgram;
  readonly problem?: undefined;
}

/** An expression that does not compile. */
export interface FaultyExpression {
  readonly text: string;
  readonly env: CelEnvironment;
  readonly problem: string;
  /** The problem's parts with their places. */
  readonly issues: readonly CelIssue[];
  readonly program?: undefined;
}

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
    return { text, env, problem: `${stage}: ${problem.message}`, issues: problem.issues };
  }
  const got = resultTypeText(program.type);
  if (results === 'any' || results.some((one) => one === got)) return { text, program };
  const wanted = results.length === 1 ? results[0] : `one of [${results.join(' ')}]`;
  const message = `must evaluate to ${wanted} but got ${got}`;
  return { text, env, problem: message, issues: [{ at: 0, message }] };
}

/** What one expression gave, or the error's text; `explain` tells where it comes from. */
export type Outcome =
  | { readonly value: CelValue; readonly error?: undefined }
  | { readonly error: string; readonly explain: () => Explained | undefined; readonly value?: undefined };

/** Outcomes by index (`undefined` where there is no expression), or the text with which everything stops. */
export type Outcomes =
  | { readonly outcomes: readonly (Outcome | undefined)[]; readonly remaining: number; readonly stopped?: undefined }
  | { readonly stopped: string };

/** Values of variables, and what computing the lazy ones has cost since it was asked for last. */
export interface BoundVariables {
  readonly activation: Activation;
  /** What one of `variables` is computed with. */
  readonly expressionOf: (variable: string) => Expression | undefined;
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
      const explain = () => explainExpression(expression, variables, host);
      outcomes.push({ error: `compilation error: ${expression.problem}`, explain });
      continue;
    }
    const { value, cost } = expression.program.evaluate(variables.activation, host);
    remaining -= variables.takeCost();
    if (remaining < 0 || cost > remaining) return { stopped: OUT_OF_BUDGET };
    remaining -= cost;
    if (value instanceof CelError) {
      const error = `expression '${expression.text}' resulted in error: ${value.message}`;
      outcomes.push({ error, explain: () => explainExpression(expression, variables, host) });
    } else outcomes.push({ value });
  }
  return { outcomes, remaining };
}

/** Where in an expression an error arose, and from what. */
export interface Explained {
  /** The one of `variables` whose expression it is; absent: the expression itself. */
  readonly variable?: string;
  readonly text: string;
  /** Index into the text. */
  readonly at: number;
  readonly message: string;
  readonly hint?: string;
  readonly values: readonly NamedValue[];
}

/** Follows an error down through the variables that it passed; `undefined` when there is none. */
export function explainExpression(
  expression: Expression,
  variables: Pick<BoundVariables, 'activation' | 'expressionOf'>,
  host: CelHost,
  variable?: string,
): Explained | undefined {
  const { text } = expression;
  const whose = variable === undefined ? { text } : { variable, text };
  if (expression.problem !== undefined) {
    const issue = expression.issues[0] ?? { at: 0, message: expression.problem };
    const hint = celHint(issue, text, expression.env);
    return { ...whose, ...issue, values: [], ...(hint === undefined ? {} : { hint }) };
  }
  const found = expression.program.explain(variables.activation, host);
  if (found === undefined) return undefined;
  const inner = found.variable === undefined ? undefined : variables.expressionOf(found.variable);
  const below =
    inner === undefined || inner === expression ? undefined : explainExpression(inner, variables, host, found.variable);
  return below ?? { ...whose, at: found.at, message: found.message, values: found.values };
}
