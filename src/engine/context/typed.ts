import { EvaluationError } from '../../model/failure.ts';
import { getPath, isArray, isObject, type Json } from '../../model/json.ts';

/**
 * A string field of a rendered document; missing and null give `""`. Throws `EvaluationError` with the decoder's text
 * when a variable made something else of it.
 */
export function typedString(document: Json, field: string, type: string): string {
  const value = getPath(document, ...field.split('.')) ?? '';
  if (typeof value === 'string') return value;
  throw new EvaluationError(
    `json: cannot unmarshal ${jsonKind(value)} into Go struct field ${type}.${field} of type string`,
  );
}

function jsonKind(value: Json): string {
  if (isArray(value)) return 'array';
  if (isObject(value)) return 'object';
  return typeof value === 'boolean' ? 'bool' : 'number';
}
