import { goJson } from '../../language/go-text.ts';
import { isArray, isObject, type Json } from '../../model/json.ts';

/**
 * A value inside a longer string: a string as it is, anything else as JSON. Differs from `encoding/json` in exponents,
 * which have at least two digits (`1e-07`). Throws `EvaluationError` for NaN and infinities.
 * Upstream: `substituteVarInPattern` in `pkg/engine/variables/vars.go` (jsoniter).
 */
export function valueText(value: Json): string {
  if (typeof value === 'string') return value;
  return hasTinyNumber(value) ? tinyJson(value) : goJson(value);
}

function hasTinyNumber(value: Json): boolean {
  if (typeof value === 'number') return value !== 0 && Math.abs(value) < 1e-6;
  if (isArray(value)) return value.some(hasTinyNumber);
  return isObject(value) && Object.values(value).some(hasTinyNumber);
}

function tinyJson(value: Json): string {
  if (typeof value === 'number') return goJson(value).replace(/e-(\d)$/, 'e-0$1');
  if (isArray(value)) return `[${value.map(tinyJson).join(',')}]`;
  if (!isObject(value)) return goJson(value);
  // The keys of an object with null values, in the order and with the escapes of goJson.
  const keys = Object.keys(value).map((key) => ({ key, text: goJson(key) }));
  keys.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  return `{${keys.map(({ key, text }) => `${text}:${tinyJson(value[key] ?? null)}`).join(',')}}`;
}
