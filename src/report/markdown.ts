import { formatFailure } from '../model/failure.ts';
import type { LaneName } from '../model/lane.ts';
import { type Beside, besideRows } from './beside.ts';
import { whyText } from './closing.ts';
import { differenceCounts, factsText, laneCounts, plural } from './counts.ts';
import { exitCodeOf } from './exit-code.ts';
import { OUTCOMES, type RunResult, type ScenarioResult } from './result.ts';
import { knownProblemText } from './words.ts';

const MAX_ROWS = 50;

/** A summary of a run in Markdown, fit for a pull request or the summary of a job. */
export function markdownSummary(run: RunResult): string {
  const code = exitCodeOf(run);
  const parts = [
    `## Kyverdict: ${code === 0 ? whyText(code) : `${whyText(code)} (exit code ${code})`}`,
    lanesTable(run),
    comparison(run),
    factsText(run),
    section(
      'Bad input',
      run.failures.map((failure) => `- ${inline(formatFailure(failure))}`),
    ),
    differencesSection('Lanes differ', run, ({ request }) => request.differences.some(({ counts }) => counts)),
    failedSection(run),
    silentSection(run),
    gapsSection(run),
    section(
      'Known differences to look at',
      run.knownProblems.map((known) => `- ${inline(knownProblemText(known))}`),
    ),
    folded(
      'Differences that fail nothing',
      differencesSection('', run, ({ request }) => isHarmless(request)),
    ),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** The summary of a run that a cluster kept from starting. */
export function troubleSummary(text: string): string {
  return `## Kyverdict: ${whyText(5)} (exit code 5)\n\n${inline(text)}\n`;
}

/** Counts lane by lane; outcomes that no lane had are left out. */
function lanesTable(run: RunResult): string {
  const lanes = laneCounts(run);
  const isSeen = (outcome: (typeof OUTCOMES)[number]): boolean =>
    outcome === 'passed' || outcome === 'failed' || lanes.some(({ outcomes }) => (outcomes.get(outcome) ?? 0) > 0);
  const shown = OUTCOMES.filter(isSeen);
  const someLeft = lanes.some(({ leftToEngine }) => leftToEngine > 0);
  const rows = lanes.map(({ lane, scenarios, requests, outcomes, leftToEngine }) => [
    lane,
    String(scenarios),
    String(requests),
    ...shown.map((outcome) => String(outcomes.get(outcome) ?? 0)),
    ...(someLeft ? [String(leftToEngine)] : []),
  ]);
  return table(['lane', 'scenarios', 'requests', ...shown, ...(someLeft ? ['left to the engine'] : [])], rows);
}

function comparison(run: RunResult): string {
  if (run.lanes.length < 2) return '';
  const { compared, counting, known, version, causes } = differenceCounts(run);
  const words = [
    ...(counting === 0 ? [] : [`**${counting} differ**`]),
    ...(known === 0 ? [] : [`${known} differ as listed`]),
    ...(version === 0 ? [] : [`${version} differ by version`]),
  ];
  const why = causes.map(([cause, count]) => `- ${inline(cause)}: ${count}`).join('\n');
  const text = `${plural(compared, 'request')} compared: ${words.join(', ') || 'no difference'}.`;
  return why === '' ? text : `${text}\n\n${why}`;
}

function isHarmless({ differences }: Beside['request']): boolean {
  return differences.length > 0 && differences.every(({ counts }) => !counts);
}

function differencesSection(title: string, run: RunResult, isWanted: (beside: Beside) => boolean): string {
  const { lanes } = run;
  if (lanes.length < 2) return '';
  const rows = run.scenarios.flatMap((scenario) =>
    besideRows(scenario, lanes)
      .filter(isWanted)
      .flatMap((beside) => differenceRows(scenario, beside)),
  );
  if (rows.length === 0) return '';
  const cells = table(['scenario', 'why', 'part', 'expected', ...lanes], rows);
  return title === '' ? cells : `### ${title}\n\n${cells}`;
}

function differenceRows(scenario: ScenarioResult, { request, rows, causes }: Beside): readonly (readonly string[])[] {
  const why = causes.map(({ text, tried }) => [text, ...tried.filter((one) => one.endsWith('as the cluster does'))]);
  return rows.map(({ what, expected, said }, i) => [
    i === 0 ? place(scenario, request.place.line) : '',
    i === 0 ? why.flat().join('\n') : '',
    what,
    expected,
    ...said,
  ]);
}

/** Expectations that are not met; those of requests in which the lanes differ stand there. */
function failedSection(run: RunResult): string {
  const rows = run.scenarios.flatMap((scenario) => {
    const told = new Set(differingLines(scenario, run.lanes));
    return scenario.mismatches
      .filter(({ excuse, expected, place: at }) => excuse === undefined && !told.has(`${at?.line}\n${expected}`))
      .map(({ lane, expected, got, place: at }) => [place(scenario, at?.line), lane, expected, got]);
  });
  return rows.length === 0 ? '' : `### Not as expected\n\n${table(['scenario', 'lane', 'expected', 'got'], rows)}`;
}

function differingLines(scenario: ScenarioResult, lanes: readonly LaneName[]): readonly string[] {
  return besideRows(scenario, lanes)
    .filter(({ request }) => request.differences.length > 0)
    .flatMap(({ wrong }) => wrong.map(({ place: at, expected }) => `${at?.line}\n${expected}`));
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
    return `- ${inline(`${error}${where}`).replaceAll('\n', ' ')}`;
  });
  return section('Could not answer', lines);
}

function gapsSection(run: RunResult): string {
  const gaps =
    run.selection || run.scenarios.length === 0
      ? []
      : [
          ...run.unusedPolicies.map((name) => `- policy \`${name}\` is in no scenario`),
          ...run.unseenRules.map((name) => `- rule \`${name}\` was never seen to act`),
        ];
  const none = run.scenarios.length === 0 && run.failures.length === 0 ? ['- no scenarios'] : [];
  const happened = run.happened.map(
    ({ policy, rule, what }) => `- declared as impossible, but seen: \`${policy}/${rule}\` ${what}`,
  );
  return [section('Nothing tested', [...none, ...gaps]), section('Happened after all', happened)]
    .filter((part) => part !== '')
    .join('\n\n');
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return [`### ${title}`, '', ...limited(lines, (count) => `- … and ${count} more`)].join('\n');
}

function folded(title: string, text: string): string {
  return text === '' ? '' : `<details><summary>${title}</summary>\n\n${text}\n\n</details>`;
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
