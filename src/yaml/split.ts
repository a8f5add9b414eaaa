/** The text of one document in a file of several. */
export interface Chunk {
  /** Lines joined by `\n`, ending in one; a leading `---` line may be part of it. */
  readonly text: string;
  /** Number of lines of the file before `text`. */
  readonly lineOffset: number;
}

/** A line that begins with `---` and goes on with something that is not a comment. */
export interface BadSeparator {
  /** 1-based. */
  readonly line: number;
  readonly rest: string;
}

/** A document starts after each line that begins with `---`; documents without content are left out. */
export type Split = { readonly chunks: readonly Chunk[]; readonly bad?: BadSeparator };

/**
 * Cuts a file into documents at the lines that begin with `---`, as text, whatever the YAML around them means.
 * Documents of blank lines and comments only are dropped. Line ends become `\n`.
 * Upstream: apimachinery `util/yaml` YAMLReader; Kyverno `ext/yaml` SplitDocuments.
 */
export function splitDocuments(text: string): Split {
  const source = text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
  if (!source.startsWith('---') && !source.includes('\n---')) {
    return isEmpty(source) ? { chunks: [] } : { chunks: [{ text: withNewline(source), lineOffset: 0 }] };
  }
  const lines = source.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const chunks: Chunk[] = [];
  let start = 0;
  const flush = (end: number) => {
    if (end <= start) return;
    const chunk = `${lines.slice(start, end).join('\n')}\n`;
    if (!isEmpty(chunk)) chunks.push({ text: chunk, lineOffset: start });
  };
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith('---')) continue;
    const rest = line.slice(3).trim();
    if (rest !== '' && !rest.startsWith('#')) return { chunks, bad: { line: index + 1, rest } };
    flush(index);
    start = index + 1;
  }
  flush(lines.length);
  return { chunks };
}

function withNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

function isEmpty(text: string): boolean {
  return /^(?:[^\S\n]*(?:#[^\n]*)?(?:\n|$))*$/.test(text);
}
