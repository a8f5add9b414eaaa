import type { AccessCheck, AccessDecision } from '../../engine/cel-validation/index.ts';
import { goQuote } from '../../language/go-text.ts';
import { NotSupportedError } from '../../model/failure.ts';
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { UserInfo } from '../../model/request.ts';
import { nameOf, namespaceOf } from '../../model/resource.ts';
import type { Store } from '../plugins/plugin.ts';
import { DEFAULT_CLUSTER_ROLES, isDefaultRole, type PolicyRule } from './default-roles.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** Tells whether a user, or the service account that a check names, may do something. */
export type Authorizer = (user: UserInfo, check: AccessCheck) => AccessDecision;

/**
 * The API server's authorizer, in mode RBAC: members of `system:masters` may do everything, others what bindings in the
 * cluster state give them. Throws `NotSupportedError` where the answer hangs on a default role whose rules are not known.
 * Upstream: `plugin/pkg/auth/authorizer/rbac`, `pkg/registry/rbac/validation` of Kubernetes.
 */
export function createAuthorizer(store: Store): Authorizer {
  return (asking, check) => {
    const user = check.serviceAccount === undefined ? asking : serviceAccount(check.serviceAccount);
    if (user.groups?.includes('system:masters') === true) return { allowed: true, reason: '' };
    const bindings = [
      ...store.list(RBAC, 'ClusterRoleBinding'),
      ...(check.path === undefined && check.namespace !== '' ? store.list(RBAC, 'RoleBinding', check.namespace) : []),
    ];
    let unknown: string | undefined;
    const errors: string[] = [];
    for (const binding of bindings) {
      const home = namespaceOf(binding);
      const subject = objects(binding['subjects']).find((one) => isSubject(one, user, home));
      if (subject === undefined) continue;
      const role = asObject(binding['roleRef']) ?? {};
      const rules = rulesOf(store, role, home);
      if (typeof rules === 'string') errors.push(rules);
      else if (rules === undefined) unknown ??= asString(role['name']) ?? '';
      else if (rules.some((rule) => allows(rule, check))) {
        return { allowed: true, reason: `RBAC: allowed by ${describe(binding, role, subject, home)}` };
      }
    }
    if (unknown !== undefined) throw new NotSupportedError(`the rights of the default role ${unknown}`);
    if (errors.length === 0) return { allowed: false, reason: '' };
    return { allowed: false, reason: `RBAC: ${errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`}` };
  };
}

function serviceAccount({ namespace, name }: { readonly namespace: string; readonly name: string }): UserInfo {
  return {
    username: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
}

/** Is a user meant by a subject of a binding? `home` is the binding's namespace, `""` for cluster-wide ones. */
export function isSubject(subject: JsonObject, user: UserInfo, home: string): boolean {
  const name = asString(subject['name']) ?? '';
  switch (subject['kind']) {
    case 'User':
      return user.username === name;
    case 'Group':
      return (user.groups ?? []).includes(name);
    case 'ServiceAccount': {
      const namespace = asString(subject['namespace']) || home;
      return namespace !== '' && user.username === `system:serviceaccount:${namespace}:${name}`;
    }
    default:
      return false;
  }
}

/** A text is why there are none; `undefined`: the role is there, but its rules are not known. */
function rulesOf(store: Store, role: JsonObject, home: string): readonly PolicyRule[] | string | undefined {
  const [kind, name] = [asString(role['kind']) ?? '', asString(role['name']) ?? ''];
  if (kind !== 'Role' && kind !== 'ClusterRole') return `unsupported role reference kind: ${goQuote(kind)}`;
  const found = store.get(RBAC, kind, kind === 'Role' ? home : '', name);
  if (found !== undefined) return objects(found['rules']).map(policyRule);
  const known = kind === 'ClusterRole' ? DEFAULT_CLUSTER_ROLES.get(name) : undefined;
  if (known !== undefined || isDefaultRole(name)) return known;
  return `${kind === 'Role' ? 'roles' : 'clusterroles'}.${RBAC} ${goQuote(name)} not found`;
}

function policyRule(rule: JsonObject): PolicyRule {
  return {
    verbs: texts(rule['verbs']),
    apiGroups: texts(rule['apiGroups']),
    resources: texts(rule['resources']),
    resourceNames: texts(rule['resourceNames']),
    nonResourceURLs: texts(rule['nonResourceURLs']),
  };
}

/** Upstream: `RuleAllows` and `pkg/apis/rbac/v1/evaluation_helpers.go`. */
function allows(rule: PolicyRule, { verb, path, group, resource, subresource, name }: AccessCheck): boolean {
  const has = (list: readonly string[], text: string) => list.includes('*') || list.includes(text);
  if (!has(rule.verbs, verb)) return false;
  if (path !== undefined) {
    return rule.nonResourceURLs.some(
      (url) => url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, ''))),
    );
  }
  const whole = subresource === '' ? resource : `${resource}/${subresource}`;
  const listed = has(rule.resources, whole) || (subresource !== '' && rule.resources.includes(`*/${subresource}`));
  return listed && has(rule.apiGroups, group) && (rule.resourceNames.length === 0 || rule.resourceNames.includes(name));
}

function describe(binding: JsonObject, role: JsonObject, subject: JsonObject, home: string): string {
  const isServiceAccount = subject['kind'] === 'ServiceAccount';
  const name = asString(subject['name']) ?? '';
  const who = isServiceAccount ? `${name}/${asString(subject['namespace']) || home}` : name;
  const called = home === '' ? nameOf(binding) : `${nameOf(binding)}/${home}`;
  const what = `${home === '' ? 'ClusterRoleBinding' : 'RoleBinding'} ${goQuote(called)}`;
  const target = `${String(role['kind'])} ${goQuote(asString(role['name']) ?? '')}`;
  return `${what} of ${target} to ${String(subject['kind'])} ${goQuote(who)}`;
}

function objects(list: Json | undefined): readonly JsonObject[] {
  return (asArray(list) ?? []).filter(isObject);
}

function texts(list: Json | undefined): readonly string[] {
  return (asArray(list) ?? []).filter((item) => typeof item === 'string');
}
