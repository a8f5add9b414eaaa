import type { JsonObject } from '../../model/json.ts';
import { type FieldError, forbidden, invalid, invalidEach, invalidText, required } from './field-error.ts';
import type { FieldPath } from './field-path.ts';
import { entries, obj, objs, size, str, strs } from './fields.ts';
import { goText } from './go-struct.ts';
import { jsonString } from './go-value.ts';
import { checkLabelKey, labelKey, labelValue } from './names.ts';

/** Errors for a map of labels. Upstream: `ValidateLabels` of apimachinery. */
export function checkLabels(path: FieldPath, object: JsonObject | undefined, field: string): FieldError[] {
  return entries(object, field).flatMap(([key, value]) => [
    ...checkLabelKey(path, key),
    ...invalidEach(path, value, labelValue(value)),
  ]);
}

/** How strict a selector is checked: lenient where the stored object had bad values before. */
export interface SelectorOptions {
  readonly allowInvalidValues: boolean;
}

const STRICT: SelectorOptions = { allowInvalidValues: false };

/** Errors for a label selector; `undefined` has none. Upstream: `ValidateLabelSelector`. */
export function checkSelector(
  path: FieldPath,
  selector: JsonObject | undefined,
  options: SelectorOptions = STRICT,
): FieldError[] {
  if (selector === undefined) return [];
  const errors = checkLabels(path.child('matchLabels'), selector, 'matchLabels');
  for (const [i, requirement] of objs(selector, 'matchExpressions').entries()) {
    errors.push(...checkRequirement(path.child('matchExpressions').index(i), requirement, options));
  }
  return errors;
}

function checkRequirement(path: FieldPath, requirement: JsonObject, options: SelectorOptions): FieldError[] {
  const errors: FieldError[] = [];
  const operator = str(requirement, 'operator');
  const values = strs(requirement, 'values');
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) {
      errors.push(required(path.child('values'), "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      errors.push(
        forbidden(path.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      );
    }
  } else errors.push(invalidText(path.child('operator'), jsonString(operator), 'not a valid selector operator'));
  errors.push(...checkLabelKey(path.child('key'), str(requirement, 'key')));
  if (!options.allowInvalidValues) {
    for (const [i, value] of values.entries()) {
      errors.push(...labelValue(value).map((detail) => invalid(path.child('values').index(i), value, detail)));
    }
  }
  return errors;
}

/** Whether a stored selector has label values that are refused today. */
export function hasInvalidValues(selector: JsonObject | undefined): boolean {
  return objs(selector, 'matchExpressions').some((item) =>
    strs(item, 'values').some((value) => labelValue(value).length > 0),
  );
}

/** Whether the selector selects nothing in particular: no labels, no expressions. */
export function isEmptySelector(selector: JsonObject | undefined): boolean {
  return size(selector, 'matchLabels') + size(selector, 'matchExpressions') === 0;
}

/** Whether Go can make a selector of it at all. Upstream: `metav1.LabelSelectorAsSelector`. */
export function isUsableSelector(selector: JsonObject | undefined): boolean {
  const labelsFine = entries(selector, 'matchLabels').every(
    ([key, value]) => labelKey(key).length === 0 && labelValue(value).length === 0,
  );
  return labelsFine && objs(selector, 'matchExpressions').every(isUsableRequirement);
}

function isUsableRequirement(requirement: JsonObject): boolean {
  const values = strs(requirement, 'values');
  if (labelKey(str(requirement, 'key')).length > 0) return false;
  if (values.some((value) => labelValue(value).length > 0)) return false;
  const operator = str(requirement, 'operator');
  if (operator === 'In' || operator === 'NotIn') return values.length > 0;
  return (operator === 'Exists' || operator === 'DoesNotExist') && values.length === 0;
}

/** Whether a usable selector selects the labels of `meta`; no selector selects nothing, an empty one everything. */
export function selectorMatches(selector: JsonObject | undefined, meta: JsonObject | undefined): boolean {
  if (selector === undefined) return false;
  const labels = new Map(entries(meta, 'labels'));
  if (!entries(selector, 'matchLabels').every(([key, value]) => labels.get(key) === value)) return false;
  return objs(selector, 'matchExpressions').every((requirement) => {
    const value = labels.get(str(requirement, 'key'));
    switch (str(requirement, 'operator')) {
      case 'In':
        return value !== undefined && strs(requirement, 'values').includes(value);
      case 'NotIn':
        return value === undefined || !strs(requirement, 'values').includes(value);
      case 'Exists':
        return value !== undefined;
      default:
        return value === undefined;
    }
  });
}

/** The selector as errors show it. */
export function selectorText(selector: JsonObject | undefined): string {
  return goText('*meta.LabelSelector', selector);
}

/** The labels of an object as errors show them. */
export function labelsText(meta: JsonObject | undefined): string {
  return goText('{s', obj(meta, 'labels'));
}
