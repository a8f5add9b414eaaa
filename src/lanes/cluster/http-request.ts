import type { ClientRequest } from '../../model/admission.ts';
import { InputError } from '../../model/failure.ts';
import { asArray, asObject, asString, getPath, type Json, type JsonObject } from '../../model/json.ts';
import { gvkOf, nameOf, namespaceOf } from '../../model/resource.ts';
import type { ApiRequest } from './client.ts';
import { type Discovery, type ResourceInfo, resourcePath } from './discovery.ts';

const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/**
 * The HTTP request that stands for a client request. It is a server-side dry run where that is
 * wanted and the API server has one; exec has none. Throws `InputError` for a request that names nothing to address.
 */
export async function toHttp(
  request: ClientRequest,
  discovery: Discovery,
  oldObject: JsonObject | undefined,
  dryRun = true,
): Promise<ApiRequest> {
  const base = await target(request, discovery, oldObject);
  const as = request.userInfo === undefined ? {} : { as: request.userInfo };
  const query = queryOf(request, dryRun);
  switch (request.operation) {
    case 'CREATE': {
      const path = request.subresource === undefined ? base.collection : `${base.object}/${request.subresource}`;
      return { method: 'POST', path: path + query, body: request.object ?? {}, ...as };
    }
    case 'UPDATE': {
      const path = withSubresource(base.object, request) + query;
      if (request.patch !== undefined) {
        const manager = request.patch.type === 'apply' ? 'fieldManager=kyverdict&force=true' : '';
        return {
          method: 'PATCH',
          path: withQuery(path, manager),
          body: request.patch.body,
          contentType: PATCH_TYPES[request.patch.type],
          ...as,
        };
      }
      return { method: 'PUT', path, body: withResourceVersion(request.object ?? {}, oldObject), ...as };
    }
    case 'DELETE':
      return {
        method: 'DELETE',
        path: withSubresource(base.object, request) + query,
        ...(request.options === undefined ? {} : { body: request.options }),
        ...as,
      };
    case 'CONNECT':
      return { method: 'POST', path: `${withSubresource(base.object, request)}${connectQuery(request)}`, ...as };
  }
}

async function target(
  request: ClientRequest,
  discovery: Discovery,
  oldObject: JsonObject | undefined,
): Promise<{ readonly collection: string; readonly object: string }> {
  const object = request.object ?? oldObject;
  const info = await resourceOf(request, discovery, object);
  const namespace = request.namespace ?? (object === undefined ? '' : namespaceOf(object));
  const name = request.name ?? (object === undefined ? '' : nameOf(object));
  const inside = info.namespaced && namespace === '' ? 'default' : namespace;
  return { collection: resourcePath(info, inside), object: resourcePath(info, inside, name) };
}

/** The resource to address. One that is not served is addressed all the same: the API server answers 404 itself. */
async function resourceOf(
  request: ClientRequest,
  discovery: Discovery,
  object: JsonObject | undefined,
): Promise<ResourceInfo> {
  if (request.resource !== undefined) {
    const found = await discovery.ofName(request.resource);
    if (found !== undefined) return found;
    const [resource = '', ...group] = request.resource.split('.');
    return { group: group.join('.'), version: 'v1', kind: '', resource, namespaced: true };
  }
  if (object === undefined) {
    throw new InputError({
      code: 'no-target',
      message: 'the request names no resource and has no object',
      hint: 'give `resource` or `object`',
    });
  }
  const kind = gvkOf(object);
  return (await discovery.ofKind(kind)) ?? { ...kind, resource: `${kind.kind.toLowerCase()}s`, namespaced: true };
}

function withSubresource(path: string, request: ClientRequest): string {
  return request.subresource === undefined || request.subresource === '' ? path : `${path}/${request.subresource}`;
}

function queryOf(request: ClientRequest, dryRun: boolean): string {
  const query = new URLSearchParams(dryRun ? { dryRun: 'All' } : {});
  if (request.fieldValidation !== undefined && request.operation !== 'DELETE')
    query.set('fieldValidation', request.fieldValidation);
  return query.size === 0 ? '' : `?${query}`;
}

function withQuery(path: string, query: string): string {
  return query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`;
}

/** Exec and attach take their options as a query. */
function connectQuery(request: ClientRequest): string {
  const options = request.options ?? request.object ?? {};
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(options)) {
    if (key === 'kind' || key === 'apiVersion') continue;
    for (const item of asArray(value) ?? [value]) query.append(key, scalarText(item));
  }
  return query.size === 0 ? '' : `?${query}`;
}

function scalarText(value: Json): string {
  return asString(value) ?? String(value);
}

/** A replacement carries the stored version, as `kubectl replace` sends it. */
function withResourceVersion(object: JsonObject, oldObject: JsonObject | undefined): JsonObject {
  const version = getPath(oldObject, 'metadata', 'resourceVersion');
  if (version === undefined || getPath(object, 'metadata', 'resourceVersion') !== undefined) return object;
  return { ...object, metadata: { ...asObject(object['metadata']), resourceVersion: version } };
}
