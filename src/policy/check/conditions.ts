import { goTypeName } from '../../language/go-text.ts';
import { asObject, isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { isGiven, objectsIn, text } from './rule.ts';

/** What is wrong, and the path to it below the rule. */
export interface AtPath {
  readonly path: string;
  readonly error: string;
}

/** Operators that Kyverno knows, in the order of its documentation. */
export const OPERATORS: readonly string[] = [
  ...['Equal', 'Equals', 'NotEqual', 'NotEquals', 'In', 'AnyIn', 'AllIn', 'NotIn', 'AnyNotIn', 'AllNotIn'],
  ...['GreaterThanOrEquals', 'GreaterThan', 'LessThanOrEquals', 'LessThan'],
  ...['DurationGreaterThanOrEquals', 'DurationGreaterThan', 'DurationLessThanOrEquals', 'DurationLessThan'],
];

/** Go's `%+q` of a list of texts. */
export function quotedList(texts: readonly string[]): string {
  return `[${texts.map((one) => JSON.stringify(one)).join(' ')}]`;
}

/** The conditions of a block in either form, with their paths. */
export function conditionsIn(block: Json | undefined, key: string): readonly { condition: JsonObject; path: string }[] {
  if (isArray(block)) return block.filter(isObject).map((condition, i) => ({ condition, path: `${key}[${i}].` }));
  const of = (name: string) =>
    objectsIn(asObject(block)?.[name]).map((condition, i) => ({ condition, path: `${key}.${name}[${i}].` }));
  return [...of('any'), ...of('all')];
}

/** Conditions that lack a part or compare the operation with something else. Upstream: `validateConditions`. */
export function conditionValueError(block: Json | undefined, key: string): AtPath | undefined {
  for (const { condition, path } of conditionsIn(block, key)) {
    const wrong = valueError(condition);
    if (wrong !== undefined) return { path: path + wrong.path, error: wrong.error };
  }
  return undefined;
}

/** Conditions with an unknown operator; those of `all` are reported as `any`. Upstream: `validateRawJSONConditionOperator`. */
export function operatorError(block: Json | undefined, key: string): AtPath | undefined {
  for (const { condition, path } of conditionsIn(block, key)) {
    if (OPERATORS.includes(text(condition, 'operator'))) continue;
    const error = `entered value of \`operator\` is invalid. valid values: ${quotedList(OPERATORS)}`;
    return { path: path.replace(/\.all(\[\d+\]\.)$/, '.any$1'), error };
  }
  return undefined;
}

function valueError(condition: JsonObject): AtPath | undefined {
  const { key, value } = condition;
  if (!isGiven(key) || !isGiven(value) || text(condition, 'operator') === '') {
    return { path: '', error: 'entered value of `key`, `value` or `operator` is missing or misspelled' };
  }
  if (typeof key !== 'string' || key.replaceAll(' ', '') !== '{{request.operation}}') return undefined;
  return operationError(value);
}

const OPERATIONS = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'];

function operationError(value: Json): AtPath | undefined {
  const unknown = (one: string) =>
    `unknown value '${one}' found under the 'value' field. Only the following values are allowed: [CREATE, UPDATE, DELETE, CONNECT]`;
  if (typeof value === 'string') {
    const templated = value.length >= 4 && value.startsWith('{{') && value.endsWith('}}');
    return templated || OPERATIONS.includes(value) ? undefined : { path: `value: ${value}`, error: unknown(value) };
  }
  if (!isArray(value)) {
    const type = isObject(value) ? 'map' : goTypeName(value);
    const wanted = 'The provided value/values are expected to be either in the form of a string or list';
    return { path: 'value', error: `'value' field found to be of the type ${type}. ${wanted}` };
  }
  for (const [index, item] of value.entries()) {
    const path = `value[${index}]`;
    if (typeof item !== 'string') {
      const error = `'value[${index}]' found to be of the type ${goTypeName(item)}. The provided values are expected to be strings`;
      return { path, error };
    }
    if (!OPERATIONS.includes(item)) return { path, error: unknown(item) };
  }
  return undefined;
}
