import { differenceCounts, factsText, laneCounts, plural } from './counts.ts';
import { exitCodeOf } from './exit-code.ts';
import { OUTCOMES, type Outcome, type RunResult } from './result.ts';
import type { Style } from './style.ts';

/** The last lines of the summary: a count for each lane, how the lanes compare, and what the run ends with. */
export function closingText(run: RunResult, style: Style): string {
  const used = run.policies.length - run.unusedPolicies.length;
  const rules = run.coverage.filter(({ policy }) => !run.unusedPolicies.includes(policy)).length;
  const styles: Partial<Record<Outcome, Style['red']>> = {
    passed: style.green,
    'known difference': style.dim,
    'other version': style.yellow,
  };
  const lines = laneCounts(run).map(({ lane, scenarios, requests, outcomes, leftToEngine }) => {
    const words = OUTCOMES.flatMap((outcome) => {
      const count = outcomes.get(outcome) ?? 0;
      if (count === 0 && outcome !== 'passed') return [];
      return [(styles[outcome] ?? style.red)(`${count} ${outcome}`)];
    });
    if (leftToEngine > 0) words.push(style.dim(`${leftToEngine} left to the engine (@engine)`));
    const about = `${plural(scenarios, 'scenario')} with ${plural(requests, 'request')}, ${plural(used, 'policy')} with ${plural(rules, 'rule')}`;
    return `${lane} lane: ${about}: ${words.join(', ')} ${style.dim(`(${(run.duration / 1000).toFixed(1)} s)`)}`;
  });
  const code = exitCodeOf(run);
  if (run.scenarios.length === 0 && run.failures.length > 0)
    return style.red(`exit code ${code}: bad input, nothing was run`);
  const facts = factsText(run);
  return [
    ...lines,
    ...(run.lanes.length > 1 ? [differencesText(run, style)] : []),
    ...(facts === '' ? [] : [style.dim(facts)]),
    code === 0 ? style.green('everything as expected') : style.red(`exit code ${code}: ${whyText(code)}`),
  ].join('\n');
}

function differencesText(run: RunResult, style: Style): string {
  const { compared, counting, known, version, causes } = differenceCounts(run);
  const why = causes.map(([text, count]) => `${text}: ${count}`).join('; ');
  const words = [
    ...(counting > 0 ? [`${style.red(`${counting} differ`)} (${why})`] : []),
    ...(known > 0 ? [style.dim(`${known} differ as listed`)] : []),
    ...(version > 0 ? [style.yellow(`${version} differ by version`)] : []),
  ];
  return `lanes compared: ${plural(compared, 'request')}: ${words.length === 0 ? style.green('no difference') : words.join(', ')}`;
}

const WHY: Readonly<Record<number, string>> = {
  0: 'everything as expected',
  1: 'not as expected',
  2: 'lanes differ',
  3: 'bad input',
  4: 'nothing was tested',
  5: 'a lane could not answer, or something is not supported',
};

/** What an exit code means, in words. */
export function whyText(code: number): string {
  return WHY[code] ?? '';
}
