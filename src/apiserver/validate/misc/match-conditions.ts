import { createExpressionChecker } from '../../../engine/cel-validation/index.ts';
import type { JsonObject } from '../../../model/json.ts';
import { duplicate, type FieldError, invalid, invalidEach, required, tooMany } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { objs, str } from '../fields.ts';
import { labelKey } from '../names.ts';

/**
 * Errors for the `matchConditions` of a webhook or policy; `params` are known to those of policies with a `paramKind`.
 * Upstream: `validateMatchConditions` of `pkg/apis/admissionregistration/validation`.
 */
export function checkMatchConditions(path: FieldPath, owner: JsonObject, hasParams: boolean): FieldError[] {
  const conditions = objs(owner, 'matchConditions');
  const checker = createExpressionChecker(false);
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  if (conditions.length > 64) errors.push(tooMany(path, conditions.length, 64));
  for (const [i, condition] of conditions.entries()) {
    const at = path.index(i);
    const [name, expression] = [str(condition, 'name'), str(condition, 'expression').trim()];
    const where = at.child('expression');
    if (expression === '') errors.push(required(where));
    else {
      const problem = checker.expression(expression, { hasParams, hasAuthorizer: true }, ['bool']);
      if (problem !== undefined) errors.push(invalid(where, expression, problem));
    }
    if (name === '') errors.push(required(at.child('name')));
    else errors.push(...invalidEach(at.child('name'), name, labelKey(name)));
    if (name !== '' && seen.has(name)) errors.push(duplicate(at.child('name'), name));
    seen.add(name);
  }
  return errors;
}
