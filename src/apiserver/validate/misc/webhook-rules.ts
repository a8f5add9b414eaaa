import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, invalid, invalidText, notSupported, required } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { optStr, strs } from '../fields.ts';
import { goText } from '../go-struct.ts';

/** Errors for a text that may be absent but must be one of the values. */
export function checkOptional(
  path: FieldPath,
  owner: JsonObject,
  key: string,
  values: readonly string[],
): FieldError[] {
  const value = optStr(owner, key);
  return value === undefined || values.includes(value) ? [] : [notSupported(path.child(key), value, values)];
}

/** Errors for a rule with operations. Upstream: `validateRuleWithOperations`. */
export function checkRule(path: FieldPath, rule: JsonObject): FieldError[] {
  const operations = strs(rule, 'operations');
  const errors: FieldError[] = [];
  const list = (key: string, what: string): void => {
    const values = strs(rule, key);
    if (values.length === 0) errors.push(required(path.child(key)));
    if (values.length > 1 && values.includes('*')) {
      const detail = `if '*' is present, must not specify other ${what}`;
      errors.push(invalidText(path.child(key), goText('[s', rule[key]), detail));
    }
  };
  list('operations', 'operations');
  const known = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
  for (const [i, operation] of operations.entries()) {
    if (!known.includes(operation)) errors.push(notSupported(path.child('operations').index(i), operation, known));
  }
  list('apiGroups', 'API groups');
  list('apiVersions', 'API versions');
  for (const [i, version] of strs(rule, 'apiVersions').entries()) {
    if (version === '') errors.push(required(path.child('apiVersions').index(i)));
  }
  errors.push(...checkRuleResources(path.child('resources'), rule));
  return [...errors, ...checkOptional(path, rule, 'scope', ['*', 'Cluster', 'Namespaced'])];
}

function checkRuleResources(path: FieldPath, rule: JsonObject): FieldError[] {
  const resources = strs(rule, 'resources');
  const errors: FieldError[] = resources.length === 0 ? [required(path)] : [];
  const [wholeResources, wholeSubs] = [new Set<string>(), new Set<string>()];
  let plain = false;
  for (const [i, name] of resources.entries()) {
    const at = path.index(i);
    const slash = name.indexOf('/');
    if (name === '') errors.push(required(at));
    else if (slash < 0) plain = name !== '*';
    else {
      const [resource, sub] = [name.slice(0, slash), name.slice(slash + 1)];
      if (wholeResources.has(resource)) {
        errors.push(invalid(at, name, `if '${resource}/*' is present, must not specify ${name}`));
      }
      if (wholeSubs.has(sub)) errors.push(invalid(at, name, `if '*/${sub}' is present, must not specify ${name}`));
      if (sub === '*') wholeResources.add(resource);
      if (resource === '*') wholeSubs.add(sub);
    }
  }
  const shown = goText('[s', rule['resources']);
  if (resources.length > 1 && resources.includes('*/*')) {
    errors.push(invalidText(path, shown, "if '*/*' is present, must not specify other resources"));
  }
  if (resources.includes('*') && plain) {
    const detail = "if '*' is present, must not specify other resources without subresources";
    errors.push(invalidText(path, shown, detail));
  }
  return errors;
}
