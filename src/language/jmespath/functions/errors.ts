import { EvaluationError } from '../../../model/failure.ts';
import { goTypeName } from '../../go-text.ts';
import { CrashError } from '../errors.ts';
import { isObjectList, type Value } from '../value.ts';

/** An error that a function raises itself: `JMESPath function 'add': Types mismatch`. */
export function functionError(name: string, message: string): EvaluationError {
  return new EvaluationError(`JMESPath function '${name}': ${message}`);
}

/** `JMESPath function 'lookup': argument #2 is not of type String`; `position` counts from 1. */
export function argumentTypeError(name: string, position: number, type: string): EvaluationError {
  return functionError(name, `argument #${position} is not of type ${type}`);
}

/** What Go says where upstream crashes on a value of the wrong type; an error for us. */
export function conversionPanic(value: Value, wanted: string): CrashError {
  const is = value === null ? 'nil' : goType(value);
  return new CrashError(`interface conversion: interface {} is ${is}, not ${wanted}`);
}

/** The Go type of a value, e.g. `[]map[string]interface {}` for what `items()` gives. */
export function goType(value: Value): string {
  if (typeof value === 'function') return 'jmespath.expRef';
  if (typeof value === 'bigint') return 'int';
  return isObjectList(value) ? '[]map[string]interface {}' : goTypeName(value);
}
