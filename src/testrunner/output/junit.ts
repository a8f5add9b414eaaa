import type { PrintedLine } from './columns.ts';

/** The lines of one test document under the name of its file. */
export interface JunitSuite {
  readonly file: string;
  readonly lines: readonly PrintedLine[];
}

/** One well-formed JUnit document for all tests: a suite per test file and policy, a case per line. */
export function formatJunit(suites: readonly JunitSuite[]): string {
  const all = suites.flatMap((suite) => suite.lines);
  const groups = suites.flatMap((suite) =>
    [...Map.groupBy(suite.lines, (line) => line.policy)].map(([policy, lines]) => ({
      name: `${suite.file} ${policy}`,
      file: suite.file,
      lines,
    })),
  );
  const body = groups.map(
    ({ name, file, lines }) =>
      `  <testsuite name="${escapeXml(name)}" file="${escapeXml(file)}" ${counts(lines)}>\n${lines.map(testCase).join('\n')}\n  </testsuite>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${counts(all)}>\n${body.join('\n')}\n</testsuites>\n`;
}

function counts(lines: readonly PrintedLine[]): string {
  const failures = lines.filter((line) => line.result === 'Fail').length;
  const skipped = lines.filter((line) => line.result === 'Skip').length;
  return `tests="${lines.length}" failures="${failures}" skipped="${skipped}" errors="0"`;
}

function testCase(line: PrintedLine): string {
  const open = `    <testcase classname="${escapeXml(`${line.policy}.${line.rule}`)}" name="${escapeXml(line.resource)}"`;
  const text = escapeXml(line.message);
  if (line.result === 'Fail')
    return `${open}><failure message="${escapeXml(line.reason)}">${text}</failure></testcase>`;
  if (line.result === 'Skip') return `${open}><skipped message="${escapeXml(line.reason)}"/></testcase>`;
  return `${open}><system-out>${text}</system-out></testcase>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Text that is safe in an attribute and an element; characters that XML forbids become U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replace(/[&<>"\n\t]/g, (character) => entities[character] ?? character)
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}');
}
