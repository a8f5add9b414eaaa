/** One `{{ … }}` found in a string. */
export interface Variable {
  /** Text to replace, with the character before the braces. */
  readonly match: string;
  readonly prefix: string;
  /** The braces and what stands between them. */
  readonly braces: string;
  /** The JMESPath expression. */
  readonly expression: string;
  /** Written `{{- … }}`: text that comes out is not searched again. */
  readonly shallow: boolean;
}

const VARIABLE = /(^|[^\\])(\{\{(?:\{[^{}]*\}|[^{}])*\}\})/gu;

/**
 * The variables of one pass over a string, left to right. Two adjacent ones are found in two passes.
 * Upstream: `pkg/engine/variables/regex/vars.go`, `replaceBracesAndTrimSpaces` in `pkg/engine/variables/vars.go`.
 */
export function findVariables(text: string): readonly Variable[] {
  if (!text.includes('{{')) return [];
  return Array.from(text.matchAll(VARIABLE), ([match, prefix = '', braces = '']) => {
    // Upstream cuts the prefix off by byte: what is left of a longer character spoils the expression.
    const debris = '\ufffd'.repeat(Math.max(0, Buffer.byteLength(prefix) - 1));
    const bare = (debris + braces).replaceAll('{{', '').replaceAll('}}', '').trim();
    const shallow = bare.startsWith('-');
    return { match, prefix, braces, expression: shallow ? bare.slice(1).trim() : bare, shallow };
  });
}

/** Escaped braces become plain ones. */
export function unescapeBraces(text: string): string {
  return text.replaceAll('\\{{', '{{');
}
