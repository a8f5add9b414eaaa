import { formatFailure } from '../model/failure.ts';
import { besideRows } from './beside.ts';
import { whyText } from './closing.ts';
import { differenceCounts, factsText, laneCounts, plural } from './counts.ts';
import { exitCodeOf } from './exit-code.ts';
import { OUTCOMES, type RunResult, type ScenarioResult } from './result.ts';

const MAX_ROWS = 50;

/** A summary of a run in Markdown, fit for a pull request or the summary of a job. */
export function markdownSummary(run: RunResult): string {
  const code = exitCodeOf(run);
  const parts = [
    `## Kyverdict: ${whyText(code)}`,
    lanesTable(run),
    factsText(run),
    comparison(run),
    section(
      'Bad input',
      run.failures.map((failure) => `- ${inline(formatFailure(failure))}`),
    ),
    differencesSection(run),
    knownSection(run),
    failedSection(run),
    silentSection(run),
    gapsSection(run),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** The summary of a run that a cluster kept from starting. */
export function troubleSummary(text: string): string {
  return `## Kyverdict: ${whyText(5)}\n\n${inline(text)}\n`;
}

function lanesTable(run: RunResult): string {
  const rows = laneCounts(run).map(({ lane, scenarios, requests, outcomes, leftToEngine }) => [
    lane,
    String(scenarios),
    String(requests),
    ...OUTCOMES.map((outcome) => String(outcomes.get(outcome) ?? 0)),
    String(leftToEngine),
  ]);
  return table(['lane', 'scenarios', 'requests', ...OUTCOMES, 'left to the engine'], rows);
}

function comparison(run: RunResult): string {
  if (run.lanes.length < 2) return '';
  const { compared, counting, known, version } = differenceCounts(run);
  const words = [`**${counting} differ**`, `${known} differ as listed`, `${version} differ by version`];
  return `Lanes compared: ${plural(compared, 'request')}, ${words.join(', ')}.`;
}

function differencesSection(run: RunResult): string {
  if (run.lanes.length < 2) return '';
  const rows = run.scenarios.flatMap((scenario) =>
    besideRows(scenario, run.lanes).flatMap(({ request, rows: all, causes }) =>
      causes.length === 0
        ? []
        : all.map(({ what, expected, said }, i) => [
            i === 0 ? place(scenario, request.place.line) : '',
            i === 0 ? causes.join(', ') : '',
            what,
            expected,
            ...said,
          ]),
    ),
  );
  return rows.length === 0
    ? ''
    : `### Differences\n\n${table(['scenario', 'cause', 'part', 'expected', ...run.lanes], rows)}`;
}

function knownSection({ knownProblems }: RunResult): string {
  const lines = knownProblems.map(({ entry, problem }) => {
    const why =
      problem === 'gone' ? 'the lanes do not differ any more: delete the entry' : `past its date ${entry.expiry ?? ''}`;
    return `- \`${entry.place.file}:${entry.place.line ?? 1}\` ${inline(entry.scenario)}: ${why}`;
  });
  return section('Known differences to look at', lines);
}

function failedSection(run: RunResult): string {
  const rows = run.scenarios.flatMap((scenario) =>
    scenario.mismatches.map(({ lane, expected, got, place: at }) => [place(scenario, at?.line), lane, expected, got]),
  );
  return rows.length === 0 ? '' : `### Not as expected\n\n${table(['scenario', 'lane', 'expected', 'got'], rows)}`;
}

function silentSection(run: RunResult): string {
  const byError = Map.groupBy(
    run.scenarios.filter(({ outcomes, error }) => error !== undefined && [...outcomes.values()].includes('no answer')),
    ({ error }) => error ?? '',
  );
  const lines = [...byError].map(([error, scenarios]) => {
    const [first] = scenarios;
    const others = scenarios.length - 1;
    const where = first === undefined ? '' : ` (${place(first, undefined)}${others > 0 ? ` and ${others} more` : ''})`;
    return `- ${inline(error)}${where}`;
  });
  return section('Could not answer', lines);
}

function gapsSection(run: RunResult): string {
  if (run.selection || run.scenarios.length === 0) return '';
  const lines = [
    ...run.unusedPolicies.map((name) => `- policy \`${name}\` is in no scenario`),
    ...run.unseenRules.map((name) => `- rule \`${name}\` was never seen to act`),
    ...run.happened.map(
      ({ policy, rule, what }) => `- declared as impossible, but seen: \`${policy}/${rule}\` ${what}`,
    ),
  ];
  return section('Nothing tested', lines);
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return [`### ${title}`, '', ...limited(lines, (count) => `- … and ${count} more`)].join('\n');
}

function place({ file, line, name }: ScenarioResult, at: number | undefined): string {
  return `${name}\n${file}:${at ?? line}`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) => `| ${row.map(cell).join(' | ')} |`);
  const more = (count: number): string => `| … and ${count} more |${' |'.repeat(header.length - 1)}`;
  return [`| ${header.join(' | ')} |`, `|${header.map(() => '---|').join('')}`, ...limited(lines, more)].join('\n');
}

function limited(lines: readonly string[], more: (count: number) => string): readonly string[] {
  return lines.length <= MAX_ROWS ? lines : [...lines.slice(0, MAX_ROWS), more(lines.length - MAX_ROWS)];
}

function cell(text: string): string {
  return inline(text.trim()).replaceAll('\n', '<br>');
}

/** A text that Markdown shows as it is. */
function inline(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>|~#]/g, (char) => `\\${char}`);
}
