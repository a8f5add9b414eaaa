import { isArray, isObject, type Json, type JsonObject } from '../model/json.ts';
import type { LaneName } from '../model/lane.ts';
import { SCENARIO_LABEL } from './allure.ts';
import { LANE_LABEL } from './allure-config.ts';
import { type LaneTrouble, troubleOn } from './blame.ts';
import { sideBySideText } from './difference-text.ts';
import type { Outcome, RunResult, ScenarioResult } from './result.ts';

const STATUS: Readonly<Record<Outcome, string>> = {
  passed: 'passed',
  'known difference': 'passed',
  'other version': 'passed',
  failed: 'failed',
  'no answer': 'broken',
  'bad input': 'broken',
};

/** What results need from outside. */
export interface Copies {
  /** A new word. */
  readonly id: () => string;
  /** Copies an attachment's file and gives the name of the copy. */
  readonly copy: (source: string) => string;
}

/**
 * The results of a scenario, one for each lane that was asked, from the one that cucumber's reporter wrote. Allure shows
 * them as one test in several environments. Each but the first has an id and attachments of its own.
 */
export function laneResults(result: JsonObject, run: RunResult, { id, copy }: Copies): readonly JsonObject[] {
  const labels = listOf(result['labels']);
  const key = labels.find((label) => isLabel(label, SCENARIO_LABEL));
  const others = labels.filter((label) => !isLabel(label, SCENARIO_LABEL));
  const scenario = isObject(key)
    ? run.scenarios.find(({ file, line }) => `${file}:${line}` === key['value'])
    : undefined;
  const plain: JsonObject = { ...result, labels: others };
  if (scenario === undefined || run.lanes.length < 2) return [plain];
  return [...scenario.outcomes.keys()].map((lane, i) => {
    const own = { ...ofLane(plain, scenario, run, lane), labels: [...others, { name: LANE_LABEL, value: lane }] };
    return i === 0 ? own : { ...own, steps: withCopies(own.steps, copy), uuid: id() };
  });
}

function ofLane(
  result: JsonObject,
  scenario: ScenarioResult,
  run: RunResult,
  lane: LaneName,
): JsonObject & { readonly steps: readonly Json[] } {
  const trouble = troubleOn(lane, scenario, run);
  const status = trouble.differences.length > 0 ? 'failed' : STATUS[scenario.outcomes.get(lane) ?? 'passed'];
  const steps = listOf(result['steps']).map((step) => withoutOthers(step, lane, run.lanes));
  if (status === 'passed') {
    return { ...result, status, statusDetails: knownDetails(scenario), steps: steps.map(passed) };
  }
  return {
    ...result,
    status,
    statusDetails: { message: messageOf(trouble, scenario, run), trace: '' },
    steps,
  };
}

function messageOf({ differences, mismatches, error }: LaneTrouble, scenario: ScenarioResult, run: RunResult): string {
  const differing = scenario.requests.filter((request) => request.differences.some((one) => differences.includes(one)));
  return [
    ...(error === undefined ? [] : [error]),
    ...differing.map((request) => sideBySideText(request, run.lanes)),
    ...mismatches.map(({ expected, got }) => `expected: ${expected}\ngot: ${got}`),
  ].join('\n\n');
}

/** Of a test that passed: which differences are listed, and why. */
function knownDetails({ requests }: ScenarioResult): JsonObject {
  const reasons = requests.flatMap(({ differences }) =>
    differences.map(({ known }) => (known === undefined ? 'differs by version' : `differs as listed: ${known.reason}`)),
  );
  return reasons.length === 0 ? {} : { message: [...new Set(reasons)].join('\n') };
}

/** A step of a lane that passed: what failed there was another lane. */
function passed(step: Json): Json {
  if (!isObject(step) || (step['status'] !== 'failed' && step['status'] !== 'broken')) return step;
  return { ...step, status: 'passed', statusDetails: {} };
}

/** A step without what is shown of other lanes. */
function withoutOthers(step: Json, lane: LaneName, lanes: readonly LaneName[]): Json {
  if (!isObject(step)) return step;
  const others = lanes.filter((other) => other !== lane).map((other) => `(${other} lane)`);
  const steps = listOf(step['steps']).filter((one) => !others.some((word) => nameOf(one).includes(word)));
  return { ...step, steps };
}

/** A result with attachments of its own: Allure gives each file to one result. */
function withCopies(value: Json, copy: Copies['copy']): Json {
  if (isArray(value)) return value.map((item) => withCopies(item, copy));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === 'source' && typeof item === 'string' ? copy(item) : withCopies(item, copy),
    ]),
  );
}

function nameOf(value: Json): string {
  return isObject(value) ? String(value['name'] ?? '') : '';
}

function isLabel(label: Json, name: string): boolean {
  return isObject(label) && label['name'] === name;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
