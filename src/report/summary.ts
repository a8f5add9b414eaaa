import { formatFailure } from '../model/failure.ts';
import { besideRows } from './beside.ts';
import { besideText } from './beside-text.ts';
import { closingText } from './closing.ts';
import type { Mismatch, Outcome, RuleCoverage, RunResult, ScenarioResult } from './result.ts';
import type { Style } from './style.ts';
import { textTable } from './text-table.ts';
import { knownProblemText } from './words.ts';

/** The summary of a run for a terminal: what was wrong, what was seen of each rule, and the counts. */
export function summaryText(run: RunResult, style: Style): string {
  const parts = [coverageTable(run, style), troubles(run, style), gaps(run, style), closingText(run, style)];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function coverageTable({ coverage, unusedPolicies, scenarios, lanes }: RunResult, style: Style): string {
  const used = coverage.filter(({ policy }) => !unusedPolicies.includes(policy));
  if (used.length === 0 || scenarios.length === 0) return '';
  // A cluster shows nothing of a rule but that it fails.
  const columns = lanes.includes('engine') ? 5 : 1;
  const rows = used.map((one, i) => {
    const { counts } = one;
    const name = used[i - 1]?.policy === one.policy ? '' : one.policy;
    const numbers = [actions(one), counts.pass, counts.skip, counts.error, counts['no match']].slice(0, columns);
    return [name, one.rule, ...numbers.map((count) => (count === 0 ? '·' : String(count)))];
  });
  const header = ['policy', 'rule', 'fails', 'passes', 'skips', 'errors', 'no match'].slice(0, columns + 2);
  const align = ['left', 'left', 'right', 'right', 'right', 'right', 'right'] as const;
  return textTable(header, rows, align, (text, row, column) => {
    if (row < 0) return style.dim(text);
    if (text === '·') return column === 2 ? style.yellow(text) : style.dim(text);
    return column === 0 ? style.bold(text) : text;
  });
}

function actions({ kind, counts }: RuleCoverage): number {
  return kind === 'validate' ? counts.fail : counts.fail + counts.warning;
}

function troubles(run: RunResult, style: Style): string {
  const failures = run.failures.map((failure) => `${style.red('bad input')}  ${formatFailure(failure)}`);
  const scenarios = run.scenarios.filter(isTroubled);
  return [failures.join('\n'), ...groups(scenarios).map((group) => troubleOf(group, run, style))]
    .filter((part) => part !== '')
    .join('\n\n');
}

function isTroubled({ outcomes, requests }: ScenarioResult): boolean {
  return (
    [...outcomes.values()].some((o) => o !== 'passed') || requests.some(({ differences }) => differences.length > 0)
  );
}

// Scenarios with the very same error stand together, with the error once.
function groups(scenarios: readonly ScenarioResult[]): readonly (readonly [ScenarioResult, ...ScenarioResult[]])[] {
  const byError = new Map<string, [ScenarioResult, ...ScenarioResult[]]>();
  for (const scenario of scenarios) {
    const key = scenario.error ?? `${scenario.file}:${scenario.line}`;
    const group = byError.get(key);
    if (group === undefined) byError.set(key, [scenario]);
    else group.push(scenario);
  }
  return [...byError.values()];
}

function troubleOf(group: readonly [ScenarioResult, ...ScenarioResult[]], run: RunResult, style: Style): string {
  const worst = ['bad input', 'no answer', 'failed'] satisfies readonly Outcome[];
  const heads = group.map((scenario) => {
    const { outcomes, file, line, name } = scenario;
    const outcome = worst.find((word) => [...outcomes.values()].includes(word));
    const word = scenario.testsNothing ? style.red('nothing tested') : troubleWord(scenario, outcome, style);
    return `${word}  ${file}:${line}  ${style.bold(name)}`;
  });
  const lines = group.flatMap((scenario) =>
    run.lanes.length > 1 && group.length === 1
      ? besideRows(scenario, run.lanes).flatMap((one) =>
          besideText(one, run.lanes, { dim: style.dim, width: style.width - INDENT }).map((line) => `    ${line}`),
        )
      : sideBySide(scenario.mismatches, run, style),
  );
  const error = group[0].error?.split('\n').map((line) => `    ${line}`) ?? [];
  return [...heads, ...lines, ...error].join('\n');
}

const INDENT = 4;

function troubleWord({ requests }: ScenarioResult, outcome: Outcome | undefined, style: Style): string {
  const differences = requests.flatMap((request) => request.differences);
  if (outcome === 'bad input' || outcome === 'no answer') return style.red(outcome);
  if (differences.some(({ counts }) => counts)) return style.red('differs');
  if (outcome === 'failed') return style.red(outcome);
  return differences.some(({ known }) => known === undefined) ? style.yellow('version') : style.dim('known');
}

const MAX_LINES = 12;

// Long texts are cut here; the reports and --json have them whole.
function lines(text: string): readonly string[] {
  const all = text.split('\n');
  return all.length <= MAX_LINES ? all : [...all.slice(0, MAX_LINES), `… ${all.length - MAX_LINES} more lines`];
}

// Short expectations stand beside what was got, long ones (messages) above it.
function sideBySide(mismatches: readonly Mismatch[], run: RunResult, style: Style): readonly string[] {
  const width = Math.max(0, ...mismatches.flatMap(({ expected }) => expected.split('\n').map(({ length }) => length)));
  return mismatches.flatMap(({ expected, got, lane, place }, i) => {
    const at = place?.line === undefined ? '' : `${place.file}:${place.line}`;
    const right = run.lanes.length > 1 ? `got from ${lane}` : 'got';
    if (width > 60) {
      const block = (head: string, text: string) => [style.dim(head), ...lines(text).map((line) => `  ${line}`)];
      return [style.dim(at), ...block('expected', expected), ...block(right, got)].map((line) => `    ${line}`);
    }
    const rows = [lines(expected), lines(got)] as const;
    const both = Array.from({ length: Math.max(rows[0].length, rows[1].length) }, (_, r) =>
      `${(rows[0][r] ?? '').padEnd(width)}   ${rows[1][r] ?? ''}`.trimEnd(),
    );
    const head = i === 0 || run.lanes.length > 1 ? [style.dim(`${'expected'.padEnd(width)}   ${right}`)] : [];
    const where = mismatches[i - 1]?.place?.line === place?.line && i > 0 ? [] : [style.dim(at)];
    return [...(i === 0 ? head : []), ...where, ...(i === 0 ? [] : head), ...both].map((line) => `    ${line}`);
  });
}

const NONE_CHOSEN = ' with these lines, tags and names (a line is that of a scenario or of a row of examples)';

function gaps(run: RunResult, style: Style): string {
  const { selection } = run;
  const word = selection ? style.dim('not seen') : style.red('nothing tested');
  const lines: string[] = [];
  if (run.scenarios.length === 0 && run.failures.length === 0)
    lines.push(`${style.red('nothing tested')}  no scenarios${selection ? NONE_CHOSEN : ''}`);
  if (run.policies.length === 0) lines.push(`${style.yellow('no policies')}  the policies folder holds none`);
  if (!selection) lines.push(...run.empty.map((failure) => `${word}  ${formatFailure(failure)}`));
  if (run.scenarios.length > 0 && !selection) {
    lines.push(...run.unusedPolicies.map((name) => `${word}  policy ${name} is in no scenario`));
    lines.push(...run.unseenRules.map((name) => `${word}  rule ${name} was never seen to act`));
  } else if (run.scenarios.length > 0) {
    const { unusedPolicies } = run;
    const unseenRules = run.unseenRules.filter((rule) => !unusedPolicies.includes(rule.replace(/\/.*$/, '')));
    if (unusedPolicies.length > 0) lines.push(`${word}  policies ${unusedPolicies.join(', ')}`);
    if (unseenRules.length > 0) lines.push(`${word}  rules ${unseenRules.join(', ')}`);
  }
  for (const known of run.knownProblems) lines.push(`${style.red('failed')}  ${knownProblemText(known)}`);
  for (const { policy, rule, what, reason, place } of run.happened) {
    const at = place === undefined ? '' : ` (${place.file}:${place.line ?? 1}: ${reason})`;
    lines.push(`${style.red('failed')}  declared as impossible, but seen: ${policy}/${rule} ${what}${at}`);
  }
  return lines.join('\n');
}
