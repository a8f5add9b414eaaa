import type { ClusterObjects, Lookup } from '../model/environment.ts';
import { EvaluationError } from '../model/failure.ts';
import { asObject, asString, type JsonObject } from '../model/json.ts';
import { parseApiVersion } from '../model/resource.ts';

/**
 * The objects of `paramKind` that `paramRef` means for an object of `namespace`, in order. Throws `EvaluationError` with
 * upstream's words.
 * Upstream: `CollectParams` in `pkg/admissionpolicy/utils.go`.
 */
export function collectParams(
  objects: ClusterObjects,
  paramKind: JsonObject,
  paramRef: JsonObject,
  namespace: string,
): readonly JsonObject[] {
  const place = { apiVersion: asString(paramKind['apiVersion']) ?? '', kind: asString(paramKind['kind']) ?? '' };
  const inside = paramsNamespace(objects, place, asString(paramRef['namespace']) ?? '', namespace);
  const name = asString(paramRef['name']) ?? '';
  if (name !== '') return [given(objects.get(place.apiVersion, place.kind, inside, name))];
  const selector = asObject(paramRef['selector']);
  const found = selector === undefined ? [] : given(objects.list(place.apiVersion, place.kind, inside, selector));
  if (found.length === 0 && paramRef['parameterNotFoundAction'] === 'Deny')
    throw new EvaluationError('no params found');
  return found;
}

function paramsNamespace(
  objects: ClusterObjects,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  wanted: string,
  ofObject: string,
): string {
  const { group, version } = parseApiVersion(apiVersion);
  const isNamespaced = objects.isNamespaced(group, version, kind);
  if (!isNamespaced.ok) {
    throw new EvaluationError(`failed to check if resource is namespaced or not (${isNamespaced.error})`);
  }
  if (!isNamespaced.value) {
    if (wanted === '') return '';
    throw new EvaluationError('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
  }
  if (wanted === '' && ofObject === '') {
    throw new EvaluationError("can't use namespaced paramRef to match cluster-scoped resources");
  }
  return wanted === '' ? ofObject : wanted;
}

function given<T>(lookup: Lookup<T>): T {
  if (!lookup.ok) throw new EvaluationError(lookup.error);
  return lookup.value;
}
