import type { Json, NumberMode } from '../model/json.ts';
import { resolvePlain, scalarToJson } from './scalar.ts';

/** Reads JSON text as the YAML reader would; `undefined` when it is no JSON object or list. */
export function readJson(text: string, mode: NumberMode): { readonly value: Json } | undefined {
  if (!/^(?:---[^\n]*\n)?\s*[{[]/.test(text)) return undefined;
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
