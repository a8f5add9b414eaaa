import type { RunResult } from './result.ts';

/**
 * A line of JSON per scenario and lane: `feature`, `line`, `name`, `lane`, `outcome`, `expected`, and of the decisive
 * request `code`, `message`, `denied`, `rules`. The decisive request is the first that is not as expected, else the
 * last. A scenario with several requests also has `requests`, with the same fields for each.
 */
export function jsonLines(run: RunResult): string {
  const lines = run.scenarios.flatMap((scenario) =>
    [...scenario.outcomes].map(([lane, outcome]) => {
      const mismatches = scenario.mismatches.filter((mismatch) => mismatch.lane === lane);
      const requests = scenario.requests.map(({ place, expected, answers }) => {
        const answer = answers.find((one) => one.lane === lane);
        return {
          line: place.line ?? scenario.line,
          expected,
          allowed: answer?.allowed ?? null,
          code: answer?.code ?? 0,
          message: answer?.message ?? '',
          denied: answer?.denied ?? [],
          warnings: answer?.warnings ?? [],
          rules: (answer?.rules ?? []).map(({ policy, name, status, message }) => ({
            policy,
            rule: name,
            status,
            message,
          })),
          ...(answer?.error === undefined ? {} : { error: answer.error }),
        };
      });
      const wrong = requests.find(({ line }) => mismatches.some(({ place }) => place?.line === line));
      const { line: _, ...decisive } = wrong ??
        requests.at(-1) ?? { line: 0, expected: '', code: 0, message: '', denied: [], rules: [] };
      return JSON.stringify({
        feature: scenario.file,
        line: scenario.line,
        name: scenario.name,
        lane,
        outcome,
        ...decisive,
        ...(mismatches.length === 0 ? {} : { mismatches: mismatches.map(({ expected, got }) => ({ expected, got })) }),
        ...(scenario.error === undefined ? {} : { error: scenario.error }),
        ...(requests.length > 1 ? { requests } : {}),
      });
    }),
  );
  return lines.map((line) => `${line}\n`).join('');
}
