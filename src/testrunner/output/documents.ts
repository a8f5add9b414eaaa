import { stringify } from 'yaml';
import { goJson } from '../../language/go-text.ts';
import type { PrintedLine } from './columns.ts';

/** A line as the map that JSON and YAML output show: upper-case keys but for `Message`, sorted. */
function lineMap(line: PrintedLine, detailed: boolean): Readonly<Record<string, string>> {
  return {
    ID: String(line.id),
    ...(detailed ? { Message: line.message } : {}),
    POLICY: line.policy,
    REASON: line.reason,
    RESOURCE: line.resource,
    RESULT: line.result,
    RULE: line.rule,
  };
}

/** An indented JSON list with HTML-sensitive characters escaped, as Go writes it. */
export function formatJson(lines: readonly PrintedLine[], detailed: boolean): string {
  const items = lines.map((line) => {
    const fields = Object.entries(lineMap(line, detailed)).map(([key, value]) => `    "${key}": ${goJson(value)}`);
    return `  {\n${fields.join(',\n')}\n  }`;
  });
  return items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n]`;
}

/** A YAML list of the same maps. */
export function formatYaml(lines: readonly PrintedLine[], detailed: boolean): string {
  return stringify(
    lines.map((line) => lineMap(line, detailed)),
    { lineWidth: 0 },
  );
}

/** A Markdown table. */
export function formatMarkdown(lines: readonly PrintedLine[], detailed: boolean): string {
  const headers = ['ID', 'POLICY', 'RULE', 'RESOURCE', 'RESULT', 'REASON', ...(detailed ? ['MESSAGE'] : [])];
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const body = lines.map((line) =>
    row(
      [
        String(line.id),
        line.policy,
        line.rule,
        line.resource,
        line.result,
        line.reason,
        ...(detailed ? [line.message] : []),
      ].map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', '<br>')),
    ),
  );
  return [row(headers), `|${headers.map(() => '----').join('|')}|`, ...body, ''].join('\n');
}
