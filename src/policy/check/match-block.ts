import { asObject, type JsonObject } from '../../model/json.ts';
import { LABEL_SELECTOR, MATCH_V1, RESOURCE_DESCRIPTION } from '../schema/match-shapes.ts';
import { fieldError, printGo } from './print.ts';
import { objectsIn, text, textsIn } from './rule.ts';
import { isWildSelector, selectorError } from './selector.ts';

/** What the checks of a block need to know of the policy around it. */
export interface BlockScope {
  readonly namespaced: boolean;
  readonly isClusterScoped: (kind: string) => boolean;
}

/** Field errors of a match or exclude block. Upstream: `Validate` in match_resources_types.go. */
export function blockErrors(block: JsonObject | undefined, path: string, scope: BlockScope): readonly string[] {
  if (block === undefined) return [];
  const errors: string[] = [];
  const any = objectsIn(block['any']);
  const all = objectsIn(block['all']);
  if (any.length > 0 && all.length > 0) {
    errors.push(fieldError.invalid(path, printGo(block, MATCH_V1), "Can't specify any and all together"));
  }
  for (const [index, filter] of any.entries()) errors.push(...filterErrors(filter, `${path}.any[${index}]`, scope));
  for (const [index, filter] of all.entries()) errors.push(...filterErrors(filter, `${path}.all[${index}]`, scope));
  return [...errors, ...filterErrors(block, path, scope)];
}

function filterErrors(filter: JsonObject, path: string, scope: BlockScope): readonly string[] {
  return [...userErrors(filter, path), ...resourceErrors(asObject(filter['resources']) ?? {}, path, scope)];
}

/** Field errors of roles and subjects. Upstream: user_info_types.go. */
export function userErrors(filter: JsonObject, path: string): readonly string[] {
  const errors: string[] = [];
  for (const [index, subject] of objectsIn(filter['subjects']).entries()) {
    const at = `${path}.subjects[${index}]`;
    const kind = text(subject, 'kind');
    if (kind === '') errors.push(fieldError.required(`${at}.kind`));
    else if (!['User', 'Group', 'ServiceAccount'].includes(kind)) {
      const detail = "kind must be 'User', 'Group', or 'ServiceAccount'";
      errors.push(fieldError.invalid(`${at}.kind`, JSON.stringify(kind), detail));
    }
    if (text(subject, 'name') === '') errors.push(fieldError.required(`${at}.name`));
    if (kind === 'ServiceAccount' && text(subject, 'namespace') === '') {
      errors.push(fieldError.required(`${at}.namespace`, 'namespace is required when Kind is ServiceAccount'));
    }
  }
  for (const [index, role] of textsIn(filter['roles']).entries()) {
    if (role.split(':').length === 2) continue;
    const detail = 'Role is expected to be in namespace:name format';
    errors.push(fieldError.invalid(`${path}.roles[${index}]`, JSON.stringify(role), detail));
  }
  return errors;
}

function resourceErrors(resources: JsonObject, path: string, scope: BlockScope): readonly string[] {
  const errors: string[] = [];
  if (text(resources, 'name') !== '' && textsIn(resources['names']).length > 0) {
    const printed = printGo(resources, RESOURCE_DESCRIPTION);
    errors.push(fieldError.invalid(path, printed, 'Both name and names can not be specified together'));
  }
  const selector = asObject(resources['selector']);
  if (selector !== undefined && !isWildSelector(selector)) {
    const { error, requirements } = selectorError(selector);
    const detail = error ?? (requirements === 0 ? 'The requirements are not specified in selector' : undefined);
    if (detail !== undefined) {
      errors.push(fieldError.invalid(`${path}.selector`, printGo(selector, LABEL_SELECTOR), detail));
    }
  }
  if (!scope.namespaced) return errors;
  if (textsIn(resources['namespaces']).length > 0) {
    const detail = 'Filtering namespaces not allowed in namespaced policies';
    errors.push(fieldError.forbidden(`${path}.namespaces`, detail));
  }
  for (const [index, kind] of textsIn(resources['kinds']).entries()) {
    if (!scope.isClusterScoped(kind)) continue;
    const detail = `Cluster wide resource '${kind}' not allowed in namespaced policy`;
    errors.push(fieldError.forbidden(`${path}.kinds[${index}]`, detail));
  }
  return errors;
}
