import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, forbidden, invalid, invalidEach, invalidText, required } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { int, obj, objs, str, strs } from '../fields.ts';
import { jsonString } from '../go-value.ts';
import { checkSelector } from '../label-selector.ts';
import { checkLabelKey, labelName, labelValue, subdomainName } from '../names.ts';
import { checkLabelKeys } from './label-keys.ts';
import type { PodOptions } from './options.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Upstream: `validateAffinity`. */
export function checkAffinity(path: FieldPath, spec: JsonObject, options: PodOptions): FieldError[] {
  const affinity = obj(spec, 'affinity');
  if (affinity === undefined) return [];
  const errors: FieldError[] = [];
  const node = obj(affinity, 'nodeAffinity');
  if (node !== undefined) {
    const at = path.child('nodeAffinity');
    const selector = obj(node, REQUIRED);
    if (selector !== undefined) {
      errors.push(...checkNodeSelector(at.child(REQUIRED), selector, options.anyRequiredNodeAffinityValue));
    }
    for (const [i, term] of objs(node, PREFERRED).entries()) {
      const termAt = at.child(PREFERRED).index(i);
      errors.push(...checkWeight(termAt, term));
      errors.push(...checkNodeSelectorTerm(termAt.child('preference'), obj(term, 'preference'), true));
    }
  }
  for (const kind of ['podAffinity', 'podAntiAffinity']) {
    const part = obj(affinity, kind);
    const at = path.child(kind);
    for (const [i, term] of objs(part, REQUIRED).entries()) {
      errors.push(...checkPodTerm(at.child(REQUIRED).index(i), term, options));
    }
    for (const [i, term] of objs(part, PREFERRED).entries()) {
      const termAt = at.child(PREFERRED).index(i);
      errors.push(...checkWeight(termAt, term));
      errors.push(...checkPodTerm(termAt.child('podAffinityTerm'), obj(term, 'podAffinityTerm') ?? {}, options));
    }
  }
  return errors;
}

function checkWeight(path: FieldPath, term: JsonObject): FieldError[] {
  const weight = int(term, 'weight');
  return weight > 0n && weight <= 100n ? [] : [invalid(path.child('weight'), weight, 'must be in the range 1-100')];
}

function checkPodTerm(path: FieldPath, term: JsonObject, options: PodOptions): FieldError[] {
  const lenient = { allowInvalidValues: options.anySelectorValue };
  const errors = ['labelSelector', 'namespaceSelector'].flatMap((key) =>
    checkSelector(path.child(key), obj(term, key), lenient),
  );
  for (const name of strs(term, 'namespaces')) {
    errors.push(...invalidEach(path.child('namespace'), name, labelName(name, false)));
  }
  errors.push(...checkLabelKeys(path, term, strs(term, 'mismatchLabelKeys')));
  const topologyKey = str(term, 'topologyKey');
  if (topologyKey === '') errors.push(required(path.child('topologyKey'), 'can not be empty'));
  errors.push(...checkLabelKey(path.child('topologyKey'), topologyKey));
  return errors;
}

/** Upstream: `ValidateNodeSelector`. */
export function checkNodeSelector(path: FieldPath, selector: JsonObject, anyValue: boolean): FieldError[] {
  const terms = objs(selector, 'nodeSelectorTerms');
  const at = path.child('nodeSelectorTerms');
  if (terms.length === 0) return [required(at, 'must have at least one node selector term')];
  return terms.flatMap((term, i) => checkNodeSelectorTerm(at.index(i), term, anyValue));
}

function checkNodeSelectorTerm(path: FieldPath, term: JsonObject | undefined, anyValue: boolean): FieldError[] {
  return [
    ...objs(term, 'matchExpressions').flatMap((item, i) =>
      checkNodeRequirement(path.child('matchExpressions').index(i), item, anyValue),
    ),
    ...objs(term, 'matchFields').flatMap((item, i) => checkNodeField(path.child('matchFields').index(i), item)),
  ];
}

function checkNodeRequirement(path: FieldPath, requirement: JsonObject, anyValue: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const operator = str(requirement, 'operator');
  const values = strs(requirement, 'values');
  const at = path.child('values');
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) errors.push(required(at, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      errors.push(forbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    }
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1) {
      errors.push(required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
    }
  } else errors.push(invalidText(path.child('operator'), jsonString(operator), 'not a valid selector operator'));
  errors.push(...checkLabelKey(path.child('key'), str(requirement, 'key')));
  if (anyValue) return errors;
  for (const [i, value] of values.entries()) errors.push(...invalidEach(at.index(i), value, labelValue(value)));
  return errors;
}

function checkNodeField(path: FieldPath, requirement: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const operator = str(requirement, 'operator');
  const values = strs(requirement, 'values');
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalidText(path.child('operator'), jsonString(operator), 'not a valid selector operator'));
  } else if (values.length !== 1) {
    const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(path.child('values'), detail));
  }
  const key = str(requirement, 'key');
  if (key !== 'metadata.name') errors.push(invalid(path.child('key'), key, 'not a valid field selector key'));
  else {
    for (const [i, value] of values.entries()) {
      errors.push(...invalidEach(path.child('values').index(i), value, subdomainName(value, false)));
    }
  }
  return errors;
}
