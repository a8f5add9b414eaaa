import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, notSupported, required, tooMany } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { obj, objs, optStr, size, str } from '../fields.ts';

const POLICIES = ['Always', 'Never', 'OnFailure'];
const ACTIONS = ['Restart', 'RestartAllContainers'];
const OPERATORS = ['In', 'NotIn'];

/** A container's own restart policy and rules. Upstream: `validateContainerRestartPolicy`. */
export function checkRestartRules(path: FieldPath, container: JsonObject): FieldError[] {
  const policy = optStr(container, 'restartPolicy');
  const rules = objs(container, 'restartPolicyRules');
  const errors: FieldError[] = [];
  if (policy === undefined) {
    if (rules.length === 0) return [];
    errors.push(required(path.child('restartPolicy'), 'must specify restartPolicy when restart rules are used'));
  } else if (!POLICIES.includes(policy)) {
    errors.push(notSupported(path.child('restartPolicy'), policy, POLICIES));
  }
  if (rules.length > 20) errors.push(tooMany(path.child('restartPolicyRules'), rules.length, 20));
  for (const [i, rule] of rules.entries()) {
    const at = path.child('restartPolicyRules').index(i);
    const action = str(rule, 'action');
    if (!ACTIONS.includes(action)) errors.push(notSupported(at.child('action'), action, ACTIONS));
    const codes = obj(rule, 'exitCodes');
    if (codes === undefined) {
      errors.push(required(at.child('exitCodes'), 'must be specified'));
      continue;
    }
    const operator = str(codes, 'operator');
    if (!OPERATORS.includes(operator)) {
      errors.push(notSupported(at.child('exitCodes', 'operator'), operator, OPERATORS));
    }
    const count = size(codes, 'values');
    if (count > 255) errors.push(tooMany(at.child('exitCodes', 'values'), count, 255));
  }
  return errors;
}
