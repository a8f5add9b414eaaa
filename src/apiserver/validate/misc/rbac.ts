import { goQuote } from '../../../language/go-text.ts';
import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, invalidEach, invalidText, notSupportedText, required } from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { has, obj, objs, size, str } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { checkSelector, isUsableSelector } from '../label-selector.ts';
import { checkCoreMetadata, checkCoreMetadataUpdate } from '../metadata.ts';
import { pathSegment, segmentName, subdomainName } from '../names.ts';

const GROUP = 'rbac.authorization.k8s.io';

/** Upstream: `ValidatePolicyRule`. */
function checkRule(path: FieldPath, rule: JsonObject, namespaced: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (size(rule, 'verbs') === 0) errors.push(required(path.child('verbs'), 'verbs must contain at least one value'));
  if (size(rule, 'nonResourceURLs') > 0) {
    const at = path.child('nonResourceURLs');
    const shown = goText('[s', rule['nonResourceURLs']);
    if (namespaced) errors.push(invalidText(at, shown, 'namespaced rules cannot apply to non-resource URLs'));
    if (['apiGroups', 'resources', 'resourceNames'].some((key) => size(rule, key) > 0)) {
      const detail = 'rules cannot apply to both regular resources and non-resource URLs';
      errors.push(invalidText(at, shown, detail));
    }
    return errors;
  }
  if (size(rule, 'apiGroups') === 0) {
    errors.push(required(path.child('apiGroups'), 'resource rules must supply at least one api group'));
  }
  if (size(rule, 'resources') === 0) {
    errors.push(required(path.child('resources'), 'resource rules must supply at least one resource'));
  }
  return errors;
}

function checkRules(role: JsonObject, namespaced: boolean): FieldError[] {
  return objs(role, 'rules').flatMap((rule, i) => checkRule(root('rules').index(i), rule, namespaced));
}

/** Upstream: `ValidateRole`. */
export function checkRole(role: JsonObject): FieldError[] {
  return [...checkCoreMetadata(obj(role, 'metadata'), true, segmentName), ...checkRules(role, true)];
}

/** Upstream: `ValidateRoleUpdate`. */
export function checkRoleUpdate(role: JsonObject, old: JsonObject): FieldError[] {
  return [...checkRole(role), ...checkCoreMetadataUpdate(role, old)];
}

function selectors(role: JsonObject): readonly JsonObject[] {
  return objs(obj(role, 'aggregationRule'), 'clusterRoleSelectors');
}

function checkWholeClusterRole(role: JsonObject, anyValue: boolean): FieldError[] {
  const errors = [...checkCoreMetadata(obj(role, 'metadata'), false, segmentName), ...checkRules(role, false)];
  if (!has(role, 'aggregationRule')) return errors;
  const at = root('aggregationRule', 'clusterRoleSelectors');
  if (selectors(role).length === 0) {
    const detail = 'at least one clusterRoleSelector required if aggregationRule is non-nil';
    errors.push(required(at, detail));
  }
  for (const [i, selector] of selectors(role).entries()) {
    errors.push(...checkSelector(at.index(i), selector, { allowInvalidValues: anyValue }));
    if (!isUsableSelector(selector)) errors.push(invalidText(at.index(i), 'null', 'invalid label selector.'));
  }
  return errors;
}

/** Upstream: `ValidateClusterRole`. */
export function checkClusterRole(role: JsonObject): FieldError[] {
  return checkWholeClusterRole(role, false);
}

/** Upstream: `ValidateClusterRoleUpdate`. */
export function checkClusterRoleUpdate(role: JsonObject, old: JsonObject): FieldError[] {
  const anyValue = selectors(old).some((selector) => checkSelector(root(''), selector).length > 0);
  return [...checkWholeClusterRole(role, anyValue), ...checkCoreMetadataUpdate(role, old)];
}

/** One of some plain strings. */
function checkOneOf(path: FieldPath, value: string, values: readonly string[]): FieldError[] {
  return values.includes(value) ? [] : [notSupportedText(path, goQuote(value), values)];
}

function checkSubject(path: FieldPath, subject: JsonObject, namespaced: boolean): FieldError[] {
  const [name, group] = [str(subject, 'name'), str(subject, 'apiGroup')];
  const errors: FieldError[] = name === '' ? [required(path.child('name'))] : [];
  switch (str(subject, 'kind')) {
    case 'ServiceAccount':
      if (name !== '') errors.push(...invalidEach(path.child('name'), name, subdomainName(name, false)));
      errors.push(...checkOneOf(path.child('apiGroup'), group, ['']));
      if (!namespaced && str(subject, 'namespace') === '') errors.push(required(path.child('namespace')));
      return errors;
    case 'User':
    case 'Group':
      return [...errors, ...checkOneOf(path.child('apiGroup'), group, [GROUP])];
    default:
      return [...errors, ...checkOneOf(path.child('kind'), str(subject, 'kind'), ['ServiceAccount', 'User', 'Group'])];
  }
}

function checkBinding(binding: JsonObject, namespaced: boolean): FieldError[] {
  const ref = obj(binding, 'roleRef');
  const at = root('roleRef');
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  const name = str(ref, 'name');
  return [
    ...checkCoreMetadata(obj(binding, 'metadata'), namespaced, segmentName),
    ...checkOneOf(at.child('apiGroup'), str(ref, 'apiGroup'), [GROUP]),
    ...checkOneOf(at.child('kind'), str(ref, 'kind'), kinds),
    ...(name === '' ? [required(at.child('name'))] : invalidEach(at.child('name'), name, pathSegment(name))),
    ...objs(binding, 'subjects').flatMap((subject, i) => checkSubject(root('subjects').index(i), subject, namespaced)),
  ];
}

function checkBindingUpdate(binding: JsonObject, old: JsonObject, namespaced: boolean): FieldError[] {
  const errors = [...checkBinding(binding, namespaced), ...checkCoreMetadataUpdate(binding, old)];
  const [now, then] = [obj(binding, 'roleRef'), obj(old, 'roleRef')];
  if (['apiGroup', 'kind', 'name'].every((key) => str(now, key) === str(then, key))) return errors;
  return [...errors, invalidText(root('roleRef'), goText('rbac.RoleRef', now), 'cannot change roleRef')];
}

/** Upstream: `ValidateRoleBinding`. */
export function checkRoleBinding(binding: JsonObject): FieldError[] {
  return checkBinding(binding, true);
}

/** Upstream: `ValidateRoleBindingUpdate`. */
export function checkRoleBindingUpdate(binding: JsonObject, old: JsonObject): FieldError[] {
  return checkBindingUpdate(binding, old, true);
}

/** Upstream: `ValidateClusterRoleBinding`. */
export function checkClusterRoleBinding(binding: JsonObject): FieldError[] {
  return checkBinding(binding, false);
}

/** Upstream: `ValidateClusterRoleBindingUpdate`. */
export function checkClusterRoleBindingUpdate(binding: JsonObject, old: JsonObject): FieldError[] {
  return checkBindingUpdate(binding, old, false);
}
