import {
  asArray,
  asObject,
  asString,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  setKey,
} from '../../model/json.ts';
import { containsKind } from '../match/index.ts';
import { allKindsOf, kindsOf, POD_CONTROLLERS } from './controllers.ts';
import { mutateCopy } from './mutate-copy.ts';
import { validateCopy } from './validate-copy.ts';

/** How a copy wraps the pod it was written for. */
export interface Shape {
  /** Key under `spec`. */
  readonly key: 'template' | 'jobTemplate';
  /** What references in messages are shifted by. */
  readonly shift: string;
}

const TEMPLATE: Shape = { key: 'template', shift: 'spec/template' };
const JOB_TEMPLATE: Shape = { key: 'jobTemplate', shift: 'spec/jobTemplate/spec/template' };

/** The `autogen-` copy of a rule for these controllers; `undefined` when the rule gets none. */
export function podControllerCopy(rule: JsonObject, controllers: readonly string[]): JsonObject | undefined {
  const copy = controllersCopy(rule, controllers);
  return copy === undefined ? undefined : replaceTexts(copy, 'spec.template', isCel(rule));
}

/** The `autogen-cronjob-` copy of a rule; it is made from the other copy, so messages are shifted twice. */
export function cronJobCopy(rule: JsonObject, controllers: readonly string[]): JsonObject | undefined {
  const first = controllersCopy(rule, controllers);
  if (first === undefined) return undefined;
  const name = autogenName('autogen-cronjob', asString(rule['name']) ?? '');
  const all = (filters: readonly Json[]) => filters.map((filter) => withKinds(filter, ['CronJob']));
  const copy = copyRule({ ...first, name: name }, JOB_TEMPLATE, ['CronJob'], all);
  return copy === undefined ? undefined : replaceTexts(copy, 'spec.jobTemplate.spec.template', isCel(rule));
}

function isCel(rule: JsonObject): boolean {
  return asObject(asObject(rule['validate'])?.['cel']) !== undefined;
}

/** Upstream: `generateRuleForControllers` in `pkg/autogen/v1/rule.go`. */
function controllersCopy(rule: JsonObject, controllers: readonly string[]): JsonObject | undefined {
  const excluded = allKindsOf(rule['exclude']);
  if (!containsKind(allKindsOf(rule['match']), 'Pod')) return undefined;
  if (excluded.length > 0 && !containsKind(excluded, 'Pod')) return undefined;
  const known = controllers.filter((controller) => controller !== 'CronJob' && POD_CONTROLLERS.has(controller));
  const kinds = known.length > 0 ? known : controllers;
  const name = autogenName('autogen', asString(rule['name']) ?? '');
  const podFilters = (filters: readonly Json[]) =>
    filters.map((filter) =>
      containsKind(kindsOf(asObject(filter)?.['resources']), 'Pod') ? withKinds(filter, kinds) : filter,
    );
  return copyRule({ ...rule, name }, TEMPLATE, kinds, podFilters);
}

function autogenName(prefix: string, name: string): string {
  return Buffer.from(`${prefix}-${name}`).subarray(0, 63).toString();
}

const KEPT = [
  'name',
  'context',
  'preconditions',
  'celPreconditions',
  'skipBackgroundRequests',
  'reportProperties',
] as const;

/** Upstream: `generateRule`, `createRule` in `pkg/autogen/v1/rule.go`. */
function copyRule(
  rule: JsonObject,
  shape: Shape,
  kinds: readonly string[],
  filters: (filters: readonly Json[]) => readonly Json[],
): JsonObject | undefined {
  const copy: Record<string, Json> = { match: convertBlock(rule['match'], kinds, filters, true) };
  for (const key of KEPT) if (rule[key] !== undefined) copy[key] = rule[key];
  if (asObject(rule['exclude']) !== undefined) copy['exclude'] = convertBlock(rule['exclude'], kinds, filters, false);
  const mutate = asObject(rule['mutate']);
  const validate = asObject(rule['validate']);
  const verifyImages = asArray(rule['verifyImages']);
  const newMutate = mutate === undefined ? undefined : mutateCopy(mutate, shape.key);
  const newValidate = newMutate !== undefined || validate === undefined ? validate : validateCopy(validate, shape);
  if (newMutate === undefined && newValidate === undefined && verifyImages === undefined) return undefined;
  if (mutate !== undefined) copy['mutate'] = newMutate ?? mutate;
  if (validate !== undefined) copy['validate'] = newValidate ?? validate;
  if (verifyImages !== undefined) copy['verifyImages'] = verifyImages;
  return copy;
}

function convertBlock(
  block: Json | undefined,
  kinds: readonly string[],
  filters: (filters: readonly Json[]) => readonly Json[],
  always: boolean,
): JsonObject {
  const source = asObject(block) ?? {};
  for (const how of ['any', 'all']) {
    const list = asArray(source[how]) ?? [];
    if (list.length > 0) return { ...source, [how]: filters(list) };
  }
  return always || kindsOf(source['resources']).length > 0 ? withKinds(source, kinds) : source;
}

function withKinds(filter: Json, kinds: readonly string[]): JsonObject {
  const source = asObject(filter) ?? {};
  const spelled = kinds.map((kind) => POD_CONTROLLERS.get(kind) ?? (kind === 'Pod' ? 'v1/Pod' : kind));
  return { ...source, resources: { ...asObject(source['resources']), kinds: spelled } };
}

/**
 * Upstream replaces in the JSON text of the whole copy; none of the texts can reach over the end of a string.
 * Upstream: `updateFields` in `pkg/autogen/v1/rule.go`.
 */
function replaceTexts(rule: JsonObject, template: string, cel: boolean): JsonObject {
  const prefix = cel ? '' : 'request.';
  const pairs = ['spec', 'metadata'].flatMap((part) =>
    ['object', 'oldObject'].map((object): readonly [string, string] => [
      `${prefix}${object}.${part}`,
      `${prefix}${object}.${template}.${part}`,
    ]),
  );
  const replace = (text: string): string =>
    text.includes('bject.') ? pairs.reduce((value, [from, to]) => value.replaceAll(from, to), text) : text;
  return replaceIn(rule, replace) as JsonObject;
}

/** What nothing is replaced in is shared, not copied. */
function replaceIn(value: Json, replace: (text: string) => string): Json {
  if (typeof value === 'string') return replace(value);
  if (isArray(value)) {
    const items = value.map((item) => replaceIn(item, replace));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isObject(value)) return value;
  const copy: Record<string, Json> = {};
  let changed = false;
  for (const key of Object.keys(value)) {
    const item = value[key] ?? null;
    const [newKey, newItem] = [replace(key), replaceIn(item, replace)];
    changed ||= newKey !== key || newItem !== item;
    setKey(copy, newKey, newItem);
  }
  return changed ? copy : value;
}
