import { isArray, type Json } from '../../model/json.ts';

/**
 * A value as a field error prints it: strings quoted as in Go, numbers and booleans plain, all else as JSON.
 * Upstream: `field.Error.ErrorBody`. Keys of objects come in the order given, as Go prints the fields of a struct;
 * `sorted` puts them in the order of a Go map.
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

/** The map's entries in the order in which Go prints a map as JSON: by key bytes. */
export function sortedMap(map: Readonly<Record<string, Json>>): Record<string, Json> {
  return Object.fromEntries(sortedKeys(map).map((key) => [key, map[key] ?? null]));
}

/** The keys in byte order. */
export function sortedKeys(map: Readonly<Record<string, Json>>): readonly string[] {
  return Object.keys(map).sort(byBytes);
}

/** Compares two texts by their UTF-8 bytes, as Go does. */
export function byBytes(a: string, b: string): number {
  if (a === b) return 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the ASCII range
  if (/^[\x00-\x7f]*$/.test(a + b)) return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

/** A string in Go's `%q` form. Upstream: `strconv.Quote`. */
export function goQuote(text: string): string {
  let quoted = '"';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (ESCAPES[char] !== undefined) quoted += ESCAPES[char];
    else if (code < 0x20 || code === 0x7f) quoted += `\\x${code.toString(16).padStart(2, '0')}`;
    else if (code < 0x7f || isPrintable(char)) quoted += char;
    else if (code < 0x10000) quoted += `\\u${code.toString(16).padStart(4, '0')}`;
    else quoted += `\\U${code.toString(16).padStart(8, '0')}`;
  }
  return `${quoted}"`;
}

function isPrintable(char: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char);
}
