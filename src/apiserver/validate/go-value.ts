import { goQuote } from '../../language/go-text.ts';
import { isArray, type Json } from '../../model/json.ts';

/**
 * A value as a field error prints it: strings quoted as in Go, numbers and booleans plain, all else as JSON.
 * Upstream: `field.Error.ErrorBody`. Keys of objects come in the order given, as Go prints the fields of a struct.
 */
export function renderValue(value: Json | undefined): string {
  return typeof value === 'string' ? goQuote(value) : jsonText(value);
}

/** Compact JSON with Go's HTML escapes, keys in the order given; `undefined` is `null`. Upstream: `encoding/json`. */
export function jsonText(value: Json | undefined): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return jsonString(value);
  if (typeof value !== 'object') return String(value);
  if (isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${jsonString(key)}:${jsonText(item)}`)
    .join(',')}}`;
}

/** A JSON string as Go writes it: `<`, `>`, `&`, U+2028 and U+2029 as `\u` escapes. */
export function jsonString(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
