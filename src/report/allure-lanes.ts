import { isObject, type Json, type JsonObject } from '../model/json.ts';
import type { LaneName } from '../model/lane.ts';
import { SCENARIO_LABEL } from './allure.ts';
import { besideRows } from './beside.ts';
import { differenceMessage } from './difference-message.ts';
import type { Outcome, RunResult, ScenarioResult } from './result.ts';

/** The label by which results are told apart into Allure's environments: the lane. */
export const LANE_LABEL = 'lane';

const STATUS: Readonly<Record<Outcome, string>> = {
  passed: 'passed',
  'known difference': 'passed',
  'other version': 'passed',
  failed: 'failed',
  'no answer': 'broken',
  'bad input': 'broken',
};

/**
 * The results of a scenario, one for each lane that was asked, from the one that cucumber's reporter wrote. Allure shows
 * them as one test in several environments. `id` gives a new word for each result but the first.
 */
export function laneResults(result: JsonObject, run: RunResult, id: () => string): readonly JsonObject[] {
  const labels = listOf(result['labels']);
  const key = labels.find((label) => isLabel(label, SCENARIO_LABEL));
  const others = labels.filter((label) => !isLabel(label, SCENARIO_LABEL));
  const scenario = isObject(key)
    ? run.scenarios.find(({ file, line }) => `${file}:${line}` === key['value'])
    : undefined;
  const plain: JsonObject = { ...result, labels: others };
  if (scenario === undefined || run.lanes.length < 2) return [plain];
  return [...scenario.outcomes].map(([lane, outcome], i) => ({
    ...ofLane(plain, scenario, run, lane, outcome),
    ...(i === 0 ? {} : { uuid: id() }),
    labels: [...others, { name: LANE_LABEL, value: lane }],
  }));
}

function ofLane(
  result: JsonObject,
  scenario: ScenarioResult,
  run: RunResult,
  lane: LaneName,
  outcome: Outcome,
): JsonObject {
  const differs = lane === 'engine' ? scenario.requests.flatMap(({ differences }) => differences) : [];
  const counting = differs.filter(({ counts }) => counts);
  const failed = outcome === 'passed' && counting.length > 0;
  const status = failed ? 'failed' : STATUS[outcome];
  if (status === 'passed') return { ...result, status, statusDetails: {}, steps: listOf(result['steps']).map(passed) };
  const mismatches = scenario.mismatches.filter((mismatch) => mismatch.lane === lane);
  const silent = scenario.requests
    .flatMap(({ answers }) => answers)
    .find((one) => one.lane === lane && one.allowed === null);
  const message = [
    ...(outcome === 'no answer' && silent !== undefined
      ? [`the ${lane} lane could not answer: ${silent.error ?? ''}`]
      : []),
    ...counting.map(differenceMessage),
    ...mismatches.map(({ expected, got }) => `expected: ${expected}\ngot: ${got}`),
    ...(mismatches.length === 0 && scenario.error !== undefined && silent === undefined ? [scenario.error] : []),
  ].join('\n\n');
  const trace = besideRows(scenario, run.lanes)
    .flatMap(({ rows }) => rows.map(({ what, expected, said }) => `${what}: ${[expected, ...said].join(' | ')}`))
    .join('\n');
  return { ...result, status, statusDetails: { message, trace } };
}

/** A step of a lane that passed: what failed there was another lane. */
function passed(step: Json): Json {
  if (!isObject(step) || (step['status'] !== 'failed' && step['status'] !== 'broken')) return step;
  return { ...step, status: 'passed', statusDetails: {} };
}

function isLabel(label: Json, name: string): boolean {
  return isObject(label) && label['name'] === name;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/**
 * The configuration of the Allure report as a module: a lane is an environment, and what went wrong stands in categories
 * by its cause.
 */
export function allureConfig(lanes: readonly LaneName[]): string {
  const environments = lanes.map(
    (lane) =>
      `    ${lane}: { matcher: ({ labels }) => labels.some(({ name, value }) => name === '${LANE_LABEL}' && value === '${lane}') },`,
  );
  const categories = CATEGORIES.map(
    ([name, message]) => `    { name: ${JSON.stringify(name)}, matchers: { message: ${String(message)} } },`,
  );
  return [
    '// Written by kyverdict run; read by kyverdict report.',
    'export default {',
    "  name: 'Kyverdict',",
    ...(lanes.length > 1 ? ['  environments: {', ...environments, '  },'] : []),
    '  categories: [',
    ...categories,
    '  ],',
    '};',
    '',
  ].join('\n');
}

const CATEGORIES: readonly (readonly [name: string, message: RegExp])[] = [
  ['Engine differs', /the lanes differ in [a-z]+: the engine differs/],
  ['API-server defaulting', /the lanes differ in [a-z]+: API-server defaulting/],
  ['API-server refusal', /the lanes differ in [a-z]+: the API server itself/],
  ['Filtered', /the lanes differ in [a-z]+: filtered/],
  ['Live data', /the lanes differ in [a-z]+: live data/],
  ['Another version', /the lanes differ in [a-z]+: another version/],
  ['Cluster trouble', /the (?:cluster|recorded) lane could not answer/],
  ['Nothing tested', /the scenario sends no request|nothing is expected of this request/],
];
