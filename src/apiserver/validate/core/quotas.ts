import { formatFloatF6 } from '../../../language/go-text.ts';
import type { JsonObject } from '../../../model/json.ts';
import { duplicate, type FieldError, forbidden, invalidText, required } from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { has, keysOf, obj, objs, size, str, strs } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { jsonString } from '../go-value.ts';
import { checkCoreMetadata, checkCoreMetadataUpdate } from '../metadata.ts';
import { labelKey, subdomainName } from '../names.ts';
import {
  checkResourceQuantity,
  compareQuantity,
  milliValue,
  type Quantity,
  quantities,
  quantity,
  quantityJson,
  quantityText,
  quantityWhole,
} from '../quantities.ts';
import {
  checkContainerResourceName,
  checkQuotaResourceName,
  checkResourceName,
  isOvercommitAllowed,
  isQuotaResource,
} from '../resource-names.ts';

const ONE = quantity('1');

/** Upstream: `ValidateLimitRange`. */
export function checkLimitRange(object: JsonObject): FieldError[] {
  const errors = checkCoreMetadata(obj(object, 'metadata'), true, subdomainName);
  const seen = new Set<string>();
  for (const [i, limit] of objs(obj(object, 'spec'), 'limits').entries()) {
    const at = root('spec', 'limits').index(i);
    const type = str(limit, 'type');
    errors.push(...checkLimitType(at.child('type'), type));
    if (seen.has(type)) errors.push({ ...duplicate(at.child('type'), type), value: jsonString(type) });
    seen.add(type);
    errors.push(...checkLimit(at, limit, type));
  }
  return errors;
}

function checkLimitType(path: FieldPath, type: string): FieldError[] {
  const errors = labelKey(type).map((detail) => invalidText(path, jsonString(type), detail));
  if (errors.length > 0 || type.includes('/')) return errors;
  if (['Pod', 'Container', 'PersistentVolumeClaim'].includes(type)) return [];
  return [invalidText(path, jsonString(type), 'must be a standard limit type or fully qualified')];
}

function checkLimit(path: FieldPath, limit: JsonObject, type: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const checkName = type === 'Pod' || type === 'Container' ? checkContainerResourceName : checkResourceName;
  const each = (list: string): void => {
    for (const name of keysOf(obj(limit, list))) {
      errors.push(...checkName(path.child(list).key(name), name));
      names.add(name);
    }
  };
  each('max');
  each('min');
  for (const list of ['default', 'defaultRequest']) {
    if (type !== 'Pod') each(list);
    else if (size(limit, list) > 0) {
      errors.push(forbidden(path.child(list), "may not be specified when `type` is 'Pod'"));
    }
  }
  if (type === 'PersistentVolumeClaim' && !has(obj(limit, 'min'), 'storage') && !has(obj(limit, 'max'), 'storage')) {
    const detail = 'either minimum or maximum storage value is required, but neither was provided';
    errors.push(required(path.child('limits'), detail));
  }
  each('maxLimitRequestRatio');
  for (const name of [...names].sort()) errors.push(...checkLimitValues(path, limit, name, type === 'Pod'));
  return errors;
}

function checkLimitValues(path: FieldPath, limit: JsonObject, name: string, ofPod: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const get = (list: string): Quantity | undefined => {
    const value = obj(limit, list)?.[name];
    return value === undefined ? undefined : quantity(value);
  };
  const [min, max, ratio] = [get('min'), get('max'), get('maxLimitRequestRatio')];
  const [normal, request] = ofPod ? [undefined, undefined] : [get('default'), get('defaultRequest')];
  const text = quantityText;
  const above = (
    a: Quantity | undefined,
    b: Quantity | undefined,
    at: string,
    shown: Quantity | undefined,
    words: (a: string, b: string) => string,
  ): void => {
    if (a === undefined || b === undefined || shown === undefined || compareQuantity(a, b) <= 0) return;
    errors.push(invalidText(path.child(at).key(name), quantityJson(shown), words(text(a), text(b))));
  };
  above(min, max, 'min', min, (a, b) => `min value ${a} is greater than max value ${b}`);
  above(min, request, 'defaultRequest', request, (a, b) => `min value ${a} is greater than default request value ${b}`);
  above(request, max, 'defaultRequest', request, (a, b) => `default request value ${a} is greater than max value ${b}`);
  above(request, normal, 'defaultRequest', request, (a, b) => {
    return `default request value ${a} is greater than default limit value ${b}`;
  });
  above(min, normal, 'default', min, (a, b) => `min value ${a} is greater than default value ${b}`);
  above(normal, max, 'default', max, (a, b) => `default value ${a} is greater than max value ${b}`);
  const ratioAt = path.child('maxLimitRequestRatio').key(name);
  if (ratio !== undefined && compareQuantity(ratio, ONE) < 0) {
    errors.push(invalidText(ratioAt, quantityJson(ratio), `ratio ${text(ratio)} is less than 1`));
  }
  if (ratio !== undefined && min !== undefined && max !== undefined) {
    const most = ratioOf(max, min, ratio);
    if (most !== undefined) {
      const detail = `ratio ${text(ratio)} is greater than max/min = ${formatFloatF6(most)}`;
      errors.push(invalidText(ratioAt, quantityJson(ratio), detail));
    }
  }
  if (
    !isOvercommitAllowed(name) &&
    normal !== undefined &&
    request !== undefined &&
    compareQuantity(normal, request) !== 0
  ) {
    const detail = `default value ${text(normal)} must equal to defaultRequest value ${text(request)} in ${name}`;
    errors.push(invalidText(path.child('defaultRequest').key(name), quantityJson(request), detail));
  }
  return errors;
}

/** max/min when the ratio is above it. Small numbers are compared in thousandths. */
function ratioOf(max: Quantity, min: Quantity, ratio: Quantity): number | undefined {
  const small = [max, min, ratio].every((value) => quantityWhole(value) < 9223372036854775n);
  const value = small ? milliValue : quantityWhole;
  const most = Number(value(max)) / Number(value(min));
  const wanted = small ? Number(milliValue(ratio)) / 1000 : Number(quantityWhole(ratio));
  return wanted > most ? most : undefined;
}

const POD_SCOPES = ['Terminating', 'NotTerminating', 'NotBestEffort', 'PriorityClass', 'CrossNamespacePodAffinity'];
const SCOPES = new Set([...POD_SCOPES, 'BestEffort', 'VolumeAttributesClass']);
const POD_COMPUTE = new Set([
  'pods',
  'cpu',
  'memory',
  'limits.cpu',
  'limits.memory',
  'requests.cpu',
  'requests.memory',
]);

function scopeFits(scope: string, resource: string): boolean {
  if (POD_SCOPES.includes(scope)) return POD_COMPUTE.has(resource);
  if (scope === 'BestEffort') return resource === 'pods';
  if (scope === 'VolumeAttributesClass') return ['persistentvolumeclaims', 'requests.storage'].includes(resource);
  return true;
}

function checkHard(path: FieldPath, owner: JsonObject | undefined, list: string): FieldError[] {
  return quantities(obj(owner, list)).flatMap(([name, value]) => {
    const at = path.child(list).key(name);
    return [...checkQuotaResourceName(at, name), ...checkResourceQuantity(at, name, value)];
  });
}

/** Upstream: `ValidateResourceQuotaSpec`. */
function checkQuotaSpec(spec: JsonObject | undefined): FieldError[] {
  const at = root('spec');
  const hard = keysOf(obj(spec, 'hard')).filter(isQuotaResource);
  const errors = checkHard(at, spec, 'hard');
  const scopes = strs(spec, 'scopes');
  const refuse = (path: FieldPath, detail: string): void => {
    errors.push(invalidText(path, goText('[s', spec?.['scopes']), detail));
  };
  const checkPairs = (path: FieldPath, used: readonly string[]): void => {
    for (const scope of ['BestEffort', 'Terminating']) {
      if (used.includes(scope) && used.includes(`Not${scope}`)) refuse(path, 'conflicting scopes');
    }
  };
  for (const scope of scopes) {
    if (!SCOPES.has(scope)) refuse(at.child('scopes'), 'unsupported scope');
    for (const name of hard) {
      if (!scopeFits(scope, name)) refuse(at.child('scopes'), 'unsupported scope applied to resource');
    }
  }
  checkPairs(at.child('scopes'), scopes);
  const selector = obj(spec, 'scopeSelector');
  if (selector === undefined) return errors;
  const selectorAt = at.child('scopeSelector', 'matchExpressions');
  const expressions = objs(selector, 'matchExpressions');
  for (const expression of expressions) errors.push(...checkScope(selectorAt, expression, hard, selector));
  checkPairs(
    selectorAt,
    expressions.map((expression) => str(expression, 'scopeName')),
  );
  return errors;
}

const MUST_EXIST =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

function checkScope(
  path: FieldPath,
  expression: JsonObject,
  hard: readonly string[],
  selector: JsonObject,
): FieldError[] {
  const errors: FieldError[] = [];
  const [scope, operator] = [str(expression, 'scopeName'), str(expression, 'operator')];
  const values = strs(expression, 'values');
  if (!SCOPES.has(scope)) errors.push(invalidText(path.child('scopeName'), jsonString(scope), 'unsupported scope'));
  for (const name of hard) {
    if (scopeFits(scope, name)) continue;
    const shown = goText('core.ScopeSelector', selector);
    errors.push(invalidText(path, shown, 'unsupported scope applied to resource'));
  }
  const plain = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity'];
  if (plain.includes(scope) && operator !== 'Exists') {
    errors.push(invalidText(path.child('operator'), jsonString(operator), MUST_EXIST));
  }
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) {
      const detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
      errors.push(required(path.child('values'), detail));
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
      errors.push(invalidText(path.child('values'), goText('[s', expression['values']), detail));
    }
  } else {
    errors.push(invalidText(path.child('operator'), jsonString(operator), 'not a valid selector operator'));
  }
  return errors;
}

/** Upstream: `ValidateResourceQuota`. */
export function checkResourceQuota(object: JsonObject): FieldError[] {
  return [
    ...checkCoreMetadata(obj(object, 'metadata'), true, subdomainName),
    ...checkQuotaSpec(obj(object, 'spec')),
    ...checkQuotaStatus(object),
  ];
}

function checkQuotaStatus(object: JsonObject): FieldError[] {
  const status = obj(object, 'status');
  return ['hard', 'used'].flatMap((list) => checkHard(root('status'), status, list));
}

/** Upstream: `ValidateResourceQuotaUpdate`. */
export function checkResourceQuotaUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  const spec = obj(object, 'spec');
  const errors = [...checkCoreMetadataUpdate(object, old), ...checkQuotaSpec(spec)];
  const [now, then] = [new Set(strs(spec, 'scopes')), new Set(strs(obj(old, 'spec'), 'scopes'))];
  if (now.size !== then.size || [...now].some((scope) => !then.has(scope))) {
    errors.push(invalidText(root('spec', 'scopes'), goText('[s', spec?.['scopes']), 'field is immutable'));
  }
  return errors;
}

/** Upstream: `ValidateResourceQuotaStatusUpdate`. */
export function checkResourceQuotaStatus(object: JsonObject, old: JsonObject): FieldError[] {
  return [...checkCoreMetadataUpdate(object, old), ...checkQuotaStatus(object)];
}
