import { formatFailure } from '../model/failure.ts';
import type { LaneName } from '../model/lane.ts';
import { troubleOn } from './blame.ts';
import { sideBySideText } from './difference-text.ts';
import type { RunResult, ScenarioResult } from './result.ts';
import { knownProblemText } from './words.ts';
import { escapeXml } from './xml.ts';

interface Case {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly problem?: { readonly element: 'failure' | 'error'; readonly type: string; readonly text: string };
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

/**
 * A run as one JUnit document, with the elements and attributes of Jenkins's schema: a suite for each feature and lane, a
 * case for each scenario. What is wrong with the run as a whole stands in a suite of its own.
 */
export function junitReport(run: RunResult): string {
  const features = [...Map.groupBy(run.scenarios, ({ file }) => file)];
  const suites: readonly Suite[] = [
    ...features.flatMap(([file, scenarios]) =>
      run.lanes.map((lane): Suite => {
        const asked = scenarios.filter(({ outcomes }) => outcomes.has(lane));
        const name = run.lanes.length === 1 ? file : `${file} (${lane} lane)`;
        return { name, cases: asked.map((scenario) => caseOf(scenario, lane, run)) };
      }),
    ),
    { name: 'the whole run', cases: wholeRun(run) },
  ].filter(({ cases }) => cases.length > 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="kyverdict run" ${counts(suites.flatMap(({ cases }) => cases))}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>\n',
  ].join('\n');
}

function caseOf(scenario: ScenarioResult, lane: LaneName, run: RunResult): Case {
  const { file, line, name, duration } = scenario;
  const problem = problemOf(scenario, lane, run);
  return { name, file, line, duration, ...(problem === undefined ? {} : { problem }) };
}

function problemOf(scenario: ScenarioResult, lane: LaneName, run: RunResult): Case['problem'] {
  const { differences, mismatches, error } = troubleOn(lane, scenario, run);
  const differing = scenario.requests.filter((request) => request.differences.some((one) => differences.includes(one)));
  const outcome = scenario.outcomes.get(lane);
  const text = [
    ...(error === undefined ? [] : [error]),
    ...differing.map((request) => sideBySideText(request, run.lanes)),
    ...mismatches.map(({ expected, got }) => `expected: ${expected}\ngot: ${got}`),
  ].join('\n\n');
  if (outcome === 'no answer' || outcome === 'bad input') return { element: 'error', type: outcome, text };
  if (differing.length > 0) return { element: 'failure', type: 'lanes differ', text };
  if (outcome !== 'failed') return undefined;
  return { element: 'failure', type: scenario.testsNothing ? 'nothing tested' : 'not as expected', text };
}

function wholeRun(run: RunResult): readonly Case[] {
  const problem = (name: string, element: 'failure' | 'error', type: string, at: Partial<Case> = {}): Case => ({
    ...{ name, file: '', line: 1, duration: 0, ...at },
    problem: { element, type, text: name },
  });
  const gaps = [
    ...run.unusedPolicies.map((policy) => `policy ${policy} is in no scenario`),
    ...run.unseenRules.map((rule) => `rule ${rule} was never seen to act`),
    ...run.empty.map(formatFailure),
  ];
  return [
    ...run.failures.map((failure) => problem(formatFailure(failure), 'error', 'bad input')),
    ...(run.scenarios.length === 0 && run.failures.length === 0
      ? [problem('no scenarios', 'failure', 'nothing tested')]
      : []),
    ...(run.selection || run.scenarios.length === 0
      ? []
      : gaps.map((text) => problem(text, 'failure', 'nothing tested'))),
    ...run.knownProblems.map((known) => problem(knownProblemText(known), 'failure', 'known difference')),
    ...run.happened.map(({ policy, rule, what }) =>
      problem(`declared as impossible, but seen: ${policy}/${rule} ${what}`, 'failure', 'not as expected'),
    ),
  ];
}

function counts(cases: readonly Case[]): string {
  const of = (element: string): number => cases.filter(({ problem }) => problem?.element === element).length;
  const time = cases.reduce((sum, { duration }) => sum + duration, 0);
  return `tests="${cases.length}" failures="${of('failure')}" errors="${of('error')}" time="${seconds(time)}"`;
}

function suiteLines({ name, cases }: Suite): readonly string[] {
  return [
    `  <testsuite name="${escapeXml(name)}" ${counts(cases)}>`,
    ...cases.map((one) => caseLine(one, name)),
    '  </testsuite>',
  ];
}

function caseLine({ name, file, line, duration, problem }: Case, suite: string): string {
  const at = file === '' ? '' : ` file="${escapeXml(file)}" line="${line}"`;
  const open = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}"${at} time="${seconds(duration)}"`;
  if (problem === undefined) return `${open}/>`;
  const { element, type, text } = problem;
  const [first = ''] = text.split('\n');
  return `${open}><${element} type="${type}" message="${escapeXml(first)}">${escapeXml(text)}</${element}></testcase>`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
