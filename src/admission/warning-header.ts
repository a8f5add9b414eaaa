const MAX_TOTAL = 4096;
const MAX_WHEN_TRUNCATING = 256;

/**
 * Warnings as the API server sends them, e.g. `299 - "text"`: each text once, none with control characters (so no
 * line breaks), all cut to 256 characters once they are more than 4096 together.
 * Upstream: apiserver `pkg/endpoints/filters/warning.go`.
 */
export function warningHeaders(texts: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const ordered: string[] = [];
  let headers: string[] = [];
  let written = 0;
  let truncating = false;
  const write = (text: string) => {
    const runes = [...text];
    const cut = truncating && runes.length > MAX_WHEN_TRUNCATING ? runes.slice(0, MAX_WHEN_TRUNCATING) : runes;
    const header = warningHeader(cut.join(''));
    if (header === undefined) return;
    written += cut.length;
    headers.push(header);
  };
  for (const text of texts) {
    if (text === '' || seen.has(text) || (truncating && written >= MAX_TOTAL)) continue;
    seen.add(text);
    ordered.push(text);
    if (truncating || written + [...text].length <= MAX_TOTAL || warningHeader(text) === undefined) {
      write(text);
      continue;
    }
    [truncating, written, headers] = [true, 0, []];
    for (const earlier of ordered) write(earlier);
  }
  return headers;
}

/** One warning as header value; `undefined` when it cannot be one. Upstream: `NewWarningHeader` of apimachinery. */
function warningHeader(text: string): string | undefined {
  return /[\p{Cc}]/u.test(text) ? undefined : `299 - "${text.replace(/["\\]/g, '\\$&')}"`;
}

/** The text of a warning header, as kubectl shows it after `Warning: `; anything else is given back as it is. */
export function warningText(header: string): string {
  const match = /^\d{3} \S+ "((?:[^"\\]|\\.)*)"$/.exec(header);
  return match === null ? header : (match[1] ?? '').replace(/\\(.)/g, '$1');
}
