import { checkTypes } from './checker/checker.ts';
import { literalIssues } from './checker/literals.ts';
import { CostExceeded, EXPRESSION_LIMIT } from './cost.ts';
import type { CelEnvironment } from './environment.ts';
import { type Explanation, explainError } from './explain/explain.ts';
import type { CelHost } from './host.ts';
import { InternalError } from './internal-error.ts';
import { parseExpression } from './parser.ts';
import { type Activation, PlanProblem } from './plan/frame.ts';
import { planExpression } from './plan/plan.ts';
import { type CelIssue, issuesText } from './source.ts';
import type { CelType } from './types.ts';
import { CelError, type CelValue } from './values.ts';

/** An expression ready for evaluation. Keep it: evaluating is much cheaper than compiling. */
export interface CelProgram {
  readonly text: string;
  /** Type of what it gives. */
  readonly type: CelType;
  /** Never throws for what values and functions do: that is a `CelError`. */
  readonly evaluate: (variables: Activation, host?: CelHost) => Evaluation;
  /** Evaluates once more, part by part, to tell where the error comes from; `undefined` when there is none. */
  readonly explain: (variables: Activation, host?: CelHost) => Explanation | undefined;
}

/** What an expression gave, and what that cost. */
export interface Evaluation {
  readonly value: CelValue;
  readonly cost: number;
}

/** A program, or why there is none. */
export type Compiled =
  | { readonly program: CelProgram; readonly problem?: undefined }
  | { readonly problem: CompileProblem; readonly program?: undefined };

/** What is wrong with an expression; `stage` tells whether its text and types are (`check`) or a constant in it. */
export interface CompileProblem {
  readonly stage: 'check' | 'program';
  /** cel-go's text, several lines for `check`. */
  readonly message: string;
  /** Where the first problem is in the text, -1 for the whole. */
  readonly at: number;
  /** Each problem with its place. */
  readonly issues: readonly CelIssue[];
}

/**
 * Compiles an expression: parse, check types and literals, plan.
 * Upstream: `Env.Compile` and `Env.Program` of cel-go with the options of `k8s.io/apiserver/pkg/cel/environment`.
 */
export function compileCel(text: string, env: CelEnvironment): Compiled {
  const parsed = parseExpression(text, env.macros);
  if (parsed.expr === undefined) return refused(text, parsed.issues);
  const types = checkTypes(parsed.expr, env);
  if (types.issues.length > 0) return refused(text, types.issues);
  const issues = literalIssues(parsed.expr, types);
  if (issues.length > 0) return refused(text, issues);
  try {
    const run = planExpression(parsed.expr, types, env);
    const explain: CelProgram['explain'] = (variables, host = {}) => explainError(text, env, variables, host);
    return { program: { text, type: types.typeOf(parsed.expr), evaluate: evaluator(run), explain } };
  } catch (problem) {
    const isInternal = problem instanceof InternalError;
    if (!(problem instanceof PlanProblem || isInternal)) throw problem;
    const { message } = problem;
    const at = isInternal ? -1 : problem.at;
    return { problem: { stage: 'program', message, at, issues: [{ at, message }] } };
  }
}

function refused(text: string, issues: readonly CelIssue[]): Compiled {
  const at = Math.min(...issues.map((issue) => issue.at));
  return { problem: { stage: 'check', message: issuesText(text, issues), at, issues } };
}

function evaluator(run: ReturnType<typeof planExpression>): CelProgram['evaluate'] {
  return (variables, host = {}) => {
    const frame = { variables, host, locals: [], cost: 0, limit: EXPRESSION_LIMIT };
    try {
      return { value: run(frame), cost: frame.cost };
    } catch (problem) {
      if (!(problem instanceof CostExceeded || problem instanceof InternalError)) throw problem;
      return { value: new CelError(problem.message), cost: frame.cost };
    }
  };
}
