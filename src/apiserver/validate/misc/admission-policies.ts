import { createExpressionChecker, type ExpressionChecker } from '../../../engine/cel-validation/index.ts';
import { deepEqual, type JsonObject } from '../../../model/json.ts';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  invalidText,
  notSupported,
  required,
} from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { byteLength, has, obj, objs, optStr, size, str, strs } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { checkSelector } from '../label-selector.ts';
import { checkMetadata } from '../metadata.ts';
import { dnsSubdomain, labelKey, oldDnsLabel, pathSegment, subdomainName } from '../names.ts';
import { checkMatchConditions } from './match-conditions.ts';
import { checkOptional, checkRule } from './webhook-rules.ts';

const SPEC = root('spec');
const NOTHING_TO_DO = 'validations or auditAnnotations must contain at least one item';
const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const ACTIONS = ['Audit', 'Deny', 'Warn'];
const MOST_ANNOTATIONS = 20;
const LONGEST_VALUE = 5 * 1024;
const IDENTIFIER = /^[_a-zA-Z][_a-zA-Z0-9]*$/;
const RESERVED = new Set(
  `true false null in as break const continue else for function if import let loop package namespace return var void
  while`.split(/\s+/),
);

/** Upstream: `ValidateValidatingAdmissionPolicy` of `pkg/apis/admissionregistration/validation`. */
export function checkAdmissionPolicy(object: JsonObject): FieldError[] {
  return checkPolicy(object, false);
}

/** Upstream: `ValidateValidatingAdmissionPolicyUpdate`: conditions that stay as they are are not looked at. */
export function checkAdmissionPolicyUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  const [now, then] = [obj(object, 'spec'), obj(old, 'spec')];
  return checkPolicy(
    object,
    ['paramKind', 'matchConditions'].every((key) => deepEqual(now?.[key], then?.[key])),
  );
}

function checkPolicy(object: JsonObject, skipsConditions: boolean): FieldError[] {
  const spec = obj(object, 'spec') ?? {};
  const errors = checkMetadata(obj(object, 'metadata'), false, subdomainName);
  if (!has(spec, 'failurePolicy')) errors.push(required(SPEC.child('failurePolicy')));
  errors.push(...checkOptional(SPEC, spec, 'failurePolicy', ['Fail', 'Ignore']));
  const paramKind = obj(spec, 'paramKind');
  if (paramKind !== undefined) errors.push(...checkParamKind(SPEC.child('paramKind'), paramKind));
  const constraints = obj(spec, 'matchConstraints');
  const at = SPEC.child('matchConstraints');
  if (constraints === undefined) errors.push(required(at));
  else {
    errors.push(...checkMatchResources(at, constraints));
    if (size(constraints, 'resourceRules') === 0) errors.push(required(at.child('resourceRules')));
  }
  const hasParams = paramKind !== undefined;
  if (!skipsConditions) errors.push(...checkMatchConditions(SPEC.child('matchConditions'), spec, hasParams));
  const checker = createExpressionChecker(size(spec, 'variables') > 0);
  for (const [i, variable] of objs(spec, 'variables').entries()) {
    errors.push(...checkVariable(SPEC.child('variables').index(i), variable, checker, hasParams));
  }
  if (size(spec, 'validations') === 0 && size(spec, 'auditAnnotations') === 0) {
    const missing = ['validations', 'auditAnnotations'].map((key) => required(SPEC.child(key), NOTHING_TO_DO));
    return [...errors, ...missing];
  }
  for (const [i, validation] of objs(spec, 'validations').entries()) {
    errors.push(...checkValidation(SPEC.child('validations').index(i), validation, checker, hasParams));
  }
  return [...errors, ...checkAnnotations(object, spec, checker, hasParams)];
}

/** Upstream: `validateParamKind`. */
function checkParamKind(path: FieldPath, paramKind: JsonObject): FieldError[] {
  const [apiVersion, kind] = [str(paramKind, 'apiVersion'), str(paramKind, 'kind')];
  const at = path.child('apiVersion');
  const errors: FieldError[] = [];
  const slashes = apiVersion === '/' ? 0 : apiVersion.split('/').length - 1;
  if (apiVersion === '') errors.push(required(at));
  else if (slashes > 1) errors.push(invalid(at, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  else {
    const [group = '', version = ''] =
      apiVersion === '/' ? [] : slashes === 1 ? apiVersion.split('/') : ['', apiVersion];
    const complaints = group === '' ? [] : dnsSubdomain(group);
    if (complaints.length > 0) errors.push(invalid(at, group, complaints.join(',')));
    const faults = version === '' ? [] : oldDnsLabel(version);
    if (version === '') errors.push(invalid(at, apiVersion, 'version must be specified'));
    else if (faults.length > 0) errors.push(invalid(at, version, faults.join(',')));
  }
  const complaints = kind === '' ? [] : oldDnsLabel(kind.toLowerCase());
  if (kind === '') errors.push(required(path.child('kind')));
  else if (complaints.length > 0) {
    const detail = `may have mixed case, but should otherwise match: ${complaints.join(',')}`;
    errors.push(invalid(path.child('kind'), kind, detail));
  }
  return errors;
}

/** Upstream: `validateMatchResources`. */
function checkMatchResources(path: FieldPath, match: JsonObject): FieldError[] {
  const errors = has(match, 'matchPolicy') ? [] : [required(path.child('matchPolicy'))];
  errors.push(...checkOptional(path, match, 'matchPolicy', ['Equivalent', 'Exact']));
  for (const key of ['namespaceSelector', 'objectSelector']) {
    if (has(match, key)) errors.push(...checkSelector(path.child(key), obj(match, key)));
    else errors.push(required(path.child(key)));
  }
  for (const key of ['resourceRules', 'excludeResourceRules']) {
    for (const [i, rule] of objs(match, key).entries()) errors.push(...checkNamedRule(path.child(key).index(i), rule));
  }
  return errors;
}

function checkNamedRule(path: FieldPath, rule: JsonObject): FieldError[] {
  const names = strs(rule, 'resourceNames');
  const errors = names.flatMap((name, i) => {
    const at = path.child('resourceNames').index(i);
    const complaints = invalidEach(at, name, pathSegment(name));
    return names.indexOf(name) < i ? [...complaints, duplicate(at, name)] : complaints;
  });
  return [...errors, ...checkRule(path, rule)];
}

/** Upstream: `validateVariable`. */
function checkVariable(
  path: FieldPath,
  variable: JsonObject,
  checker: ExpressionChecker,
  hasParams: boolean,
): FieldError[] {
  const [name, expression] = [str(variable, 'name'), str(variable, 'expression')];
  const errors: FieldError[] = [];
  if (name.trim() === '') errors.push(required(path.child('name'), 'name is not specified'));
  else if (!IDENTIFIER.test(name) || RESERVED.has(name)) {
    errors.push(invalid(path.child('name'), name, 'must be a valid CEL identifier'));
  }
  const at = path.child('expression');
  if (expression.trim() === '') return [...errors, required(at, 'expression is not specified')];
  const problem = checker.variable(name, expression, { hasParams, hasAuthorizer: true });
  return problem === undefined ? errors : [...errors, invalid(at, expression, problem)];
}

/** Upstream: `validateValidation`. */
function checkValidation(
  path: FieldPath,
  validation: JsonObject,
  checker: ExpressionChecker,
  hasParams: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  const [expression, computed] = [str(validation, 'expression'), str(validation, 'messageExpression')];
  const compile = (key: string, problem: string | undefined): void => {
    if (problem !== undefined) errors.push(invalid(path.child(key), str(validation, key), problem));
  };
  if (expression.trim() === '') errors.push(required(path.child('expression'), 'expression is not specified'));
  else compile('expression', checker.expression(expression, { hasParams, hasAuthorizer: true }, ['bool']));
  const blank = 'must be non-empty if specified';
  if (computed !== '' && computed.trim() === '') {
    errors.push(invalid(path.child('messageExpression'), computed, blank));
  } else if (computed !== '') {
    compile('messageExpression', checker.expression(computed, { hasParams, hasAuthorizer: false }, ['string']));
  }
  const message = str(validation, 'message');
  const at = path.child('message');
  if (message !== '' && message.trim() === '') errors.push(invalid(at, message, blank));
  else if (/[\n\r]/.test(message.trim())) errors.push(invalid(at, message, 'must not contain line breaks'));
  return [...errors, ...checkOptional(path, validation, 'reason', REASONS)];
}

function checkAnnotations(
  object: JsonObject,
  spec: JsonObject,
  checker: ExpressionChecker,
  hasParams: boolean,
): FieldError[] {
  const path = SPEC.child('auditAnnotations');
  const annotations = objs(spec, 'auditAnnotations');
  const owner = str(obj(object, 'metadata'), 'name');
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  if (annotations.length > MOST_ANNOTATIONS) {
    const shown = annotations.map((one) => ({ Key: str(one, 'key'), ValueExpression: str(one, 'valueExpression') }));
    errors.push(invalid(path, shown, `must not have more than ${MOST_ANNOTATIONS} auditAnnotations`));
  }
  for (const [i, annotation] of annotations.entries()) {
    const at = path.index(i);
    const key = str(annotation, 'key');
    if (owner === '') errors.push(invalid(at.child('key'), key, 'requires metadata.name be non-empty'));
    else errors.push(...invalidEach(at.child('key'), `${owner}/${key}`, labelKey(`${owner}/${key}`)));
    errors.push(...checkValueExpression(at.child('valueExpression'), annotation, checker, hasParams));
    if (seen.has(key)) errors.push(duplicate(at.child('key'), key));
    seen.add(key);
  }
  return errors;
}

function checkValueExpression(
  path: FieldPath,
  annotation: JsonObject,
  checker: ExpressionChecker,
  hasParams: boolean,
): FieldError[] {
  const text = str(annotation, 'valueExpression');
  const expression = text.trim();
  if (expression === '') return [required(path, 'valueExpression is not specified')];
  if (byteLength(expression) > LONGEST_VALUE) {
    return [required(path, `must not exceed ${LONGEST_VALUE} bytes in length`)];
  }
  const results = ['string', 'null_type'] as const;
  const problem = checker.expression(expression, { hasParams, hasAuthorizer: true }, results);
  return problem === undefined ? [] : [invalid(path, text, problem)];
}

/** Upstream: `ValidateValidatingAdmissionPolicyBinding` and its update, which is the same. */
export function checkAdmissionPolicyBinding(object: JsonObject): FieldError[] {
  const spec = obj(object, 'spec') ?? {};
  const policy = str(spec, 'policyName');
  const errors = checkMetadata(obj(object, 'metadata'), false, subdomainName);
  if (policy === '') errors.push(required(SPEC.child('policyName')));
  else errors.push(...invalidEach(SPEC.child('policyName'), policy, subdomainName(policy, false)));
  const [ref, match] = [obj(spec, 'paramRef'), obj(spec, 'matchResources')];
  if (ref !== undefined) errors.push(...checkParamRef(SPEC.child('paramRef'), ref));
  if (match !== undefined) errors.push(...checkMatchResources(SPEC.child('matchResources'), match));
  return [...errors, ...checkActions(spec)];
}

function checkParamRef(path: FieldPath, ref: JsonObject): FieldError[] {
  const [name, selector] = [str(ref, 'name'), obj(ref, 'selector')];
  const exclusive = 'name and selector are mutually exclusive';
  const errors = name === '' ? [] : invalidEach(path.child('name'), name, pathSegment(name));
  if (name !== '' && selector !== undefined) errors.push(forbidden(path.child('name'), exclusive));
  errors.push(...checkSelector(path.child('selector'), selector));
  if (name !== '' && selector !== undefined) errors.push(forbidden(path.child('selector'), exclusive));
  if (name === '' && selector === undefined) errors.push(required(path, 'one of name or selector must be specified'));
  const action = optStr(ref, 'parameterNotFoundAction') ?? '';
  const at = path.child('parameterNotFoundAction');
  if (action === '') errors.push(required(at));
  else if (action !== 'Deny' && action !== 'Allow') errors.push(notSupported(at, action, ['Deny', 'Allow']));
  return errors;
}

function checkActions(spec: JsonObject): FieldError[] {
  const path = SPEC.child('validationActions');
  const actions = strs(spec, 'validationActions');
  const errors = actions.flatMap((action, i) => [
    ...(ACTIONS.includes(action) ? [] : [notSupported(path.index(i), action, ACTIONS)]),
    ...(actions.indexOf(action) < i ? [duplicate(path.index(i), action)] : []),
  ]);
  if (actions.includes('Deny') && actions.includes('Warn')) {
    const detail =
      'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
    errors.push(invalidText(path, goText('[s', spec['validationActions']), detail));
  }
  if (actions.length === 0) errors.push(required(path, 'at least one validation action is required'));
  return errors;
}
