import type { CelHost } from '../engine/index.ts';
import type { Environment, Lookup } from '../model/environment.ts';
import { EvaluationError, NotSupportedError } from '../model/failure.ts';
import { type Json, type JsonObject, withNumbers } from '../model/json.ts';
import { labelsOf, nameOf, parseApiVersion } from '../model/resource.ts';
import { type ApiReader, isIncomplete } from './api-call.ts';
import type { ServedResource } from './resource-table.ts';

const NO_RESOURCE = 'the server could not find the requested resource';

/**
 * Answers the calls of CEL policies from a cluster: its objects, global context entries, data given about images. Refusals
 * are the API server's. Throws `NotSupportedError` for what a cluster state cannot answer.
 * Upstream: `pkg/cel/libs/context.go`.
 */
export function clusterCelHost(reader: ApiReader, { clock, random, data }: Environment): CelHost {
  const { state, resources } = reader;
  const find = (
    apiVersion: string,
    resource: string,
    namespace: string,
    single: boolean,
  ): ServedResource | undefined => {
    const { group, version } = parseApiVersion(apiVersion);
    if (version.includes('/')) throw new EvaluationError(`unexpected GroupVersion string: ${apiVersion}`);
    const [name = '', subresource = ''] = resource.split('/');
    if (subresource !== '') throw new NotSupportedError(`reading ${resource} in CEL`);
    const served = resources.find(group, version, name, '');
    const isMisplaced = served?.namespaced === false ? namespace !== '' : single && namespace === '';
    return isMisplaced ? undefined : served;
  };
  return {
    now: () => clock.now(),
    random: () => random.next(),
    getResource: ({ apiVersion, resource, namespace }, name) => {
      const served = find(apiVersion, resource, namespace, true);
      if (served === undefined) return undefined;
      const object = state.get(served.group, served.kind, namespace, name);
      if (object !== undefined) return asServed(served, object);
      if (isIncomplete(served)) throw new NotSupportedError(`reading the ${served.kind} ${name} in CEL`);
      // What is not there is an empty object: the client of admission loses the error.
      return undefined;
    },
    listResources: ({ apiVersion, resource, namespace }, labels) => {
      const served = find(apiVersion, resource, namespace, false);
      if (served === undefined) throw new EvaluationError(NO_RESOURCE);
      if (isIncomplete(served)) throw new NotSupportedError(`listing ${served.resource} in CEL`);
      const items = state
        .list(served.group, served.kind, namespace === '' ? undefined : namespace)
        .filter((object) => Object.entries(labels).every(([key, value]) => labelsOf(object)[key] === value))
        .map((object) => asServed(served, object));
      return { apiVersion, kind: `${served.kind}List`, metadata: { resourceVersion: '1' }, items };
    },
    postResource: ({ resource }) => {
      throw new NotSupportedError(`making ${resource} in CEL`);
    },
    resourceOf: (apiVersion, kind) => {
      const { group, version } = parseApiVersion(apiVersion);
      const served = resources.all.find(
        (one) => one.subresource === '' && one.group === group && one.version === version && one.kind === kind,
      );
      if (served !== undefined) return served.resource;
      throw new EvaluationError(`no matches for kind "${kind}" in version "${apiVersion}"`);
    },
    httpCall: ({ method, url }) => {
      throw new NotSupportedError(`the call ${method} ${url}`, 'services are not called');
    },
    globalReference: (name, projection) => {
      if (!state.list('kyverno.io', 'GlobalContextEntry').some((entry) => nameOf(entry) === name)) return null;
      return given(data.globalReference?.(projection === '' ? name : `${name}.${projection}`), name);
    },
    imageData: (image) => given(data.imageData?.(image), image),
  };
}

function given(lookup: Lookup<Json> | undefined, what: string): Json {
  if (lookup === undefined) throw new NotSupportedError(`reading ${what} in CEL`);
  if (lookup.ok) return withNumbers(lookup.value, 'int');
  throw new EvaluationError(lookup.error);
}

function asServed(served: ServedResource, object: JsonObject): JsonObject {
  const apiVersion = served.group === '' ? served.version : `${served.group}/${served.version}`;
  if (object['apiVersion'] === apiVersion) return object;
  throw new NotSupportedError(`reading ${served.kind} of ${String(object['apiVersion'])} as ${apiVersion}`);
}
