import { asString, getPath, type JsonObject } from '../model/json.ts';
import type { AdmissionRequest } from '../model/request.ts';
import type { RefusedResource } from './deny-text.ts';

/** The resource that a refusal names: the object of the request, the old one on DELETE. */
export function refusedResource(request: AdmissionRequest): RefusedResource {
  const object = request.object ?? request.oldObject ?? {};
  return { kind: request.kind.kind, namespace: namespaceIn(object, request), name: nameIn(object) };
}

/** The request's namespace is put into the object, but for Namespaces. Upstream: `ConvertResource` in `pkg/utils/admission`. */
export function namespaceIn(object: JsonObject, request: AdmissionRequest): string {
  if (request.kind.kind === 'Namespace') return '';
  return request.namespace !== '' ? request.namespace : (asString(getPath(object, 'metadata', 'namespace')) ?? '');
}

/** `metadata.name`, or `""`. */
export function nameIn(object: JsonObject): string {
  return asString(getPath(object, 'metadata', 'name')) ?? '';
}
