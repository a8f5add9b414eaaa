import { EvaluationError } from '../../../model/failure.ts';
import { goValue } from '../../go-text.ts';
import { expRefText } from '../expref.ts';
import { isList, isMap, type QueryEnvironment, type Value } from '../value.ts';
import type { ArgumentType, QueryFunction } from './define.ts';
import { queryFunctions } from './registry.ts';

const BY_NAME: ReadonlyMap<string, QueryFunction> = new Map(queryFunctions.map((entry) => [entry.name, entry]));

/**
 * A caller for the function of this name, which checks number and types of the arguments first. That a function
 * does not exist is an error only when it is called.
 * Upstream: github.com/kyverno/go-jmespath functions.go, CallFunction and typeCheck.
 */
export function callFunction(name: string): (args: readonly Value[], env: QueryEnvironment) => Value {
  const entry = BY_NAME.get(name);
  if (entry === undefined) {
    return () => {
      throw new EvaluationError(`unknown function: ${name}`);
    };
  }
  const { parameters, variadic, call } = entry;
  if (parameters.length === 0) return call;
  if (variadic) {
    return (args, env) => {
      if (args.length < parameters.length) throw new EvaluationError('Invalid arity.');
      return call(args, env);
    };
  }
  return (args, env) => {
    if (args.length !== parameters.length) throw new EvaluationError('incorrect number of args');
    parameters.forEach((types, i) => {
      const arg = args[i] ?? null;
      if (!types.some((type) => hasType(arg, type))) throw wrongType(arg, types);
    });
    return call(args, env);
  };
}

function hasType(value: Value, type: ArgumentType): boolean {
  switch (type) {
    case 'number':
    case 'string':
      return typeof value === type;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isMap(value);
    case 'array[number]':
      return isList(value) && value.every((item) => typeof item === 'number');
    case 'array[string]':
      return isList(value) && value.every((item) => typeof item === 'string');
    case 'expref':
      return typeof value === 'function';
    case 'any':
      return true;
  }
}

function wrongType(value: Value, types: readonly ArgumentType[]): EvaluationError {
  const expected = types.map((type) => `"${type}"`).join(', ');
  return new EvaluationError(
    `Invalid type for: ${typeof value === 'function' ? expRefText(value) : goValue(value)}, expected: []jmespath.JpType{${expected}}`,
  );
}
