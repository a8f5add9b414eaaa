import type { PrintedLine } from './columns.ts';

const MAX_CELL = 300;

/**
 * The result table with box borders. `detailed` adds the MESSAGE column; with more than ten lines the first header
 * tells their number. Upstream: `cmd/cli/kubectl-kyverno/output/table`.
 */
export function formatTable(lines: readonly PrintedLine[], detailed: boolean): string {
  const headers = ['ID', 'POLICY', 'RULE', 'RESOURCE', 'RESULT', 'REASON', ...(detailed ? ['MESSAGE'] : [])];
  // The blank at the end is upstream's.
  if (lines.length > 10) headers[0] = `ID (${lines.length}) `;
  const rows = lines.map((line) =>
    [
      String(line.id),
      line.policy,
      line.rule,
      line.resource,
      line.result,
      line.reason,
      ...(detailed ? [line.message] : []),
    ].map(cut),
  );
  const widths = headers.map((header, column) =>
    Math.max(header.length, ...rows.flatMap((row) => (row[column] ?? []).map((text) => text.length))),
  );
  const border = `│${widths.map((width) => '─'.repeat(width + 2)).join('│')}│`;
  const body = rows.flatMap((row) => printRow(row, widths));
  return [
    '',
    border,
    ...printRow(
      headers.map((header) => [header]),
      widths,
    ),
    border,
    ...body,
    border,
    '',
    '',
  ].join('\n');
}

function cut(text: string): readonly string[] {
  return (text.length > MAX_CELL ? text.slice(0, MAX_CELL) : text).split('\n');
}

function printRow(cells: readonly (readonly string[])[], widths: readonly number[]): readonly string[] {
  const height = Math.max(...cells.map((cell) => cell.length));
  return Array.from(
    { length: height },
    (_, line) => `│${widths.map((width, column) => ` ${(cells[column]?.[line] ?? '').padEnd(width)} `).join('│')}│`,
  );
}
