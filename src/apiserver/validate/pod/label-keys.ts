import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, forbidden, invalid } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { keysOf, obj, objs, str, strs } from '../fields.ts';
import { checkLabelKey } from '../names.ts';

const BOTH = 'exists in both matchLabelKeys and labelSelector';

function checkKeys(path: FieldPath, keys: readonly string[], selector: JsonObject | undefined): FieldError[] {
  if (keys.length === 0) return [];
  if (selector === undefined) return [forbidden(path, 'must not be specified when labelSelector is not set')];
  return keys.flatMap((key, i) => checkLabelKey(path.index(i), key));
}

/** Upstream: `ValidateMatchLabelKeysAndMismatchLabelKeys`. */
export function checkLabelKeys(path: FieldPath, term: JsonObject, mismatchKeys: readonly string[]): FieldError[] {
  const selector = obj(term, 'labelSelector');
  const keys = strs(term, 'matchLabelKeys');
  const errors = [
    ...checkKeys(path.child('matchLabelKeys'), keys, selector),
    ...checkKeys(path.child('mismatchLabelKeys'), mismatchKeys, selector),
  ];
  if (selector !== undefined) {
    const selected = new Set(keysOf(obj(selector, 'matchLabels')));
    for (const expression of objs(selector, 'matchExpressions')) {
      const key = str(expression, 'key');
      const i = keys.lastIndexOf(key);
      if (i >= 0 && selected.has(key)) errors.push(invalid(path.index(i), key, BOTH));
      selected.add(key);
    }
  }
  for (const [i, key] of keys.entries()) {
    if (!mismatchKeys.includes(key)) continue;
    errors.push(
      invalid(path.child('matchLabelKeys').index(i), key, 'exists in both matchLabelKeys and mismatchLabelKeys'),
    );
  }
  return errors;
}

/** The check of a spread constraint's keys that a new pod must pass. */
export function checkSpreadLabelKeys(path: FieldPath, constraint: JsonObject): FieldError[] {
  return checkLabelKeys(path, constraint, []);
}

/** The older check, for pods stored before the newer one. Upstream: `ValidateMatchLabelKeysInTopologySpread`. */
export function checkOldSpreadLabelKeys(path: FieldPath, constraint: JsonObject): FieldError[] {
  const keys = strs(constraint, 'matchLabelKeys');
  if (keys.length === 0) return [];
  const selector = obj(constraint, 'labelSelector');
  const at = path.child('matchLabelKeys');
  const errors: FieldError[] = [];
  if (selector === undefined) errors.push(forbidden(at, 'must not be specified when labelSelector is not set'));
  const selected = new Set(keysOf(obj(selector, 'matchLabels')));
  for (const expression of objs(selector, 'matchExpressions')) selected.add(str(expression, 'key'));
  for (const [i, key] of keys.entries()) {
    errors.push(...checkLabelKey(at.index(i), key));
    if (selected.has(key)) errors.push(invalid(at.index(i), key, BOTH));
  }
  return errors;
}
