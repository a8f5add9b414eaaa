/** A problem of an expression at an index of its text. */
export interface CelIssue {
  readonly at: number;
  readonly message: string;
}

/** Go limits how much of a line it shows. */
const LONGEST_SNIPPET = 16384;
const MOST_ISSUES = 100;

/** Line (from 1) and column (from 0, in code points) of an index. */
export function positionOf(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, Math.max(at, 0));
  const start = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: [...before.slice(start)].length };
}

/**
 * Problems as cel-go prints them, in the order of their places: a line with the place, the line of the expression and
 * a mark below it.
 * Upstream: `common/errors.go` and `common/error.go` of cel-go.
 */
export function issuesText(text: string, issues: readonly CelIssue[]): string {
  const placed = issues
    .slice(0, MOST_ISSUES)
    .map(({ at, message }) => ({ message, ...(at < 0 ? { line: -1, column: -1 } : positionOf(text, at)) }));
  placed.sort((a, b) => a.line - b.line || a.column - b.column);
  const lines = placed.map(({ line, column, message }) => display(text, line, column, message));
  if (issues.length > MOST_ISSUES) lines.push(`${issues.length - MOST_ISSUES} more errors were truncated`);
  return lines.join('\n');
}

function display(text: string, line: number, column: number, message: string): string {
  const head = `ERROR: <input>:${line}:${column + 1}: ${message}`;
  const source = text.split('\n')[line - 1];
  if (source === undefined || source.length > LONGEST_SNIPPET) return head;
  const snippet = source.replaceAll('\t', ' ');
  const characters = [...snippet];
  const dots = characters.slice(0, Math.max(column, 0)).map((one) => (isWide(one) ? '\uff0e' : '.'));
  const marked = characters[column];
  return `${head}\n | ${snippet}\n | ${dots.join('')}${marked !== undefined && isWide(marked) ? '\uff3e' : '^'}`;
}

function isWide(character: string): boolean {
  return character > '\u007f';
}
