const TOTAL_LIMIT = 4096;
const ITEM_LIMIT = 256;

/**
 * The warnings that reach the client, of all that were added in the course of a request: each once, none empty, none
 * with a line break or other control character, cut to 256 characters each when they are longer than 4096 together.
 * Upstream: apiserver `pkg/endpoints/filters/warning.go`.
 */
export function headerWarnings(added: readonly string[]): readonly string[] {
  const texts = [...new Set(added)].filter((text) => text !== '');
  const fits = texts.filter((text) => !/\p{Cc}/u.test(text) && text.isWellFormed());
  const total = fits.reduce((sum, text) => sum + runes(text), 0);
  if (total <= TOTAL_LIMIT) return fits;
  const out: string[] = [];
  let written = 0;
  for (const text of fits) {
    if (written >= TOTAL_LIMIT) break;
    const cut = [...text].slice(0, ITEM_LIMIT).join('');
    written += runes(cut);
    out.push(cut);
  }
  return out;
}

/** The value of a `Warning` header, e.g. `299 - "unknown field \"spec.foo\""`. */
export function warningHeader(text: string): string {
  return `299 - "${text.replace(/[\\"]/g, '\\$&')}"`;
}

function runes(text: string): number {
  return [...text].length;
}
