import type { LaneAnswer, LaneName } from '../model/lane.ts';
import type { DifferenceResult, RequestResult, RunResult } from './result.ts';

/**
 * A line of JSON per scenario and lane: `feature`, `line`, `name`, `lane`, `outcome`, `expected`, and of the decisive
 * request `code`, `message`, `denied`, `rules`. The decisive request is the first that is not as expected or in which the
 * lanes differ, else the last. With two lanes `differences` has the parts in which they differ: `part`, `cause`, `tried`,
 * `counts`, `known` (the reason), and both sides. A scenario with several requests also has `requests`, with the same fields
 * for each.
 */
export function jsonLines(run: RunResult): string {
  const lines = run.scenarios.flatMap((scenario) =>
    [...scenario.outcomes].map(([lane, outcome]) => {
      const mismatches = scenario.mismatches.filter((mismatch) => mismatch.lane === lane);
      const requests = scenario.requests.map((request) => requestFields(request, lane, scenario.line, run.lanes));
      const wrong =
        requests.find(({ line }) => mismatches.some(({ place }) => place?.line === line)) ??
        requests.find(({ differences = [] }) => differences.length > 0);
      const { line: _, ...decisive } = wrong ??
        requests.at(-1) ?? { line: 0, expected: '', code: 0, message: '', denied: [], rules: [] };
      return JSON.stringify({
        feature: scenario.file,
        line: scenario.line,
        name: scenario.name,
        lane,
        outcome,
        ...decisive,
        ...(mismatches.length === 0
          ? {}
          : { mismatches: mismatches.map(({ expected, got, excuse }) => ({ expected, got, excuse })) }),
        ...(scenario.error === undefined ? {} : { error: scenario.error }),
        ...(requests.length > 1 ? { requests } : {}),
      });
    }),
  );
  return lines.map((line) => `${line}\n`).join('');
}

function requestFields(request: RequestResult, lane: LaneName, scenarioLine: number, lanes: readonly LaneName[]) {
  const { place, expected, answers, differences } = request;
  const answer = answers.find((one) => one.lane === lane);
  const other = lanes.find((one) => one !== 'engine') ?? 'cluster';
  return {
    line: place.line ?? scenarioLine,
    expected,
    allowed: answer?.allowed ?? null,
    code: answer?.code ?? 0,
    message: answer?.message ?? '',
    denied: answer?.denied ?? [],
    warnings: answer?.warnings ?? [],
    rules: (answer?.rules ?? []).map(ruleFields),
    ...(answer?.error === undefined ? {} : { error: answer.error }),
    ...(answers.length < 2 ? {} : { differences: differences.map((one) => differenceFields(one, other)) }),
  };
}

function ruleFields({ policy, name, status, message }: LaneAnswer['rules'][number]) {
  return { policy, rule: name, status, message };
}

function differenceFields({ part, cause, tried, counts, known, left, right }: DifferenceResult, other: LaneName) {
  return {
    part,
    cause,
    tried,
    counts,
    ...(known === undefined ? {} : { known: known.reason }),
    engine: left,
    [other]: right,
  };
}
