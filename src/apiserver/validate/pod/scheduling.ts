import type { JsonObject } from '../../../model/json.ts';
import { duplicate, type FieldError, invalid, invalidText, notSupported, required } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { has, int, obj, objs, optInt, optStr, str } from '../fields.ts';
import { jsonString } from '../go-value.ts';
import { checkSelector } from '../label-selector.ts';
import { checkLabelKey, labelValue } from '../names.ts';
import { checkOldSpreadLabelKeys, checkSpreadLabelKeys } from './label-keys.ts';
import type { PodOptions } from './options.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Upstream: `validateTaintEffect`. */
export function checkTaintEffect(path: FieldPath, effect: string, allowEmpty: boolean): FieldError[] {
  if (effect === '' && !allowEmpty) return [required(path)];
  return EFFECTS.includes(effect) ? [] : [notSupported(path, effect, EFFECTS)];
}

/** Upstream: `ValidateTolerations`. */
export function checkTolerations(
  path: FieldPath,
  tolerations: readonly JsonObject[],
  options: Pick<PodOptions, 'comparingTolerations'>,
): FieldError[] {
  return tolerations.flatMap((toleration, i) => {
    const at = path.index(i);
    const errors: FieldError[] = [];
    const [key, operator, effect] = [str(toleration, 'key'), str(toleration, 'operator'), str(toleration, 'effect')];
    if (key !== '') errors.push(...checkLabelKey(at.child('key'), key));
    if (key === '' && operator !== 'Exists') {
      const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalidText(at.child('operator'), jsonString(operator), detail));
    }
    if (has(toleration, 'tolerationSeconds') && effect !== 'NoExecute') {
      const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      errors.push(invalidText(at.child('effect'), jsonString(effect), detail));
    }
    errors.push(...checkTolerationValue(at, operator, str(toleration, 'value'), options));
    if (effect !== '') errors.push(...checkTaintEffect(at.child('effect'), effect, true));
    return errors;
  });
}

function checkTolerationValue(
  path: FieldPath,
  operator: string,
  value: string,
  options: Pick<PodOptions, 'comparingTolerations'>,
): FieldError[] {
  const at = path.child('operator');
  switch (operator) {
    case 'Equal':
    case '': {
      const complaints = labelValue(value);
      return complaints.length === 0 ? [] : [invalid(at, value, complaints.join(';'))];
    }
    case 'Exists':
      return value === '' ? [] : [invalid(at, value, "value must be empty when `operator` is 'Exists'")];
    case 'Lt':
    case 'Gt':
      if (!options.comparingTolerations) return [notSupported(at, operator, ['Equal', 'Exists', 'Lt', 'Gt'])];
      return checkDecimal(path.child('value'), value);
    default:
      return [notSupported(at, operator, ['Equal', 'Exists'])];
  }
}

function checkDecimal(path: FieldPath, value: string): FieldError[] {
  const errors: FieldError[] = [];
  if (value === '') errors.push(invalid(path, value, 'must be non-empty'));
  else if (!/^(0|-?[1-9][0-9]*)$/.test(value)) {
    errors.push(invalid(path, value, 'must be a valid decimal integer in canonical form'));
  }
  const syntax = /^[+-]?\d+$/.test(value);
  const inRange = syntax && BigInt.asIntN(64, BigInt(value.replace('+', ''))) === BigInt(value.replace('+', ''));
  if (!inRange) {
    const reason = syntax ? 'value out of range' : 'invalid syntax';
    errors.push(invalid(path, value, `strconv.ParseInt: parsing ${JSON.stringify(value)}: ${reason}`));
  }
  return errors;
}

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const NODE_POLICIES = ['Honor', 'Ignore'];

/** Upstream: `validateTopologySpreadConstraints`. */
export function checkSpread(path: FieldPath, spec: JsonObject, options: PodOptions): FieldError[] {
  const constraints = objs(spec, 'topologySpreadConstraints');
  return constraints.flatMap((constraint, i) => {
    const at = path.index(i);
    const errors: FieldError[] = [];
    const [key, action] = [str(constraint, 'topologyKey'), str(constraint, 'whenUnsatisfiable')];
    const maxSkew = int(constraint, 'maxSkew');
    if (maxSkew <= 0n) errors.push(invalid(at.child('maxSkew'), maxSkew, 'must be greater than zero'));
    if (key === '') errors.push(required(at.child('topologyKey'), 'can not be empty'));
    if (!ACTIONS.includes(action)) errors.push(notSupported(at.child('whenUnsatisfiable'), action, ACTIONS));
    const again = constraints
      .slice(i + 1)
      .some((other) => str(other, 'topologyKey') === key && str(other, 'whenUnsatisfiable') === action);
    if (again) errors.push(duplicate(at.child('{topologyKey, whenUnsatisfiable}'), `{${key}, ${action}}`));
    errors.push(...checkMinDomains(at.child('minDomains'), optInt(constraint, 'minDomains'), action));
    for (const name of ['nodeAffinityPolicy', 'nodeTaintsPolicy']) {
      const policy = optStr(constraint, name);
      if (policy === undefined || NODE_POLICIES.includes(policy)) continue;
      errors.push(notSupported(at.child(name), policy, NODE_POLICIES));
    }
    const checkKeys = options.lenientSpreadLabelKeys ? checkOldSpreadLabelKeys : checkSpreadLabelKeys;
    errors.push(...checkKeys(at, constraint));
    if (!options.anySpreadSelector) {
      errors.push(...checkSelector(at.child('labelSelector'), obj(constraint, 'labelSelector')));
    }
    return errors;
  });
}

function checkMinDomains(path: FieldPath, domains: bigint | undefined, action: string): FieldError[] {
  if (domains === undefined) return [];
  const errors = domains <= 0n ? [invalid(path, domains, 'must be greater than zero')] : [];
  if (action !== 'DoNotSchedule') {
    const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`;
    errors.push(invalid(path, domains, detail));
  }
  return errors;
}

/** Upstream: `validateSchedulingGates`. */
export function checkGates(path: FieldPath, spec: JsonObject): FieldError[] {
  const seen = new Set<string>();
  return objs(spec, 'schedulingGates').flatMap((gate, i) => {
    const name = str(gate, 'name');
    const errors = checkLabelKey(path.index(i), name);
    if (seen.has(name)) errors.push(duplicate(path.index(i), name));
    seen.add(name);
    return errors;
  });
}
