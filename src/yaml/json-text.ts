import type { Json, NumberMode } from '../model/json.ts';
import { resolvePlain, scalarToJson } from './scalar.ts';

// Escapes that JSON has and YAML 1.1 has not, and characters that YAML refuses or reads as line breaks.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are among them
const NOT_YAML =
  /\\(?:\/|u[dD][89a-fA-F])|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;

/** Reads JSON text as the YAML reader would; `undefined` when it is no JSON object or list, or no YAML. */
export function readJson(text: string, mode: NumberMode): { readonly value: Json } | undefined {
  if (!/^(?:---[^\n]*\n)?\s*[{[]/.test(text) || NOT_YAML.test(text)) return undefined;
  try {
    const body = text.startsWith('---') ? text.slice(text.indexOf('\n')) : text;
    const value = JSON.parse(body, (_key, part: Json, context?: { readonly source?: string }) => {
      if (typeof part !== 'number') return part;
      const number = scalarToJson(resolvePlain(context?.source ?? String(part)), mode);
      return number === undefined ? part : number;
    }) as Json;
    return { value };
  } catch {
    return undefined;
  }
}
