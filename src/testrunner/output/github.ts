import type { Place } from '../../model/failure.ts';
import type { PrintedLine } from './columns.ts';

/** A failed line with the place of its row. */
export interface AnnotatedLine extends PrintedLine {
  readonly file: string;
  readonly lineNumber: number;
}

/** GitHub workflow commands, one `::error` per failed line, which show up beside the row in a pull request. */
export function formatGithub(lines: readonly AnnotatedLine[]): string {
  return lines
    .filter((line) => line.result === 'Fail')
    .map(({ file, lineNumber, policy, rule, resource, reason, message }) => {
      const title = `${policy}/${rule} on ${resource}`;
      const more = message === '' || message === reason ? '' : `: ${message}`;
      return annotation('error', { file, line: lineNumber }, title, `${reason}${more}`);
    })
    .join('');
}

/** One workflow command with its line break. */
export function annotation(severity: 'error' | 'warning', place: Place, title: string, message: string): string {
  const { file, line, column } = place;
  const where = [
    ['file', file],
    ['line', line],
    ['col', column],
    ['title', title],
  ]
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${severity} ${where.join(',')}::${escapeData(message)}\n`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
