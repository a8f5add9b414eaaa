import { asArray, isArray, isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import { type Change, withinItem, withinKey, withKey, withRenamed } from './change.ts';
import { boundFaults } from './scalar-faults.ts';

/** The opposite of each operator, and the one that is easily taken for it. */
const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  Equals: ['NotEquals', 'GreaterThan', 'GreaterThanOrEquals'],
  NotEquals: ['Equals'],
  GreaterThan: ['LessThanOrEquals', 'GreaterThanOrEquals', 'LessThan', 'NotEquals'],
  GreaterThanOrEquals: ['LessThan', 'GreaterThan'],
  LessThan: ['GreaterThanOrEquals', 'LessThanOrEquals', 'GreaterThan', 'NotEquals'],
  LessThanOrEquals: ['GreaterThan', 'LessThan'],
  AnyNotIn: ['AnyIn', 'AllIn'],
  AnyIn: ['AnyNotIn'],
};

/** Slips in a query: another list, another field, a filter lost. */
const SLIPS: readonly (readonly [how: string, pattern: RegExp, text: string])[] = [
  ['init containers instead of containers', /\bcontainers\b/, 'initContainers'],
  ['without ephemeral containers', /\bephemeralContainers, /, ''],
  ['without init containers', /\binitContainers, /, ''],
  ['without containers', /, containers\b/, ''],
  ['only the first container', /containers\[\]/, 'containers[:1]'],
  ['only the first item', /\]\[\]/, '][:1]'],
  ['only the first port', /ports\[\]/, 'ports[:1]'],
  ['filter lost', /\[\?[^\]]*\]/, '[]'],
  ['containerPort instead of hostPort', /hostPort/, 'containerPort'],
  ['hostPort instead of containerPort', /containerPort/, 'hostPort'],
  ['label app instead of tier', /labels\.tier/, 'labels.app'],
  ['label tier instead of app', /labels\.app/, 'labels.tier'],
  ['matchLabels.tier instead of matchLabels.app', /matchLabels\.app/, 'matchLabels.tier'],
  ['old object', /request\.object/, 'request.oldObject'],
  ['!= instead of ==', /==/, '!='],
];

/** Slips in a text that holds a query. */
export function* queryFaults(query: string, at: string): Iterable<Change> {
  for (const [how, pattern, text] of SLIPS) {
    const value = query.replace(pattern, text);
    if (value !== query) yield { name: `${at}: ${how}`, value };
  }
}

/** Everything that can be wrong with `{ any: […], all: […] }`. */
export function* conditionFaults(conditions: Json | undefined, at: string): Iterable<Change> {
  if (!isObject(conditions)) return;
  for (const [key, other] of [
    ['any', 'all'],
    ['all', 'any'],
  ] as const) {
    const list = asArray(conditions[key]) ?? [];
    // With one condition `any` and `all` mean the same.
    if (list.length > 1) {
      yield { name: `${at}/${key}: ${other} instead of ${key}`, value: withRenamed(conditions, key, other, list) };
    }
    for (const [i, condition] of list.entries()) {
      if (!isObject(condition)) continue;
      const place = `${at}/${key}/${i}`;
      if (list.length > 1) {
        yield* withinKey(conditions, key, withinItem(list, i, [{ name: `${place}: dropped`, value: undefined }]));
      }
      yield* withinKey(conditions, key, withinItem(list, i, oneFaults(condition, place)));
    }
  }
}

function* oneFaults(condition: JsonObject, at: string): Iterable<Change> {
  const { key = null, operator = null, value = null } = condition;
  const operators = (typeof operator === 'string' ? OPERATORS[operator] : undefined) ?? [];
  for (const other of operators) {
    yield { name: `${at}: ${other} instead of ${String(operator)}`, value: withKey(condition, 'operator', other) };
  }
  yield { name: `${at}/key: a constant`, value: withKey(condition, 'key', 'constant') };
  if (typeof key === 'string') yield* withinKey(condition, 'key', queryFaults(key, `${at}/key`));
  yield* withinKey(condition, 'value', valueFaults(value, `${at}/value`));
}

function* valueFaults(value: Json, at: string): Iterable<Change> {
  if (typeof value === 'bigint') yield* boundFaults(value, at);
  if (typeof value === 'string') {
    yield { name: `${at}: another value`, value: `${value}-x` };
    yield { name: `${at}: anything goes`, value: '*' };
  }
  if (!isArray(value)) return;
  for (const [i, item] of value.entries()) {
    yield* withinItem(value, i, [{ name: `${at}: without ${String(item)}`, value: undefined }]);
    if (typeof item === 'bigint') yield* withinItem(value, i, boundFaults(item, at));
  }
}
