import { escapeXml } from '../../report/xml.ts';
import type { PrintedLine } from './columns.ts';

/** The lines of one test document under the name of its file. */
export interface JunitSuite {
  readonly file: string;
  readonly lines: readonly PrintedLine[];
  /** Why the file was not run, one text each. */
  readonly troubles: readonly string[];
}

interface Group {
  readonly name: string;
  readonly file: string;
  readonly lines: readonly PrintedLine[];
  readonly troubles: readonly string[];
}

/**
 * One JUnit document for all tests, with the elements and attributes of Jenkins's schema: a suite per test file and
 * policy, a case per line. A file that was not run is a suite with errors.
 */
export function formatJunit(suites: readonly JunitSuite[]): string {
  const groups = suites.flatMap(({ file, lines, troubles }): readonly Group[] => [
    ...[...Map.groupBy(lines, ({ policy }) => policy)].map(([policy, own]) => ({
      ...{ name: `${file} ${policy}`.trim(), file, lines: own, troubles: [] },
    })),
    ...(troubles.length === 0 ? [] : [{ name: file, file, lines: [], troubles }]),
  ]);
  const total = counts(
    groups.flatMap(({ lines }) => lines),
    groups.flatMap(({ troubles }) => troubles),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="kyverdict test" ${total}>`,
    ...groups.flatMap(testSuite),
    '</testsuites>\n',
  ].join('\n');
}

function counts(lines: readonly PrintedLine[], troubles: readonly string[]): string {
  const failures = lines.filter((line) => line.result === 'Fail').length;
  return `tests="${lines.length + troubles.length}" failures="${failures}" errors="${troubles.length}"`;
}

function testSuite({ name, file, lines, troubles }: Group): readonly string[] {
  const skipped = lines.filter((line) => line.result === 'Skip').length;
  return [
    `  <testsuite name="${escapeXml(name)}" ${counts(lines, troubles)} skipped="${skipped}">`,
    `    <properties><property name="file" value="${escapeXml(file)}"/></properties>`,
    ...lines.map((line) => testCase(line, file)),
    ...troubles.map(
      (text) =>
        `    <testcase classname="${escapeXml(file)}" name="not run"><error type="not run" message="${escapeXml(text)}"/></testcase>`,
    ),
    '  </testsuite>',
  ];
}

function testCase(line: PrintedLine, file: string): string {
  const rule = [line.policy, line.rule].filter((part) => part !== '').join('.');
  const open = `    <testcase classname="${escapeXml(rule || file)}" name="${escapeXml(line.resource || 'test')}"`;
  const text = escapeXml(line.message);
  const reason = `type="${escapeXml(line.reason.replace(/^Want .*/, 'Other result'))}" message="${escapeXml(line.reason)}"`;
  if (line.result === 'Fail') return `${open}><failure ${reason}>${text}</failure></testcase>`;
  if (line.result === 'Skip') return `${open}><skipped message="${escapeXml(line.reason)}"/></testcase>`;
  return `${open}><system-out>${text}</system-out></testcase>`;
}
