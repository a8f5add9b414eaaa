import type { JsonObject } from '../../../model/json.ts';
import {
  duplicate,
  type FieldError,
  invalid,
  invalidText,
  notSupported,
  notSupportedText,
  required,
  tooLong,
} from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { byteLength, has, obj, objs, optInt, optStr, str } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { checkSelector } from '../label-selector.ts';
import { checkNonNegative } from '../metadata.ts';
import { checkLabelKey, regexComplaint } from '../names.ts';
import { checkAtMost100, checkIntOrPercent } from '../workload/int-or-percent.ts';

const SPEC = root('spec');

function checkBudgetSpec(object: JsonObject, anySelectorValue: boolean): FieldError[] {
  const spec = obj(object, 'spec');
  const errors: FieldError[] = [];
  const keys = ['minAvailable', 'maxUnavailable'];
  if (keys.every((key) => has(spec, key))) {
    const shown = goText('policy.PodDisruptionBudgetSpec', spec);
    errors.push(invalidText(SPEC, shown, 'minAvailable and maxUnavailable cannot be both set'));
  }
  for (const key of keys) {
    if (!has(spec, key)) continue;
    errors.push(...checkIntOrPercent(SPEC.child(key), spec?.[key]), ...checkAtMost100(SPEC.child(key), spec?.[key]));
  }
  const lenient = { allowInvalidValues: anySelectorValue };
  errors.push(...checkSelector(SPEC.child('selector'), obj(spec, 'selector'), lenient));
  const policy = optStr(spec, 'unhealthyPodEvictionPolicy');
  const policies = ['AlwaysAllow', 'IfHealthyBudget'];
  if (policy !== undefined && !policies.includes(policy)) {
    errors.push(notSupported(SPEC.child('unhealthyPodEvictionPolicy'), policy, policies));
  }
  return errors;
}

/** Upstream: `ValidatePodDisruptionBudget`; its metadata has only the general checks. */
export function checkBudget(object: JsonObject): FieldError[] {
  return checkBudgetSpec(object, false);
}

/** Upstream: `ValidatePodDisruptionBudget` on update. */
export function checkBudgetUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  return checkBudgetSpec(object, checkSelector(root(''), obj(obj(old, 'spec'), 'selector')).length > 0);
}

/** Upstream: `ValidatePodDisruptionBudgetStatusUpdate`. */
export function checkBudgetStatus(object: JsonObject): FieldError[] {
  const status = obj(object, 'status');
  const at = root('status');
  const counts = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'];
  return [
    ...checkConditions(at.child('conditions'), status),
    ...counts.flatMap((key) => checkNonNegative(at.child(key), optInt(status, key))),
  ];
}

const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const REASON_RE = new RegExp(`^${REASON}$`);
const REASON_TEXT =
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'";

/** The general conditions of a status. Upstream: `ValidateConditions` of apimachinery. */
function checkConditions(path: FieldPath, status: JsonObject | undefined): FieldError[] {
  const seen = new Set<string>();
  return objs(status, 'conditions').flatMap((condition, i) => {
    const at = path.index(i);
    const errors: FieldError[] = [];
    const [type, state, reason] = [str(condition, 'type'), str(condition, 'status'), str(condition, 'reason')];
    if (seen.has(type)) errors.push(duplicate(at.child('type'), type));
    seen.add(type);
    errors.push(...checkLabelKey(at.child('type'), type));
    const states = ['False', 'True', 'Unknown'];
    if (!states.includes(state)) errors.push(notSupportedText(at.child('status'), goText('s', state), states));
    const generation = optInt(condition, 'observedGeneration');
    if (generation !== undefined && generation < 0n) {
      errors.push(invalid(at.child('observedGeneration'), generation, 'must be greater than or equal to zero'));
    }
    if (!has(condition, 'lastTransitionTime')) errors.push(required(at.child('lastTransitionTime')));
    if (reason === '') errors.push(required(at.child('reason')));
    else {
      if (!REASON_RE.test(reason)) {
        const examples = ['my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB'];
        errors.push(invalid(at.child('reason'), reason, regexComplaint(REASON_TEXT, REASON, ...examples)));
      }
      if (byteLength(reason) > 1024) errors.push(tooLong(at.child('reason'), 1024));
    }
    if (byteLength(str(condition, 'message')) > 32768) errors.push(tooLong(at.child('message'), 32768));
    return errors;
  });
}
