/** How a column is set. */
export type Align = 'left' | 'right';

/** A table in plain text: columns padded, a header line, no borders. Cells with line breaks are joined by blanks. */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly Align[] = [],
  style: (text: string, row: number, column: number) => string = (text) => text,
): string {
  const all = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll(/\s*\n\s*/g, ' ')));
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row, r) =>
      row
        .map((cell, c) => {
          const pad = ' '.repeat(Math.max(0, (widths[c] ?? 0) - cell.length));
          const last = c === row.length - 1;
          return align[c] === 'right' ? pad + style(cell, r - 1, c) : style(cell, r - 1, c) + (last ? '' : pad);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
