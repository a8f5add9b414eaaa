import { TTL } from '../admission/index.ts';
import type { CleanupReport } from '../model/cleanup.ts';
import { InputError, NotSupportedError } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import { nameOf, namespaceOf } from '../model/resource.ts';
import type { Mismatch } from '../report/result.ts';
import { closeRequest } from './ask.ts';
import { endStep } from './expectation.ts';
import { existingObject, premiseOf } from './given-state.ts';
import { policyInForce } from './names.ts';
import type { AskedCleanup, Scenario } from './scenario.ts';
import { objectText } from './scope.ts';
import { placeOfRow, placeOfWord } from './step-place.ts';
import { readTable } from './table.ts';

/** Lets Kyverno clean up at a time, on every lane that can tell. In mode `check` it is only noted. */
export async function cleanUpAt(scenario: Scenario, time: string): Promise<void> {
  closeRequest(scenario);
  const at = Date.parse(time);
  if (Number.isNaN(at) || !/^\d{4}-\d{2}-\d{2}T/.test(time)) {
    throw new InputError({
      code: 'bad-argument',
      message: `\`${time}\` is no time`,
      place: placeOfWord(scenario.step, time),
      hint: 'write it like 2026-01-31T03:00:00Z',
    });
  }
  const asked: AskedCleanup = { place: scenario.step, reports: [], untold: [], isJudged: false };
  scenario.cleanups.push(asked);
  if (scenario.mode === 'check') return;
  const premise = premiseOf(scenario);
  for (const lane of scenario.lanes) {
    const untold = (text: string): void => {
      asked.untold.push({ lane: lane.name, text: `the ${lane.name} lane ${text}` });
    };
    try {
      const report = await lane.cleanUp?.(premise, at);
      if (report === undefined) untold('does not tell what is cleaned up');
      else asked.reports.push({ lane: lane.name, report });
    } catch (error) {
      if (!(error instanceof NotSupportedError)) throw error;
      untold(`could not clean up: ${error.message}`);
    }
  }
}

/** Expects that an object is cleaned up, by whatever, by a policy, or by its time to live. */
export function expectCleanedUp(scenario: Scenario, kind: string, name: string, policy?: string): void {
  const object = existingObject(scenario, kind, name);
  const by = policy === undefined ? undefined : policy === TTL ? TTL : policyInForce(scenario, policy);
  const expected = `${titleOf(object)}: cleaned up${by === undefined ? '' : ` by ${by}`}`;
  hold(scenario, expected, (report) => {
    const found = report.deleted.filter((one) => isSame(one.object, object));
    if (found.some((one) => by === undefined || one.by === by)) return undefined;
    return fateOf(report, object);
  });
}

/** Expects that an object is kept, and not because of an error. */
export function expectKept(scenario: Scenario, kind: string, name: string): void {
  const object = existingObject(scenario, kind, name);
  hold(scenario, `${titleOf(object)}: kept`, (report) => {
    const fate = fateOf(report, object);
    return fate === `${titleOf(object)}: kept` ? undefined : fate;
  });
}

/** Expects that nothing is cleaned up. With `policy`, that this policy cleans nothing up though it runs. */
export function expectNothingCleanedUp(scenario: Scenario): void {
  hold(scenario, 'nothing is cleaned up', (report) => {
    return report.deleted.length === 0 && report.errors.length === 0 ? undefined : reportText(report);
  });
}

/** Expects exactly these objects to be cleaned up. Columns: `kind`, `name`, and if wanted `by`. */
export function expectExactlyCleanedUp(scenario: Scenario, rows: readonly (readonly string[])[]): void {
  const wanted = readTable(scenario, rows, ['kind', 'name'], ['by']).map(({ cells }, i) => {
    const step = { ...scenario.step, ...placeOfRow(scenario.step, i + 1) };
    const object = existingObject({ ...scenario, step }, cells['kind'] ?? '', cells['name'] ?? '');
    const by = cells['by'] ?? '';
    return { object, by: by === '' || by === TTL ? by : policyInForce({ ...scenario, step }, by) };
  });
  const expected = wanted
    .map(({ object, by }) => lineOf(object, by))
    .sort()
    .join('\n');
  hold(scenario, expected, (report) => {
    const got = report.deleted.map(({ object, by }) => {
      const named = wanted.find((one) => isSame(one.object, object));
      return lineOf(object, named?.by === '' ? '' : by);
    });
    return [...got].sort().join('\n') === expected && report.errors.length === 0 ? undefined : reportText(report);
  });
}

/** Expects that a cleanup policy could not find out whether to delete an object, for a reason that contains this text. */
export function expectCleanupError(scenario: Scenario, policy: string, part: string): void {
  const by = policyInForce(scenario, policy);
  hold(scenario, `${by} errors: ${part}`, (report) => {
    const found = report.errors.some((one) => one.by === by && one.error.includes(part));
    return found ? undefined : reportText(report);
  });
}

function hold(scenario: Scenario, expected: string, judge: (report: CleanupReport) => string | undefined): void {
  const asked = scenario.cleanups.at(-1);
  if (asked === undefined) {
    throw new InputError({
      code: 'no-request',
      message: 'nothing was cleaned up yet that this could be about',
      place: scenario.step,
      hint: 'put the step `When Kyverno cleans up at "2026-01-31T03:00:00Z"` before it',
    });
  }
  asked.isJudged = true;
  const { file, line, column } = scenario.step;
  const mismatches = asked.reports.flatMap(({ lane, report }): readonly Mismatch[] => {
    const got = judge(report);
    return got === undefined ? [] : [{ lane, expected, got, place: { file, line, column } }];
  });
  endStep(scenario, mismatches);
}

function fateOf(report: CleanupReport, object: JsonObject): string {
  const deleted = report.deleted.find((one) => isSame(one.object, object));
  if (deleted !== undefined) return `${titleOf(object)}: cleaned up by ${deleted.by}`;
  const errors = report.errors.filter((one) => one.object === undefined || isSame(one.object, object));
  if (errors.length === 0) return `${titleOf(object)}: kept`;
  return errors.map(({ by, error }) => `${titleOf(object)}: kept, as ${by} could not tell: ${error}`).join('\n');
}

function reportText({ deleted, errors, ran }: CleanupReport): string {
  const lines = [
    ...deleted.map(({ object, by }) => lineOf(object, by)).sort(),
    ...errors.map(({ by, object, error }) => `${by}${object === undefined ? '' : ` on ${titleOf(object)}`}: ${error}`),
  ];
  if (lines.length > 0) return lines.join('\n');
  return ran.length === 0 ? 'nothing is cleaned up: no cleanup policy was due' : 'nothing is cleaned up';
}

function lineOf(object: JsonObject, by: string): string {
  return `${titleOf(object)}: cleaned up${by === '' ? '' : ` by ${by}`}`;
}

function titleOf(object: JsonObject): string {
  return `${String(object['kind'] ?? 'object')} ${objectText(object)}`;
}

function isSame(a: JsonObject, b: JsonObject): boolean {
  return a['kind'] === b['kind'] && nameOf(a) === nameOf(b) && namespaceOf(a) === namespaceOf(b);
}
