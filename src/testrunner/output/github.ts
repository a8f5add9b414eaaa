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
    .map((line) => {
      const title = escapeProperty(`${line.policy}/${line.rule} on ${line.resource}`);
      const data = escapeData(
        `${line.reason}${line.message === '' || line.message === line.reason ? '' : `: ${line.message}`}`,
      );
      return `::error file=${escapeProperty(line.file)},line=${line.lineNumber},title=${title}::${data}\n`;
    })
    .join('');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
