import { compileSelector } from '../../language/label-selector.ts';
import { asObject, asString, type JsonObject } from '../../model/json.ts';
import { type GroupVersionKind, labelsOf } from '../../model/resource.ts';
import type { Registry } from '../resources/registry.ts';
import { apiVersionOf } from '../resources/resource.ts';
import type { Store } from './plugin.ts';

/** The parameters of a binding, `null` standing for none; or why there are none. */
export type Params =
  | { readonly params: readonly (JsonObject | null)[]; readonly error?: undefined }
  | { readonly error: string; readonly params?: undefined };

/**
 * Finds what a binding's `paramRef` means for a request in a namespace. No parameter at all (an empty list) lets the
 * request pass. Upstream: `CollectParams` in `k8s.io/apiserver/pkg/admission/plugin/policy/generic/policy_dispatcher.go`.
 */
export function collectParams(
  { store, registry }: { readonly store: Store; readonly registry: Registry },
  paramKind: GroupVersionKind | undefined,
  paramRef: JsonObject | undefined,
  namespace: string,
): Params {
  if (paramKind === undefined || paramRef === undefined) return { params: [null] };
  const namespaced = registry.byKind(paramKind)?.namespaced ?? true;
  const wanted = asString(paramRef['namespace']) ?? '';
  const inside = namespaced ? wanted || namespace : '';
  if (namespaced && inside === '') {
    return { error: 'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources' };
  }
  if (!namespaced && wanted !== '') {
    return { error: 'paramRef.namespace must not be provided for a cluster-scoped `paramKind`' };
  }
  const found = findParams(store, paramKind, paramRef, inside);
  if (found.length === 0 && paramRef['parameterNotFoundAction'] === 'Deny') {
    return { error: 'no params found for policy binding with `Deny` parameterNotFoundAction' };
  }
  const head = { apiVersion: apiVersionOf(paramKind), kind: paramKind.kind };
  return { params: found.map((param) => ({ ...param, ...head })) };
}

function findParams(
  store: Store,
  { group, kind }: GroupVersionKind,
  ref: JsonObject,
  namespace: string,
): readonly JsonObject[] {
  const name = asString(ref['name']) ?? '';
  if (name !== '') {
    const param = store.get(group, kind, namespace, name);
    return param === undefined ? [] : [param];
  }
  const matches = compileSelector(asObject(ref['selector']) ?? {}, false);
  return store.list(group, kind, namespace).filter((one) => matches(labelsOf(one)) === true);
}
