import type { Json, NumberMode } from '../model/json.ts';
import { resolvePlain, scalarToJson } from './scalar.ts';

// What JSON has and YAML 1.1 has not.
const FOREIGN_ESCAPE = /\\(?:\/|u[dD][89a-fA-F])/;
// What YAML refuses, or reads as a line break.
const ODD_CHARACTER = /[^\n\r\t\x20-\x7e\xa0-\u2027\u202a-\ufefe\uff00-\ufffd]/;

/** Reads JSON text as the YAML reader would; `undefined` when it is no JSON object or list, or no YAML. */
export function readJson(text: string, mode: NumberMode): { readonly value: Json } | undefined {
  if (!/^(?:---[^\n]*\n)?\s*[{[]/.test(text) || FOREIGN_ESCAPE.test(text)) return undefined;
  if (ODD_CHARACTER.test(text)) return undefined;
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
