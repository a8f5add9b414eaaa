import { hasWildcard } from '../../language/wildcard.ts';
import { asObject, type JsonObject } from '../../model/json.ts';
import { labelKeyErrors, labelValueErrors } from '../schema/names.ts';
import { aggregate, fieldError } from './print.ts';
import { objectsIn, text, textsIn } from './rule.ts';

/**
 * What is wrong with a label selector, `undefined` when it can be used. `requirements` counts what it asks for.
 * Upstream: apimachinery `LabelSelectorAsSelector`, `labels.NewRequirement`.
 */
export function selectorError(selector: JsonObject): { readonly error?: string; readonly requirements: number } {
  const pairs = Object.entries(asObject(selector['matchLabels']) ?? {});
  const expressions = objectsIn(selector['matchExpressions']);
  const requirements = pairs.length + expressions.length;
  for (const [key, value] of pairs) {
    const error = requirementError(key, 'Equals', [typeof value === 'string' ? value : '']);
    if (error !== undefined) return { error, requirements };
  }
  for (const expression of expressions) {
    const error = requirementError(
      text(expression, 'key'),
      text(expression, 'operator'),
      textsIn(expression['values']),
    );
    if (error !== undefined) return { error, requirements };
  }
  return { requirements };
}

function requirementError(key: string, operator: string, values: readonly string[]): string | undefined {
  if (!['Equals', 'In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator)) {
    return `${JSON.stringify(operator)} is not a valid label selector operator`;
  }
  const errors: string[] = [];
  const keyErrors = labelKeyErrors(key);
  if (keyErrors.length > 0) errors.push(fieldError.invalid('key', JSON.stringify(key), keyErrors.join('; ')));
  const printed = JSON.stringify(values);
  if (operator.endsWith('In') && values.length === 0) {
    errors.push(fieldError.invalid('values', 'null', "for 'in', 'notin' operators, values set can't be empty"));
  }
  if (operator.endsWith('xist') || operator === 'Exists') {
    if (values.length > 0) {
      errors.push(fieldError.invalid('values', printed, 'values set must be empty for exists and does not exist'));
    }
  }
  for (const [index, value] of values.entries()) {
    const valueErrors = labelValueErrors(value);
    if (valueErrors.length === 0) continue;
    errors.push(fieldError.invalid(`values[${index}][${key}]`, JSON.stringify(value), valueErrors.join('; ')));
  }
  return aggregate(errors);
}

/** True when a pair of `matchLabels` holds a wildcard: such a selector is not checked. */
export function isWildSelector(selector: JsonObject): boolean {
  return Object.entries(asObject(selector['matchLabels']) ?? {}).some(
    ([key, value]) => hasWildcard(key) || (typeof value === 'string' && hasWildcard(value)),
  );
}
