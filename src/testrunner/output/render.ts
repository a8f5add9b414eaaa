import type { TableLine } from '../judge.ts';
import type { JudgedTest } from '../run-test.ts';
import type { TestOptions } from '../test-options.ts';
import { printedLines } from './columns.ts';
import { formatJson, formatMarkdown, formatYaml } from './documents.ts';
import { formatGithub } from './github.ts';
import { formatJunit } from './junit.ts';
import { formatTable } from './table.ts';

/** A test with the lines that count. */
export interface LinesOfTest {
  readonly result: JudgedTest;
  readonly lines: readonly TableLine[];
}

/** The results of all tests in the chosen format, one valid document each. */
export function renderResults(tests: readonly LinesOfTest[], options: TestOptions): string {
  const shown = tests.map(({ result, lines }) => ({
    result,
    lines: options.failOnly ? lines.filter((line) => line.result === 'Fail') : lines,
  }));
  const all = shown.flatMap(({ lines }) => lines);
  switch (options.output) {
    case 'table':
      return shown
        .filter(({ lines }) => lines.length > 0)
        .map((test) => renderTest(test, options))
        .join('');
    case 'json':
      return `${formatJson(printedLines(all), options.detailed)}\n`;
    case 'yaml':
      return formatYaml(printedLines(all), options.detailed);
    case 'markdown':
      return shown
        .filter(({ lines }) => lines.length > 0)
        .map(
          ({ result, lines }) =>
            `### ${result.test.file}\n\n${formatMarkdown(printedLines(lines), options.detailed)}\n`,
        )
        .join('');
    case 'junit':
      return formatJunit(shown.map(({ result, lines }) => ({ file: result.test.file, lines: printedLines(lines) })));
    case 'github':
      return formatGithub(
        shown.flatMap(({ result, lines }) =>
          printedLines(lines).map((line, index) => ({
            ...line,
            file: result.test.file,
            lineNumber: result.test.rowLines[lines[index]?.rowIndex ?? 0] ?? 1,
          })),
        ),
      );
  }
}

/** The head line and the table of one test. */
export function renderTest({ result, lines }: LinesOfTest, options: TestOptions): string {
  const { policies, resources, exceptions, test } = result;
  const counts = [plural(policies, 'policy', 'policies'), plural(resources, 'resource', 'resources')];
  if (exceptions > 0) counts.push(plural(exceptions, 'exception', 'exceptions'));
  return `${test.file}: ${counts.join(', ')}\n${formatTable(printedLines(lines), options.detailed)}`;
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
