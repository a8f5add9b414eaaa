import { findVariables } from '../../engine/variables/syntax.ts';
import { goJson } from '../../language/go-text.ts';
import { asObject, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { fieldError } from './print.ts';
import { generationOf, isGiven, objectsIn, text, textsIn } from './rule.ts';

/** Field errors of a generate rule; warnings go into `warnings`. Upstream: `Generation.Validate` in common_types.go. */
export function generateErrors(
  rule: JsonObject,
  path: string,
  policy: Policy,
  isClusterScoped: (kind: string) => boolean,
  warnings: string[],
): readonly string[] {
  const generation = generationOf(rule);
  if (generation === undefined) return [];
  const clone = asObject(generation['clone']);
  const sources = [
    isGiven(generation['data']),
    text(clone, 'name') !== '' || text(clone, 'namespace') !== '',
    isGiven(asObject(generation['cloneList'])?.['kinds']),
    isGiven(generation['foreach']),
  ];
  if (sources.filter(Boolean).length > 1) {
    return [
      fieldError.forbidden(path, 'only one of generate patterns(data, clone, cloneList and foreach) can be specified'),
    ];
  }
  const scope = { policy, isClusterScoped, warnings };
  if (!isGiven(generation['foreach'])) return patternErrors(generation, path, scope);
  return objectsIn(generation['foreach']).flatMap((one, index) =>
    patternErrors(one, `${path}.foreach[${index}]`, scope),
  );
}

interface Scope {
  readonly policy: Policy;
  readonly isClusterScoped: (kind: string) => boolean;
  readonly warnings: string[];
}

function patternErrors(pattern: JsonObject, path: string, scope: Scope): readonly string[] {
  const { policy, isClusterScoped, warnings } = scope;
  const errors: string[] = [];
  const kind = text(pattern, 'kind');
  const namespace = text(pattern, 'namespace');
  const fullKind = `${text(pattern, 'apiVersion')}/${kind}`;
  const mismatch = policy.kind === 'Policy' ? namespaceMismatch(pattern, fullKind, scope) : undefined;
  if (mismatch !== undefined) {
    errors.push(fieldError.forbidden(`${path}.namespace`, `target resource scope mismatched: ${mismatch} `));
  }
  if (kind !== '') {
    const wide = isClusterScoped(fullKind);
    if (!wide && namespace === '') {
      errors.push(fieldError.forbidden(`${path}.namespace`, 'target namespace must be set for a namespaced resource'));
    }
    if (wide && namespace !== '') {
      const detail = 'target namespace must not be set for a cluster-wide resource';
      errors.push(fieldError.forbidden(`${path}.namespace`, detail));
    }
  }
  const fixed = goJson({
    kind,
    apiVersion: text(pattern, 'apiVersion'),
    clone: pattern['clone'] ?? null,
    cloneList: pattern['cloneList'] ?? null,
  });
  if (findVariables(fixed).length > 0) {
    warnings.push(`variables in ${path}.clone/cloneList would lead to incorrect synchronization behavior`);
  }
  const cloned = textsIn(asObject(pattern['cloneList'])?.['kinds']);
  if (cloned.length > 0) return [...errors, ...cloneListErrors(pattern, cloned, path, scope)];
  for (const field of ['kind', 'name', 'apiVersion']) {
    if (text(pattern, field) === '') errors.push(fieldError.forbidden(`${path}.${field}`, `${field} can not be empty`));
  }
  return errors;
}

function namespaceMismatch(
  pattern: JsonObject,
  fullKind: string,
  { policy, isClusterScoped }: Scope,
): string | undefined {
  if (isClusterScoped(fullKind)) return `the target must be a namespaced resource: ${fullKind}`;
  const namespace = text(pattern, 'namespace');
  const found = (got: string) => `expected: ${policy.namespace}, received: ${got}`;
  if (namespace !== policy.namespace) {
    return `a namespaced policy cannot generate resources in other namespaces, ${found(namespace)}`;
  }
  const clone = asObject(pattern['clone']);
  if (text(clone, 'name') === '' || text(clone, 'namespace') === policy.namespace) return undefined;
  return `a namespaced policy cannot clone resources from other namespaces, ${found(text(clone, 'namespace'))}`;
}

function cloneListErrors(pattern: JsonObject, kinds: readonly string[], path: string, scope: Scope): readonly string[] {
  const { policy, isClusterScoped } = scope;
  const namespaced = policy.kind === 'Policy';
  const namespace = text(asObject(pattern['cloneList']), 'namespace');
  const errors: string[] = [];
  const forbid = (field: string, detail: string) =>
    errors.push(fieldError.forbidden(`${path}.cloneList.${field}`, detail));
  for (const kind of namespaced ? kinds : []) {
    if (isClusterScoped(kind)) forbid('kinds', `the source in cloneList must be a namespaced resource: ${kind}`);
    if (namespace !== policy.namespace) {
      const detail = `a namespaced policy cannot clone resources from other namespace, expected: ${policy.namespace}, received: ${namespace}`;
      forbid('namespace', detail);
    }
  }
  let wide = isClusterScoped(kinds[0] ?? '');
  for (const kind of kinds.slice(1)) {
    if (wide !== isClusterScoped(kind)) {
      forbid('kinds', 'mixed scope of target resources is forbidden');
      break;
    }
    wide &&= isClusterScoped(kind);
  }
  if (!wide && namespace === '') forbid('namespace', 'namespace is required for namespaced target resources');
  if (wide && !namespaced && namespace !== '')
    forbid('namespace', 'namespace is forbidden for cluster-wide target resources');
  return errors;
}
