/**
 * Compact JSON text with line breaks and two blanks of indentation, as Go's `json.MarshalIndent` writes it: empty lists
 * and maps stay on one line.
 */
export function indentJson(compact: string): string {
  let out = '';
  let depth = 0;
  const line = (): string => `\n${'  '.repeat(depth)}`;
  // Strings, opening and closing brackets (empty pairs first), commas, colons, and whatever stands between them.
  for (const token of compact.match(/"(?:[^"\\]|\\.)*"|\{\}|\[\]|[{}[\],:]|[^"{}[\],:]+/g) ?? []) {
    if (token === '{' || token === '[') {
      depth++;
      out += token + line();
    } else if (token === '}' || token === ']') {
      depth--;
      out += line() + token;
    } else if (token === ',') out += token + line();
    else out += token === ':' ? ': ' : token;
  }
  return out;
}
