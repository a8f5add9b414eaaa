import { compileQuery, searchQuery } from '../language/jmespath/index.ts';
import type { Clock, Lookup, RandomSource } from '../model/environment.ts';
import { EvaluationError, NotSupportedError } from '../model/failure.ts';
import {
  asArray,
  asObject,
  asString,
  getPath,
  isObject,
  type Json,
  type JsonObject,
  withNumbers,
} from '../model/json.ts';
import { nameOf } from '../model/resource.ts';
import { type ApiReader, answerApiCall } from './api-call.ts';

/**
 * The data of a GlobalContextEntry among the objects; `name` is `ENTRY` or `ENTRY.PROJECTION`.
 * Throws `NotSupportedError` for an entry that calls a service.
 * Upstream: `pkg/engine/context/loaders/globalcontext.go`, `pkg/globalcontext/k8sresource` and `externalapi`.
 */
export function findGlobalEntry(
  reader: ApiReader,
  name: string,
  env: { readonly clock: Clock; readonly random: RandomSource },
): Lookup<Json> {
  const [key = '', projection = ''] = name.split('.');
  const entry = reader.state.list('kyverno.io', 'GlobalContextEntry').find((object) => nameOf(object) === key);
  if (entry === undefined) return { ok: false, error: `failed to fetch entry key=${key}` };
  const spec = asObject(entry['spec']) ?? {};
  const resource = asObject(spec['kubernetesResource']);
  const data = resource === undefined ? called(reader, spec, key) : listed(reader, resource);
  if (!data.ok || projection === '') return data;
  const query = (asArray(spec['projections']) ?? []).filter(isObject).find((one) => one['name'] === projection);
  const missing = resource === undefined ? 'no data available' : `projection "${projection}" not found`;
  if (query === undefined) return { ok: false, error: missing };
  try {
    const value = searchQuery(compileQuery(asString(query['jmesPath']) ?? ''), data.value, env);
    return value === null && resource === undefined ? { ok: false, error: missing } : { ok: true, value };
  } catch (error) {
    if (error instanceof EvaluationError) return { ok: false, error: missing };
    throw error;
  }
}

function listed(reader: ApiReader, resource: JsonObject): Lookup<Json> {
  const text = (key: string) => asString(resource[key]) ?? '';
  const served = reader.resources.find(text('group'), text('version'), text('resource'), '');
  if (served === undefined) return { ok: true, value: [] };
  const namespace = text('namespace');
  const objects = reader.state.list(served.group, served.kind, namespace === '' ? undefined : namespace);
  return { ok: true, value: objects.map((object) => withNumbers(object, 'float')) };
}

function called(reader: ApiReader, spec: JsonObject, key: string): Lookup<Json> {
  const call = asObject(spec['apiCall']) ?? {};
  const url = asString(call['urlPath']) ?? '';
  const service = asString(getPath(call, 'service', 'url'));
  if (url === '' || service !== undefined)
    throw new NotSupportedError(`the service of the global context entry ${key}`);
  const method = asString(call['method']) === 'POST' ? 'POST' : 'GET';
  return answerApiCall(reader, { method, url, service: false });
}
