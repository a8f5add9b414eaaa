/** The line of `text` that a 1-based line number names, with a pointer below the 1-based column. */
export function excerptAt(text: string, line: number, column: number): string {
  return lineExcerpt(text.split('\n')[line - 1] ?? '', line, column);
}

/** A line of a text with its number, and a pointer below the 1-based column. */
export function lineExcerpt(lineText: string, line: number, column: number): string {
  const source = lineText.replace(/\r$/, '');
  const number = String(line);
  const width = 100;
  const from = column > width - 10 ? column - 60 : 0;
  const shown = `${from > 0 ? '…' : ''}${source.slice(from, from + width)}${source.length > from + width ? '…' : ''}`;
  const pad = [...source.slice(from, column - 1)].map((c) => (c === '\t' ? '\t' : ' ')).join('');
  return `  ${number} | ${shown}\n  ${' '.repeat(number.length)} | ${from > 0 ? ' ' : ''}${pad}^`;
}
