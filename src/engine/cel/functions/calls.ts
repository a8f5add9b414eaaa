import { EvaluationError } from '../../../model/failure.ts';
import { isObject, type Json, type JsonObject } from '../../../model/json.ts';
import type { CelHost, ResourceReference } from '../host.ts';
import { toJsonValue } from '../json-value.ts';
import { CelError, CelOpaque, type CelValue, entriesOf } from '../values.ts';
import { dataAt, textAt } from './arguments.ts';
import type { FunctionBody, FunctionTable } from './function.ts';

/** What the variables `resource` and `http` are: the namespace that their calls are bound to, `''` for none. */
interface BoundContext {
  readonly namespace: string;
}

type Kind = Omit<ResourceReference, 'namespace'>;

/** Values of the variables whose methods ask the outside. */
export function callContexts(namespace: string): Readonly<Record<string, CelValue>> {
  return {
    resource: new CelOpaque<BoundContext>('resource.Context', { namespace }),
    http: new CelOpaque<BoundContext>('http.Context', { namespace }),
    globalContext: new CelOpaque('globalcontext.Context', {}),
    image: new CelOpaque('imagedata.Context', {}),
    json: new CelOpaque('json.Json', {}),
    yaml: new CelOpaque('yaml.Yaml', {}),
  };
}

/**
 * Calls to the cluster, to HTTP services and registries, by overload. `host` answers them.
 * Upstream: `resource`, `http`, `globalcontext` and `imagedata` in `github.com/kyverno/sdk/extensions/cel/libs`.
 */
export const CALL_FUNCTIONS: FunctionTable = {
  ...styles('resource_get_string_string_string_string', (args, host) =>
    getResource({ ...kindAt(args), namespace: textAt(args, 3) }, textAt(args, 4), host),
  ),
  ...styles('resource_get_gvr_string_string', (args, host) =>
    getResource({ ...dataAt<Kind>(args, 1), namespace: textAt(args, 2) }, textAt(args, 3), host),
  ),
  ...styles('resource_get_string_string_string', (args, host) =>
    getResource({ ...kindAt(args), ...ownNamespace(args) }, textAt(args, 3), host),
  ),
  ...styles('resource_get_gvr_string', (args, host) =>
    getResource({ ...dataAt<Kind>(args, 1), ...ownNamespace(args) }, textAt(args, 2), host),
  ),
  ...styles('resource_list_string_string_string', (args, host) =>
    listResources({ ...kindAt(args), namespace: textAt(args, 3) }, {}, host),
  ),
  ...styles('resource_list_string_string_string_map', (args, host) =>
    listResources({ ...kindAt(args), namespace: textAt(args, 3) }, textsAt(args, 4), host),
  ),
  ...styles('list_resources_gvr_string', (args, host) =>
    listResources({ ...dataAt<Kind>(args, 1), namespace: textAt(args, 2) }, {}, host),
  ),
  ...styles('list_resources_gvr_string_map', (args, host) =>
    listResources({ ...dataAt<Kind>(args, 1), namespace: textAt(args, 2) }, textsAt(args, 3), host),
  ),
  ...styles('resource_list_string_string', (args, host) =>
    listResources({ ...kindAt(args), ...ownNamespace(args) }, {}, host),
  ),
  ...styles('resource_list_string_string_map', (args, host) =>
    listResources({ ...kindAt(args), ...ownNamespace(args) }, textsAt(args, 3), host),
  ),
  ...styles('list_resources_gvr', (args, host) =>
    listResources({ ...dataAt<Kind>(args, 1), ...ownNamespace(args) }, {}, host),
  ),
  ...styles('list_resources_gvr_map', (args, host) =>
    listResources({ ...dataAt<Kind>(args, 1), ...ownNamespace(args) }, textsAt(args, 2), host),
  ),
  ...styles('resource_post_string_string_string_map', (args, host) =>
    postResource({ ...kindAt(args), namespace: textAt(args, 3) }, args[4] ?? null, host),
  ),
  ...styles('resource_post_string_string_map', (args, host) =>
    postResource({ ...kindAt(args), ...ownNamespace(args) }, args[3] ?? null, host),
  ),
  ...styles('convert_to_gvr_string_string', (args, host) =>
    asked('failed to map kind to resource', host.resourceOf, (ask) => {
      const apiVersion = textAt(args, 1);
      const kind: Kind = { apiVersion, resource: ask(apiVersion, textAt(args, 2)) };
      return new CelOpaque('schema.GroupVersionResource', kind);
    }),
  ),
  ...styles('globalcontext_get_string', (args, host) => globalReference(textAt(args, 1), '', host)),
  ...styles('globalcontext_get_string_string', (args, host) => globalReference(textAt(args, 1), textAt(args, 2), host)),
  ...styles('imagedata_get_string', (args, host) =>
    asked('failed to get image data', host.imageData, (ask) => ask(textAt(args, 1))),
  ),
  ...styles('http_get_string', (args, host) => httpCall('GET', args, {}, host)),
  ...styles('http_get_string_headers', (args, host) => httpCall('GET', args, textsAt(args, 2), host)),
  ...styles('http_post_string_any', (args, host) => httpCall('POST', args, {}, host)),
  ...styles('http_post_string_any_headers', (args, host) => httpCall('POST', args, textsAt(args, 3), host)),
  ...styles('http_client_string', ([context = null]) => context),
};

/** Each method has a name in camel case and an older one in Pascal case. */
function styles(id: string, body: FunctionBody): FunctionTable {
  return { [`${id}_camel`]: body, [`${id}_pascal`]: body };
}

function kindAt(args: readonly CelValue[]): Kind {
  return { apiVersion: textAt(args, 1), resource: textAt(args, 2) };
}

function ownNamespace(args: readonly CelValue[]): { readonly namespace: string } {
  return { namespace: dataAt<BoundContext>(args, 0).namespace };
}

function textsAt(args: readonly CelValue[], index: number): Readonly<Record<string, string>> {
  return Object.fromEntries((entriesOf(args[index] ?? null) ?? []).map(([key, value]) => [String(key), String(value)]));
}

/** Asks the host; what it throws for bad answers becomes an error of the expression with a prefix. */
function asked<A extends readonly unknown[], R>(
  prefix: string,
  ask: ((...args: A) => R) | undefined,
  work: (ask: (...args: A) => R) => CelValue,
): CelValue {
  if (ask === undefined) return new CelError(`${prefix}: no answer is given for this call`);
  try {
    return work(ask);
  } catch (error) {
    if (error instanceof EvaluationError) return new CelError(`${prefix}: ${error.message}`);
    throw error;
  }
}

function getResource(reference: ResourceReference, name: string, host: CelHost): CelValue {
  return asked('failed to get resource', host.getResource, (ask) => ask(reference, name) ?? null);
}

function listResources(
  reference: ResourceReference,
  labels: Readonly<Record<string, string>>,
  host: CelHost,
): CelValue {
  return asked('failed to list resource', host.listResources, (ask) => ask(reference, labels));
}

function postResource(reference: ResourceReference, object: CelValue, host: CelHost): CelValue {
  const json = toJsonValue(object);
  if (json instanceof CelError) return json;
  return asked('failed to create resource', host.postResource, (ask) => ask(reference, asJsonObject(json)));
}

function asJsonObject(json: Json): JsonObject {
  return isObject(json) ? json : {};
}

function globalReference(name: string, projection: string, host: CelHost): CelValue {
  return asked('failed to get global reference', host.globalReference, (ask) => ask(name, projection));
}

function httpCall(
  method: 'GET' | 'POST',
  args: readonly CelValue[],
  headers: Readonly<Record<string, string>>,
  host: CelHost,
): CelValue {
  const body = method === 'POST' ? toJsonValue(args[2] ?? null) : undefined;
  if (body instanceof CelError) return body;
  return asked('request failed', host.httpCall, (ask) =>
    ask({
      ...{ method, url: textAt(args, 1), headers, fromNamespace: dataAt<BoundContext>(args, 0).namespace },
      ...(body === undefined ? {} : { body }),
    }),
  );
}
