import { goJson } from '../../language/go-text.ts';
import { asObject, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { KINDS } from '../schema/policy-shapes.ts';
import type { CheckContext } from './context.ts';
import { printGo } from './print.ts';
import { filtersOf, hasText, mutatesExisting, objectsIn, textsIn } from './rule.ts';

const FORBIDDEN = [
  /[^.](serviceAccountName)\b/u,
  /[^.](serviceAccountNamespace)\b/u,
  /[^.](request.userInfo)\b/u,
  /[^.](request.roles)\b/u,
  /[^.](request.clusterRoles)\b/u,
];

/**
 * The use of who asks, which a background scan does not know: in match and exclude blocks or in a variable.
 * `undefined` when there is none. Upstream: pkg/validation/policy/background.go.
 */
export function userVariableError({ policy, rules }: CheckContext): string | undefined {
  for (const [index, rule] of rules.entries()) {
    const used = userFilter(index, rule);
    if (used !== undefined) return `invalid variable used at path: ${used}`;
  }
  if (policy.rules.some(mutatesExisting)) return undefined;
  // Printing the policy is dear, and few speak of users at all.
  if (!hasText(policy.document, (text) => /serviceAccountName|userInfo|roles|Roles/.test(text))) return undefined;
  const variable = variablesIn(policy).find((one) => FORBIDDEN.some((banned) => banned.test(one)));
  return variable === undefined ? undefined : `variable ${variable} is not allowed`;
}

/** Every `{{ … }}` in the printed policy, in the order in which Go prints it. */
export function variablesIn(policy: Policy): readonly string[] {
  const found = printPolicy(policy).matchAll(/(^|[^\\])(\{\{(?:\{[^{}]*\}|[^{}])*\}\})/gu);
  return Array.from(found, ([, , braces = '']) => braces);
}

function printPolicy(policy: Policy): string {
  const { document } = policy;
  const metadata = asObject(document['metadata']) ?? {};
  const annotations = asObject(metadata['annotations']);
  const last = { 'kubectl.kubernetes.io/last-applied-configuration': '' };
  const cleaned: JsonObject =
    annotations === undefined ? metadata : { ...metadata, annotations: { ...annotations, ...last } };
  const spec = KINDS.get(`${policy.apiVersion}/${policy.kind}`)?.fields['spec']?.shape ?? { type: 'any' };
  return `${goJson(cleaned)}${printGo(policy.spec, spec)}`;
}

function userFilter(index: number, rule: JsonObject): string | undefined {
  const at = (block: string, order: (path: string) => number) => {
    const filters = filtersOf(asObject(rule[block]) ?? {});
    const sorted = [...filters].sort((a, b) => order(a.path) - order(b.path));
    for (const { filter, path } of sorted) {
      const field = userField(filter);
      if (field !== undefined) return `spec/rules[${index}]/${block}/${path === '' ? '' : `${path}/`}${field}`;
    }
    return undefined;
  };
  const rank = (first: string) => (path: string) => (path === '' ? 0 : path.startsWith(first) ? 1 : 2);
  return at('match', rank('any')) ?? at('exclude', rank('all'));
}

function userField(filter: JsonObject): string | undefined {
  if (textsIn(filter['roles']).length > 0) return 'roles';
  if (textsIn(filter['clusterRoles']).length > 0) return 'clusterRoles';
  return objectsIn(filter['subjects']).length > 0 ? 'subjects' : undefined;
}
