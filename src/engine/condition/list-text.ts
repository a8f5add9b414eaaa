import { type Json, parseJson } from '../../model/json.ts';

/**
 * The texts of a JSON list written as text; nulls inside become empty texts and `null` itself an empty list.
 * Upstream: `encoding/json` into a list of strings.
 */
export function listFromText(text: string): readonly string[] | 'not JSON' | 'not texts' {
  const value = parseAny(text);
  if (value === undefined) return 'not JSON';
  if (value === null) return [];
  if (!Array.isArray(value)) return 'not texts';
  const texts: string[] = [];
  for (const item of value as readonly Json[]) {
    if (item !== null && typeof item !== 'string') return 'not texts';
    texts.push((item ?? '').toWellFormed());
  }
  return texts;
}

function parseAny(text: string): Json | undefined {
  // Spares most texts the cost of an exception.
  if (!/^[\s{["\-\dtfn]/.test(text)) return undefined;
  try {
    return parseJson(text, 'float');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
