import type { JsonObject } from '../model/json.ts';
import type { RuleResponse } from '../model/response.ts';
import {
  type ResponseMap,
  reportMessage,
  reportResult,
  type TestResponse,
  type TestRun,
  targetAnswer,
} from './responses.ts';
import { selectKeys } from './select-keys.ts';
import type { ResultRow } from './test-document.ts';

/** Why a line of the table says what it says. */
export type Reason = 'Ok' | 'Want' | 'Excluded' | 'Not found' | 'Invalid Policy' | 'Resource diff' | 'Resource error';

/** One line of the result table, as the real command prints it. */
export interface TableLine {
  readonly row: ResultRow;
  readonly rowIndex: number;
  readonly policy: string;
  readonly rule: string;
  /** `apiVersion/Kind/namespace/name`, or `/name` for a generated object. */
  readonly resource: string;
  readonly result: 'Pass' | 'Fail' | 'Skip';
  readonly reason: Reason;
  /** `Want X, got Y` and the like: the text of the REASON column. */
  readonly reasonText: string;
  readonly message: string;
  /** The rule answer behind this line, when there is one. */
  readonly answer?: RuleResponse;
  /** An error that the rule passed over. */
  readonly hiddenError?: string;
}

/** Compares an object with the expectation of a row; `undefined` when they are equal or nothing is expected. */
export type ManifestCheck = (
  row: ResultRow,
  answer: RuleResponse,
  object: JsonObject,
) => { readonly reason: 'Resource diff' | 'Resource error'; readonly message: string } | undefined;

/** What judging a row needs besides the responses. */
export interface JudgeContext {
  /** Refusal text by name of the policies that were dropped as invalid. */
  readonly invalidPolicies: ReadonlyMap<string, string>;
  readonly checkManifests: ManifestCheck;
}

/**
 * The lines that one row gives. Upstream: `cmd/cli/kubectl-kyverno/commands/test/output.go` with all its
 * generosity: a rule that did not answer passes as `Excluded`, a refused policy passes, an unknown name widens the row.
 */
export function judgeRow(row: ResultRow, rowIndex: number, run: TestRun, context: JudgeContext): readonly TableLine[] {
  const trigger: ResponseMap =
    row.operation === undefined || row.operation === ''
      ? run.trigger
      : (run.byOperation.get(row.operation) ?? new Map());
  const lines: TableLine[] = [];
  for (const { key, isTarget } of selectKeys(row, run.targets, trigger)) {
    const before = lines.length;
    const vanished = isTarget
      ? judgeTarget(row, rowIndex, key, run.targets.get(key) ?? [], context, lines)
      : judgeTrigger(row, rowIndex, key, trigger.get(key) ?? [], context, lines);
    if (lines.length === before && !vanished) lines.push(missing(row, rowIndex, key, context));
  }
  return lines;
}

/** The policy name that a row means: the part after the last slash. */
export function policyNameOf(row: ResultRow): string {
  const policy = row.policy ?? '';
  return policy.slice(policy.lastIndexOf('/') + 1);
}

/** True when a rule answer belongs to a row that names `rule`. */
export function ruleMatches(row: ResultRow, response: TestResponse, name: string): boolean {
  const { rule } = row;
  if (rule === undefined || rule === '' || response.ruleless) return true;
  return name === rule || name === `autogen-${rule}` || name === `autogen-cronjob-${rule}`;
}

/** Adds the lines of one trigger resource; true when a result vanished for want of an expected manifest. */
function judgeTrigger(
  row: ResultRow,
  rowIndex: number,
  key: string,
  responses: readonly TestResponse[],
  context: JudgeContext,
  lines: TableLine[],
): boolean {
  const first = lines.length;
  const name = policyNameOf(row);
  let vanished = false;
  for (const response of responses) {
    if (response.policy.name !== name) continue;
    for (const answer of response.rules) {
      if (!ruleMatches(row, response, answer.name)) continue;
      const objects = answer.type === 'Generation' ? (answer.generated ?? []) : [objectToCompare(answer, response)];
      if (objects.length === 0) lines.push(compareStatus(row, rowIndex, key, answer, response));
      for (const object of objects) {
        const line = compare(row, rowIndex, key, answer, response, object, context);
        if (line === undefined) vanished = true;
        else lines.push(line);
      }
    }
    if (lines.length === first && !vanished) lines.push(excluded(row, rowIndex, key));
  }
  return vanished;
}

function judgeTarget(
  row: ResultRow,
  rowIndex: number,
  key: string,
  responses: readonly TestResponse[],
  context: JudgeContext,
  lines: TableLine[],
): boolean {
  let vanished = false;
  for (const response of responses) {
    const answer = targetAnswer(response, key);
    if (answer?.patchedTarget === undefined) continue;
    const line = compare(row, rowIndex, key, answer, response, answer.patchedTarget, context);
    if (line === undefined) vanished = true;
    else lines.push(line);
  }
  return vanished;
}

/** A failed mutation leaves an empty object to compare, for all rules of its policy. */
function objectToCompare(answer: RuleResponse, response: TestResponse): JsonObject {
  if (answer.type !== 'Mutation') return response.resource;
  return response.lost ? {} : (response.patched ?? response.resource);
}

function compare(
  row: ResultRow,
  rowIndex: number,
  key: string,
  answer: RuleResponse,
  response: TestResponse,
  object: JsonObject,
  context: JudgeContext,
): TableLine | undefined {
  const problem = context.checkManifests(row, answer, object);
  const resource = answer.type === 'Generation' ? `/${nameIn(object)}` : undefined;
  if (problem === undefined) return compareStatus(row, rowIndex, key, answer, response, resource);
  if (
    answer.type !== 'Generation' &&
    row.failOnMissingResources !== true &&
    problem.message.includes('not found in manifest')
  ) {
    return undefined;
  }
  const { reason, message } = problem;
  return {
    ...base(row, rowIndex, key),
    rule: answer.name,
    ...(resource === undefined ? {} : { resource }),
    result: 'Fail',
    reason,
    reasonText: reason,
    message,
    answer,
  };
}

function compareStatus(
  row: ResultRow,
  rowIndex: number,
  key: string,
  answer: RuleResponse,
  response: TestResponse,
  resource?: string,
): TableLine {
  const got = reportResult(answer.status, response.scored);
  const wanted = row.result ?? '';
  const ok = got === wanted;
  const hiddenError = response.hiddenErrors?.get(answer.name);
  return {
    ...base(row, rowIndex, key),
    ...(hiddenError === undefined ? {} : { hiddenError }),
    rule: answer.name,
    ...(resource === undefined ? {} : { resource }),
    result: ok ? 'Pass' : 'Fail',
    reason: ok ? 'Ok' : 'Want',
    reasonText: ok ? 'Ok' : `Want ${wanted}, got ${got}`,
    message: reportMessage(answer),
    answer,
  };
}

function base(
  row: ResultRow,
  rowIndex: number,
  key: string,
): Pick<TableLine, 'row' | 'rowIndex' | 'policy' | 'resource'> {
  const parts = key.split(/[,/]/);
  const resource = `${parts.slice(0, -1).join('/')}/${parts.at(-1) ?? ''}`;
  return { row, rowIndex, policy: row.policy ?? '', resource };
}

function excluded(row: ResultRow, rowIndex: number, key: string): TableLine {
  return {
    ...base(row, rowIndex, key),
    rule: row.rule ?? '',
    result: 'Pass',
    reason: 'Excluded',
    reasonText: 'Excluded',
    message: 'Excluded',
  };
}

function missing(row: ResultRow, rowIndex: number, key: string, context: JudgeContext): TableLine {
  const refusal = context.invalidPolicies.get(policyNameOf(row));
  const common = { ...base(row, rowIndex, key), rule: row.rule ?? '' };
  return refusal === undefined
    ? { ...common, result: 'Fail', reason: 'Not found', reasonText: 'Not found', message: 'Not found' }
    : { ...common, result: 'Skip', reason: 'Invalid Policy', reasonText: 'Invalid Policy', message: refusal };
}

function nameIn(object: JsonObject): string {
  const metadata = object['metadata'];
  return typeof metadata === 'object' && metadata !== null && 'name' in metadata && typeof metadata.name === 'string'
    ? metadata.name
    : '';
}
