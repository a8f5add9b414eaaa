import { EvaluationError } from '../../model/failure.ts';
import { isArray, isObject, type Json, setKey } from '../../model/json.ts';
import { jsonError, LONG_TEXT } from './go-json-error.ts';

/**
 * Reads JSON text as Go's `encoding/json` reads it into `any`: every number is a float64, the last of two equal keys
 * wins, a lone surrogate escape becomes U+FFFD, a number beyond float64 is an error.
 * Throws `EvaluationError` with Go's text, e.g. `invalid character 'x' looking for beginning of value`.
 * Upstream: Go encoding/json decode.go.
 */
export function parseGoJson(text: string): Json {
  const value = parse(text);
  if (text.length > LONG_TEXT) {
    const problem = jsonError(text);
    if (problem !== undefined) throw new EvaluationError(problem);
  }
  // Only these texts can hold what the two readers read differently.
  if (/[eE]\+?\d{3}|\d{300}/.test(text)) checkNumbers(text);
  return /\\u[dD][89a-fA-F]|[\ud800-\udfff]/.test(text) ? repair(value) : value;
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new EvaluationError(jsonError(text) ?? 'unexpected end of JSON input');
  }
}

function checkNumbers(text: string): void {
  JSON.parse(text, (_key, value: Json, context?: { readonly source?: string }) => {
    if (typeof value !== 'number' || Number.isFinite(value)) return value;
    throw new EvaluationError(`json: cannot unmarshal number ${context?.source ?? ''} into Go value of type float64`);
  });
}

function repair(value: Json): Json {
  if (typeof value === 'string') return value.toWellFormed();
  if (isArray(value)) return value.map(repair);
  if (!isObject(value)) return value;
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(value)) setKey(copy, key.toWellFormed(), repair(value[key] ?? null));
  return copy;
}
