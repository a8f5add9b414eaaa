import { EvaluationError } from '../../model/failure.ts';
import type { Json } from '../../model/json.ts';
import { type Expression, expressionOf } from './expression.ts';
import type { Scope } from './scope.ts';
import { selfPath } from './self-path.ts';
import { findVariables, unescapeBraces, type Variable } from './syntax.ts';
import { valueText } from './value-text.ts';

/** A node's rendering; a plain value stands for itself. */
export type Node = { readonly value: Json } | { readonly render: (scope: Scope) => Json };

/** Replaces the variables in a value that itself came out of a variable. */
type Nested = (value: Json, path: string, scope: Scope) => Json;

/**
 * Compiles one string (a leaf or a key) at `path`.
 * Upstream: `substituteVariablesIfAny` in `pkg/engine/variables/vars.go`.
 */
export function compileText(text: string, path: string, nested: Nested): Node {
  const variables = findVariables(text);
  if (variables.length === 0) return { value: unescapeBraces(text) };
  const [only] = variables;
  if (only !== undefined && only.braces === text) {
    const expression = prepare(only);
    return { render: (scope) => nested(resolve(expression, path, scope), path, scope) };
  }
  const first = variables.map(prepare);
  return { render: (scope) => renderText(text, first, path, scope, nested) };
}

/** A variable with its expression for all operations but DELETE, and for DELETE. */
interface Prepared extends Variable {
  readonly plain: Expression;
  readonly onDelete: Expression;
}

function prepare(variable: Variable): Prepared {
  const { expression } = variable;
  return { ...variable, plain: expressionOf(expression), onDelete: expressionOf(forDelete(expression)) };
}

function forDelete(expression: string): string {
  return expression.replaceAll('request.object', 'request.oldObject');
}

function renderText(text: string, first: readonly Prepared[], path: string, scope: Scope, nested: Nested): Json {
  let value = text;
  let variables = first;
  while (variables.length > 0) {
    const original = value;
    let shallow = false;
    for (const variable of variables) {
      shallow = variable.shallow;
      const resolved = resolve(variable, path, scope);
      if (original === variable.braces) return nested(resolved, path, scope);
      value = replaceFirst(value, variable, shallow ? escapeBraces(resolved, variable, path) : resolved, path);
    }
    variables = shallow ? [] : findVariables(value).map(prepare);
  }
  return unescapeBraces(value);
}

/** The value of a shallow variable is not searched for variables. Upstream crashes on anything but a string or null. */
function escapeBraces(value: Json, variable: Variable, path: string): Json {
  if (value === null) return null;
  if (typeof value === 'string') return value.replaceAll('{{', '\\{{');
  throw new EvaluationError(`failed to resolve ${variable.expression} at path ${path}: the value is not a string`);
}

function replaceFirst(text: string, variable: Variable, value: Json, path: string): string {
  const at = text.indexOf(variable.match);
  if (at < 0) return text;
  const replacement = variable.prefix + textOf(value, variable, path);
  return text.slice(0, at) + replacement + text.slice(at + variable.match.length);
}

function textOf(value: Json, variable: Variable, path: string): string {
  try {
    return valueText(value);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    throw new EvaluationError(
      `failed to resolve ${variable.expression} at path ${path}: failed to marshal ${error.message}`,
    );
  }
}

function resolve(variable: Prepared, path: string, scope: Scope): Json {
  const deleting = scope.operation() === 'DELETE';
  let expression = deleting ? variable.onDelete : variable.plain;
  if (variable.expression === '@') {
    const self = selfPath(path, hasTarget(scope) ? 'target' : 'request.object');
    expression = expressionOf(deleting ? forDelete(self) : self);
  }
  try {
    return scope.query(expression);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    throw new EvaluationError(`failed to resolve ${expression.text} at path ${path}: ${error.message}`);
  }
}

const TARGET = expressionOf('target');

function hasTarget(scope: Scope): boolean {
  try {
    scope.query(TARGET);
    return true;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return false;
  }
}
