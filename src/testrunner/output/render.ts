import { type Failure, formatFailure } from '../../model/failure.ts';
import { errorSourcesText } from '../../report/error-source.ts';
import type { TableLine } from '../judge.ts';
import type { TestOptions } from '../test-options.ts';
import type { ReadTest } from '../verdict.ts';
import { printedLines } from './columns.ts';
import { formatJson, formatMarkdown, formatYaml } from './documents.ts';
import { annotation, formatGithub } from './github.ts';
import { formatJunit } from './junit.ts';
import { formatTable } from './table.ts';

/** A test with the lines that count. */
export interface LinesOfTest {
  readonly result: ReadTest;
  readonly lines: readonly TableLine[];
}

/** A test file that was not run, and why. */
export interface NotRun {
  readonly file: string;
  readonly failures: readonly Failure[];
}

/** The results of all tests in the chosen format, one valid document each. JUnit and GitHub tell what was not run. */
export function renderResults(tests: readonly LinesOfTest[], notRun: readonly NotRun[], options: TestOptions): string {
  const shown = tests.map(({ result, lines }) => ({
    result,
    lines: options.failOnly ? lines.filter((line) => line.result === 'Fail') : lines,
  }));
  const all = shown.flatMap(({ lines }) => lines);
  const filled = shown.filter(({ lines }) => lines.length > 0);
  switch (options.output) {
    case 'table':
      return filled.map((test) => renderTest(test, options)).join('');
    case 'json':
      return `${formatJson(printedLines(all), options.detailed)}\n`;
    case 'yaml':
      return formatYaml(printedLines(all), options.detailed);
    case 'markdown':
      return filled
        .map(
          ({ result, lines }) =>
            `### ${result.test.file}\n\n${formatMarkdown(printedLines(lines), options.detailed)}\n`,
        )
        .join('');
    case 'junit':
      return formatJunit([
        ...shown.map(({ result: { test }, lines }) => ({
          ...{ file: test.file, lines: printedLines(lines), troubles: [] },
        })),
        ...notRun.map(({ file, failures }) => ({ file, lines: [], troubles: failures.map(formatFailure) })),
      ]);
    case 'github':
      return (
        formatGithub(
          shown.flatMap(({ result, lines }) =>
            printedLines(lines).map((line, index) => ({
              ...line,
              file: result.test.file,
              lineNumber: result.test.rowPlace(lines[index]?.rowIndex ?? -1).line ?? 1,
            })),
          ),
        ) + notRun.map(annotateTrouble).join('')
      );
  }
}

function annotateTrouble({ file, failures }: NotRun): string {
  return failures
    .map(({ place = { file }, message, hint }) =>
      annotation('error', place, 'test not run', hint === undefined ? message : `${message} (${hint})`),
    )
    .join('');
}

/** The head line, the table and, below it, where and why rows failed. */
export function renderTest({ result, lines }: LinesOfTest, options: TestOptions): string {
  const table = formatTable(printedLines(lines), options.detailed);
  return `${result.test.file}: ${headline(result)}\n${table}${options.compat ? '' : reasons(result, lines)}`;
}

function headline(result: ReadTest): string {
  if (result.state === 'unsupported') return `not supported yet: ${result.features.join(', ')}`;
  const { policies, resources, exceptions } = result;
  const counts = [plural(policies, 'policy', 'policies'), plural(resources, 'resource', 'resources')];
  if (exceptions > 0) counts.push(plural(exceptions, 'exception', 'exceptions'));
  return counts.join(', ');
}

/** `FILE:LINE: reason: message`, each once, and below it where in the policy an expression failed. */
function reasons(result: ReadTest, lines: readonly TableLine[]): string {
  const texts = lines
    .filter((line) => line.result === 'Fail')
    .map((line) => {
      const about = line.reason === 'Want' && line.reasonText.startsWith('Want') ? ` on ${line.resource}` : '';
      const message = line.message === line.reasonText || line.message === '' ? '' : `: ${line.message}`;
      const { file, line: number = 1, column = 1 } = result.test.rowPlace(line.rowIndex);
      const source = line.answer === undefined ? '' : errorSourcesText([line.answer]);
      return `${file}:${number}:${column}: ${line.reasonText}${about}${message}\n${source}`;
    });
  return texts.length === 0 ? '' : `${[...new Set(texts)].join('')}\n`;
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
