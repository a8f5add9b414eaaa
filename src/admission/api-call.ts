import type { ApiCallRequest, Lookup } from '../model/environment.ts';
import { NotSupportedError } from '../model/failure.ts';
import { type Json, type JsonObject, withNumbers } from '../model/json.ts';
import { labelsOf, nameOf } from '../model/resource.ts';
import { VERSIONS } from '../model/settings.ts';
import { type ApiPath, parseApiPath } from './api-path.ts';
import type { ClusterState } from './cluster-state.ts';
import { INCOMPLETE_KINDS } from './default-objects.ts';
import { compileFieldSelector } from './field-selector.ts';
import { matchesRequirements, parseSelectorText } from './label-selector.ts';
import type { ResourceTable, ServedResource } from './resource-table.ts';

/** What the API server is asked through: the objects as they are stored, and what is served. */
export interface ApiReader {
  readonly state: ClusterState;
  readonly resources: ResourceTable;
}

/** What Kyverno's client makes of 404 and 400: it reads nothing of the API server's own text. */
const NOT_FOUND: Lookup<Json> = { ok: false, error: 'the server could not find the requested resource' };
const BAD_REQUEST: Lookup<Json> = { ok: false, error: 'the server rejected our request for an unknown reason' };

/**
 * Answers a context entry's call to the API server from the objects at hand: an object, a list (empty where there is
 * nothing) or a refusal in the words of Kyverno's client (`DoRaw` of client-go). Numbers are floats, as the engine reads them from JSON.
 * Throws `NotSupportedError` naming the call for all that the objects cannot answer: services, POST, discovery, kinds
 * of which a cluster has objects of its own.
 */
export function answerApiCall(reader: ApiReader, call: ApiCallRequest): Lookup<Json> {
  if (call.service || call.method !== 'GET') {
    throw new NotSupportedError(`the call ${call.method} ${call.url}`, 'the cluster state cannot answer it');
  }
  if (/^\/version\/?$/.test(call.url)) return { ok: true, value: versionInfo() };
  const path = parseApiPath(call.url);
  if (path === undefined) {
    if (/^\/apis?(?:\/|$)/.test(call.url)) throw notAnswered(call);
    return NOT_FOUND;
  }
  const served = reader.resources.find(path.group, path.version, path.resource, path.subresource);
  if (served === undefined || (!served.namespaced && path.namespace !== '')) return NOT_FOUND;
  if (path.subresource !== '' && path.subresource !== 'status') throw notAnswered(call);
  return path.name === '' ? list(reader, served, path, call) : get(reader, served, path, call);
}

function get(reader: ApiReader, served: ServedResource, path: ApiPath, call: ApiCallRequest): Lookup<Json> {
  if (served.namespaced && path.namespace === '') return NOT_FOUND;
  const object = served.namespaced
    ? reader.state.get(served.group, served.kind, path.namespace, path.name)
    : reader.state.list(served.group, served.kind).find((one) => nameOf(one) === path.name);
  if (object !== undefined) return { ok: true, value: read(served, object) };
  if (isIncomplete(served)) throw notAnswered(call);
  return NOT_FOUND;
}

function list(reader: ApiReader, served: ServedResource, path: ApiPath, call: ApiCallRequest): Lookup<Json> {
  if (isIncomplete(served) || path.query.has('watch') || path.query.has('continue')) throw notAnswered(call);
  const labels = parseSelectorText(path.query.get('labelSelector') ?? '');
  const fields = compileFieldSelector(path.query.get('fieldSelector') ?? '', `${served.group}/${served.kind}`);
  if (labels === undefined || fields === undefined) return BAD_REQUEST;
  const namespace = served.namespaced && path.namespace !== '' ? path.namespace : undefined;
  const items = reader.state
    .list(served.group, served.kind, namespace)
    .map((object) => read(served, object))
    .filter((object) => matchesRequirements(labels, labelsOf(object)) && fields(object))
    .map((object) => listItem(served, object));
  const limit = Number(path.query.get('limit') ?? 0);
  if (limit > 0 && items.length > limit) throw notAnswered(call);
  const apiVersion = served.group === '' ? served.version : `${served.group}/${served.version}`;
  return { ok: true, value: { kind: `${served.kind}List`, apiVersion, metadata: { resourceVersion: '1' }, items } };
}

function read(served: ServedResource, object: JsonObject): JsonObject {
  const apiVersion = served.group === '' ? served.version : `${served.group}/${served.version}`;
  if (object['apiVersion'] !== apiVersion) {
    throw new NotSupportedError(`reading ${served.kind} of ${String(object['apiVersion'])} as ${apiVersion}`);
  }
  return withNumbers(object, 'float') as JsonObject;
}

/** Items of built-in kinds come without kind and version, those of custom resources with them. */
function listItem({ group }: ServedResource, object: JsonObject): JsonObject {
  const custom = group.includes('.') && !group.endsWith('.k8s.io');
  if (custom) return object;
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
  return rest;
}

/** A kind of which a cluster has objects that are not in its state. */
export function isIncomplete({ group, kind }: ServedResource): boolean {
  return INCOMPLETE_KINDS.has(`${group}/${kind}`);
}

function notAnswered(call: ApiCallRequest): NotSupportedError {
  return new NotSupportedError(`the call ${call.method} ${call.url}`, 'the cluster state cannot answer it');
}

function versionInfo(): JsonObject {
  const [major = '', minor = ''] = VERSIONS.kubernetes.split('.');
  return {
    major,
    minor,
    gitVersion: `v${VERSIONS.kubernetes}`,
    gitTreeState: '',
    compiler: 'gc',
    platform: 'linux/amd64',
  };
}

/** A ConfigMap for a context entry. Upstream: client-go's `ConfigMaps(namespace).Get(name)`. */
export function findConfigMap(reader: ApiReader, namespace: string, name: string): Lookup<JsonObject> {
  if (name === '') return { ok: false, error: 'resource name may not be empty' };
  const object = reader.state.get('', 'ConfigMap', namespace, name);
  return object === undefined
    ? { ok: false, error: `configmaps "${name}" not found` }
    : { ok: true, value: withNumbers(object, 'float') as JsonObject };
}
