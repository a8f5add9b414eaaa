import type { JsonObject } from '../../model/json.ts';
import {
  type CelEnvironment,
  type CelProgram,
  type CelType,
  celHint,
  compileCel,
  kyvernoEnvironment,
  resultTypeText,
} from '../cel/index.ts';
import { auditAnnotationsOf, namedExpressions, validationsOf } from '../cel-validation/index.ts';

/** Where in a document an expression stands. */
export type ExpressionPath = readonly (string | number)[];

/** An expression that does not compile. */
export interface ExpressionProblem {
  /** In the policy, e.g. `spec`, `validations`, 0, `expression`. */
  readonly path: ExpressionPath;
  readonly expression: string;
  /** Upstream's text: cel-go's, several lines, or what type is expected. */
  readonly detail: string;
  /** Where in the expression the first problem is, -1 for the whole. */
  readonly at: number;
  /** What may have been meant. */
  readonly hint?: string;
}

/** A program and where it is written. */
export interface Placed {
  readonly program: CelProgram;
  readonly path: ExpressionPath;
}

/** One of `validations`. */
export interface CompiledValidation extends Placed {
  readonly message: string;
  readonly messageProgram: CelProgram | undefined;
}

/** The expressions of a spec. */
export interface CompiledExpressions {
  readonly matchConditions: readonly Placed[];
  readonly variables: ReadonlyMap<string, CelProgram>;
  readonly validations: readonly CompiledValidation[];
  readonly auditAnnotations: ReadonlyMap<string, CelProgram>;
  /** Compiles conditions of an exception beside them. */
  readonly compileConditions: (conditions: JsonObject) => Compiled<readonly Placed[]>;
}

/** What was compiled, or everything that keeps it from being so. */
export type Compiled<T> =
  | { readonly value: T; readonly problems?: undefined }
  | { readonly problems: readonly ExpressionProblem[]; readonly value?: undefined };

type ResultType = 'bool' | 'string' | 'null_type';

const NAMES_OF_RESULTS: Readonly<Record<string, string>> = {
  bool: 'output is expected to be of type bool',
  string: 'output is expected to be of type string',
  'string,null_type': 'output is expected to be either of type string or null_type',
};

/**
 * Compiles the expressions of a spec in upstream's order, each part only when those before it are right; of conditions,
 * variables and audit annotations every problem is told, of validations the first. JSON mode has no audit annotations.
 * Upstream: `pkg/cel/policies/vpol/compiler/compiler.go`, `pkg/cel/compiler/compiler.go`.
 */
export function compileExpressions(
  spec: JsonObject,
  namespace: string,
  isJson: boolean,
): Compiled<CompiledExpressions> {
  const types = new Map<string, CelType>();
  const env = kyvernoEnvironment(namespace, types);
  const conditions = compileConditions(spec, env);
  if (conditions.problems !== undefined) return conditions;
  const variables = compileVariables(spec, env, types);
  if (variables.problems !== undefined) return variables;
  const validations: CompiledValidation[] = [];
  for (const [index, given] of validationsOf(spec['validations'], '').entries()) {
    const path = ['spec', 'validations', index];
    const test = compileOne(given.expression, [...path, 'expression'], env, ['bool']);
    if (test.problems !== undefined) return test;
    const text =
      given.messageExpression === ''
        ? undefined
        : compileOne(given.messageExpression, [...path, 'messageExpression'], env, ['string']);
    if (text?.problems !== undefined) return text;
    validations.push({ ...test.value, message: given.message, messageProgram: text?.value?.program });
  }
  const annotations = isJson ? { value: new Map<string, CelProgram>() } : compileAnnotations(spec, env);
  if (annotations.problems !== undefined) return annotations;
  return {
    value: {
      matchConditions: conditions.value,
      variables: variables.value,
      validations,
      auditAnnotations: annotations.value,
      compileConditions: (exception) => compileConditions(exception, env),
    },
  };
}

function compileConditions(spec: JsonObject, env: CelEnvironment): Compiled<readonly Placed[]> {
  const all = namedExpressions(spec['matchConditions']).map(({ expression }, index) =>
    compileOne(expression, ['spec', 'matchConditions', index, 'expression'], env, ['bool']),
  );
  return together(all);
}

function compileVariables(
  spec: JsonObject,
  env: CelEnvironment,
  types: Map<string, CelType>,
): Compiled<ReadonlyMap<string, CelProgram>> {
  const programs = new Map<string, CelProgram>();
  const problems: ExpressionProblem[] = [];
  for (const [index, { name, expression }] of namedExpressions(spec['variables']).entries()) {
    const one = compileOne(expression, ['spec', 'variables', index, 'expression'], env, 'any');
    if (one.problems !== undefined) problems.push(...one.problems);
    else {
      types.set(name, one.value.program.type);
      programs.set(name, one.value.program);
    }
  }
  return problems.length > 0 ? { problems } : { value: programs };
}

function compileAnnotations(spec: JsonObject, env: CelEnvironment): Compiled<ReadonlyMap<string, CelProgram>> {
  const list = auditAnnotationsOf(spec['auditAnnotations']);
  const all = list.map(({ valueExpression }, index) =>
    compileOne(valueExpression, ['spec', 'auditAnnotations', index, 'valueExpression'], env, ['string', 'null_type']),
  );
  const { value, problems } = together(all);
  if (problems !== undefined) return { problems };
  return { value: new Map(value.map(({ program }, index) => [list[index]?.key ?? '', program])) };
}

function together(all: readonly Compiled<Placed>[]): Compiled<readonly Placed[]> {
  const problems = all.flatMap((one) => one.problems ?? []);
  return problems.length > 0 ? { problems } : { value: all.flatMap((one) => one.value ?? []) };
}

function compileOne(
  expression: string,
  path: ExpressionPath,
  env: CelEnvironment,
  results: readonly ResultType[] | 'any',
): Compiled<Placed> {
  const { program, problem } = compileCel(expression, env);
  if (problem !== undefined) {
    const [first] = problem.issues;
    const hint = first === undefined ? undefined : celHint(first, expression, env);
    const more = hint === undefined ? {} : { hint };
    return { problems: [{ path, expression, detail: problem.message, at: problem.at, ...more }] };
  }
  const got = resultTypeText(program.type);
  if (results === 'any' || results.some((one) => one === got)) return { value: { program, path } };
  return { problems: [{ path, expression, detail: NAMES_OF_RESULTS[results.join(',')] ?? '', at: -1 }] };
}
