import { asArray, asObject, asString, isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { GENERATION, MUTATION } from '../schema/change-shapes.ts';
import { IMAGE_VERIFICATION_V1 } from '../schema/image-shapes.ts';
import { VALIDATION_V1 } from '../schema/validate-shapes.ts';
import { isZero } from './print.ts';

/** The objects in a list; nothing when it is no list. */
export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return (asArray(value) ?? []).filter(isObject);
}

/** The texts in a list; nothing when it is no list. */
export function textsIn(value: Json | undefined): readonly string[] {
  return (asArray(value) ?? []).map((item) => asString(item) ?? '');
}

/** A text field; `""` when it is not there. */
export function text(object: JsonObject | undefined, name: string): string {
  return asString(object?.[name]) ?? '';
}

/** True when a value was given and is not null. */
export function isGiven(value: Json | undefined): value is Exclude<Json, null> {
  return value !== undefined && value !== null;
}

/** `validate`, `mutate`, `generate` of a rule when they hold anything. Upstream: `HasValidate` and others in rule_types.go. */
export function validationOf(rule: JsonObject): JsonObject | undefined {
  const value = asObject(rule['validate']);
  return value === undefined || isZero(value, VALIDATION_V1) ? undefined : value;
}

/** The `mutate` block of a rule; `undefined` when it has none or an empty one. */
export function mutationOf(rule: JsonObject): JsonObject | undefined {
  const value = asObject(rule['mutate']);
  return value === undefined || isZero(value, MUTATION) ? undefined : value;
}

/** The `generate` block of a rule; `undefined` when it has none or an empty one. */
export function generationOf(rule: JsonObject): JsonObject | undefined {
  const value = asObject(rule['generate']);
  return value === undefined || isZero(value, GENERATION) ? undefined : value;
}

/** `verifyImages` of a rule when one of them holds anything. */
export function imagesOf(rule: JsonObject): readonly JsonObject[] | undefined {
  const all = objectsIn(rule['verifyImages']);
  return all.every((one) => isZero(one, IMAGE_VERIFICATION_V1)) ? undefined : all;
}

/** True when the rule changes objects other than the one in the request. */
export function mutatesExisting(rule: JsonObject): boolean {
  return isGiven(asObject(rule['mutate'])?.['targets']);
}

/** One filter of a match or exclude block, with the path below the block. */
export interface Filter {
  readonly filter: JsonObject;
  /** `any[0]`, `all[1]`, or `""` for the block's own fields. */
  readonly path: string;
}

/** The filters of a block in the order any, all, own fields. */
export function filtersOf(block: JsonObject): readonly Filter[] {
  const listed = (name: string) => objectsIn(block[name]).map((filter, i) => ({ filter, path: `${name}[${i}]` }));
  return [...listed('any'), ...listed('all'), { filter: block, path: '' }];
}

/** `kinds` of one filter. */
export function kindsOf(filter: JsonObject): readonly string[] {
  return textsIn(asObject(filter['resources'])?.['kinds']);
}

/** All kinds of a block: its own, then those of all, then those of any. Upstream: `GetKinds`. */
export function allKindsOf(block: JsonObject | undefined): readonly string[] {
  if (block === undefined) return [];
  return [...kindsOf(block), ...objectsIn(block['all']).flatMap(kindsOf), ...objectsIn(block['any']).flatMap(kindsOf)];
}

/** True when a text or key anywhere in the value passes the test. */
export function hasText(value: Json, test: (text: string) => boolean): boolean {
  if (typeof value === 'string') return test(value);
  if (isArray(value)) return value.some((item) => hasText(item, test));
  return isObject(value) && Object.keys(value).some((key) => test(key) || hasText(value[key] as Json, test));
}
