import { goQuote } from '../../../language/go-text.ts';
import type { JsonObject } from '../../../model/json.ts';
import {
  duplicate,
  type FieldError,
  invalid,
  invalidText,
  notSupported,
  required,
  tooLong,
  tooMany,
} from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { byteLength, has, int, ints, obj, objs, optInt, optStr, str } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { checkNonNegative } from '../metadata.ts';
import { checkLabelKey } from '../names.ts';

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];

function choices(values: readonly string[]): string {
  return `valid values: [${values.map(goQuote).join(' ')}]`;
}

/** A value that is required and one of some; upstream lists those with `%q`. */
function checkChoice(path: FieldPath, value: string, values: readonly string[]): FieldError[] {
  if (value === '') return [required(path, choices(values))];
  return values.includes(value) ? [] : [notSupported(path, value, values)];
}

/** An error about a whole rule, whose value is not shown. */
function aboutRule(path: FieldPath, detail: string): FieldError {
  return { type: 'Invalid', path: path.toString(), detail };
}

/** Upstream: `validatePodFailurePolicy`. */
export function checkFailurePolicy(path: FieldPath, spec: JsonObject): FieldError[] {
  const rules = objs(obj(spec, 'podFailurePolicy'), 'rules');
  const at = path.child('rules');
  const errors: FieldError[] = rules.length > 20 ? [tooMany(at, rules.length, 20)] : [];
  const pod = obj(obj(spec, 'template'), 'spec');
  const names = [...objs(pod, 'containers'), ...objs(pod, 'initContainers')].map((item) => str(item, 'name'));
  for (const [i, rule] of rules.entries()) errors.push(...checkFailureRule(at.index(i), rule, spec, names));
  return errors;
}

function checkFailureRule(
  path: FieldPath,
  rule: JsonObject,
  spec: JsonObject,
  containers: readonly string[],
): FieldError[] {
  const action = str(rule, 'action');
  const errors: FieldError[] = [];
  if (action !== 'FailIndex') errors.push(...checkChoice(path.child('action'), action, ACTIONS));
  else if (!has(spec, 'backoffLimitPerIndex')) {
    errors.push(invalidText(path.child('action'), '"FailIndex"', 'requires the backoffLimitPerIndex to be set'));
  }
  const codes = obj(rule, 'onExitCodes');
  const conditions = objs(rule, 'onPodConditions');
  if (codes !== undefined) errors.push(...checkExitCodes(path.child('onExitCodes'), codes, containers));
  const at = path.child('onPodConditions');
  if (conditions.length > 20) errors.push(tooMany(at, conditions.length, 20));
  for (const [i, pattern] of conditions.entries()) {
    errors.push(...checkLabelKey(at.index(i).child('type'), str(pattern, 'type')));
    errors.push(...checkChoice(at.index(i).child('status'), str(pattern, 'status'), STATUSES));
  }
  if (codes !== undefined && conditions.length > 0) {
    errors.push(aboutRule(path, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  }
  if (codes === undefined && conditions.length === 0) {
    errors.push(aboutRule(path, 'specifying one of OnExitCodes and OnPodConditions is required'));
  }
  return errors;
}

function checkExitCodes(path: FieldPath, codes: JsonObject, containers: readonly string[]): FieldError[] {
  const operator = str(codes, 'operator');
  const errors = checkChoice(path.child('operator'), operator, OPERATORS);
  const container = optStr(codes, 'containerName');
  if (container !== undefined && !containers.includes(container)) {
    const detail = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(path.child('containerName'), container, detail));
  }
  const values = ints(codes, 'values');
  const at = path.child('values');
  const shown = goText('[i', codes['values']);
  if (values.length === 0) errors.push(invalidText(at, shown, 'at least one value is required'));
  else if (values.length > 255) errors.push(tooMany(at, values.length, 255));
  const seen = new Set<bigint>();
  for (const [i, value] of values.entries()) {
    if (operator === 'In' && value === 0n) {
      errors.push(invalid(at.index(i), value, 'must not be 0 for the In operator'));
    }
    if (seen.has(value)) errors.push(duplicate(at.index(i), value));
    seen.add(value);
  }
  if (values.some((value, i) => i > 0 && (values[i - 1] ?? value) > value)) {
    errors.push(invalidText(at, shown, 'must be ordered'));
  }
  return errors;
}

/** Upstream: `validateSuccessPolicy`. */
export function checkSuccessPolicy(path: FieldPath, spec: JsonObject): FieldError[] {
  const rules = objs(obj(spec, 'successPolicy'), 'rules');
  const at = path.child('rules');
  const errors: FieldError[] = [];
  if (rules.length === 0) {
    errors.push(required(at, 'at least one rules must be specified when the successPolicy is specified'));
  }
  if (rules.length > 20) errors.push(tooMany(at, rules.length, 20));
  const completions = int(spec, 'completions');
  for (const [i, rule] of rules.entries()) errors.push(...checkSuccessRule(at.index(i), rule, completions));
  return errors;
}

function checkSuccessRule(path: FieldPath, rule: JsonObject, completions: bigint): FieldError[] {
  const errors: FieldError[] = [];
  const [indexes, count] = [optStr(rule, 'succeededIndexes'), optInt(rule, 'succeededCount')];
  if (indexes === undefined && count === undefined) {
    errors.push(required(path, 'at least one of succeededCount or succeededIndexes must be specified'));
  }
  let total = 0n;
  if (indexes !== undefined) {
    const at = path.child('succeededIndexes');
    if (byteLength(indexes) > 65536) errors.push(tooLong(at, 65536));
    const counted = countIndexes(indexes, completions);
    if (typeof counted === 'bigint') total = counted;
    else errors.push(invalid(at, indexes, `error parsing succeededIndexes: ${counted}`));
  }
  if (count === undefined) return errors;
  const at = path.child('succeededCount');
  errors.push(...checkNonNegative(at, count));
  if (count > completions) {
    const detail = `must be less than or equal to ${completions} (the number of specified completions)`;
    errors.push(invalid(at, count, detail));
  }
  if (indexes !== undefined && count > total) {
    const detail = `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`;
    errors.push(invalid(at, count, detail));
  }
  return errors;
}

/** How many indexes `0,2-4` names, or what is wrong with it. Upstream: `validateIndexesFormat`. */
function countIndexes(text: string, completions: bigint): bigint | string {
  if (text === '') return 0n;
  let last = -1n;
  let total = 0n;
  for (const interval of text.split(',')) {
    const limits = interval.split('-');
    if (limits.length > 2) {
      return `the fragment ${goQuote(interval)} violates the requirement that an index interval can have at most two parts separated by '-'`;
    }
    const ends: bigint[] = [];
    for (const limit of limits) {
      if (!/^[+-]?\d{1,18}$/.test(limit)) return `cannot convert string to integer for index: ${goQuote(limit)}`;
      const value = BigInt(limit.replace('+', ''));
      if (value >= completions) return `too large index: ${goQuote(limit)}`;
      ends.push(value);
    }
    const [start = 0n, end] = ends;
    if (end !== undefined && start >= end) return `non-increasing order, previous: ${start}, current: ${end}`;
    if (last >= start && total > 0n) return `non-increasing order, previous: ${last}, current: ${start}`;
    last = end ?? start;
    total += last - start + 1n;
  }
  return total;
}
