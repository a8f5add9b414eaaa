import { posix } from 'node:path';
import { EvaluationError } from '../../model/failure.ts';
import {
  asArray,
  asObject,
  asString,
  deepEqual,
  type Json,
  type JsonObject,
  setKey,
  withNumbers,
} from '../../model/json.ts';
import { compileTemplate } from '../variables/index.ts';
import { rewording, searchValue } from './evaluation.ts';
import type { EntryTarget, LoaderFactory } from './loader.ts';
import { typedString } from './typed.ts';

/** Compiles an `apiCall` entry. Upstream: `pkg/engine/context/loaders/apicall.go`, `pkg/engine/apicall/`. */
export function compileApiCall(name: string, apiCall: JsonObject): LoaderFactory {
  const call = compileTemplate(typedCall(apiCall));
  const pathText = asString(apiCall['jmesPath']) ?? '';
  const path = compileTemplate(pathText);
  const fallback = withNumbers(apiCall['default'] ?? null, 'float');
  const hasDefault = apiCall['default'] !== undefined && apiCall['default'] !== null;

  const fetch = (target: EntryTarget): Json => {
    const rendered = rewording(
      () => decodeCall(call.render(target.context)),
      (message) =>
        `failed to substitute variables in context entry ${name} ${asString(apiCall['urlPath']) ?? ''}: ${message}`,
    );
    checkNamespace(rendered.urlPath, target.policyNamespace);
    try {
      return execute(name, rendered, target);
    } catch (error) {
      if (error instanceof EvaluationError && hasDefault) return fallback;
      throw error;
    }
  };

  const transform = (data: Json, target: EntryTarget): Json => {
    if (pathText === '' || (hasDefault && deepEqual(data, fallback))) return data;
    const query = rewording(
      () => path.render(target.context),
      (message) => `failed to substitute variables in context entry ${name} JMESPath ${pathText}: ${message}`,
    );
    if (typeof query !== 'string') throw new EvaluationError(`JMESPath of context entry ${name} must be a string`);
    return rewording(
      () => searchValue(query, data, target.env),
      (message) => `failed to apply JMESPath ${query} for context entry ${name}: ${message}`,
    );
  };

  return (target) => {
    if (target.env.data.apiCall === undefined) return undefined;
    let data: Json | undefined;
    return {
      hasLoaded: () => data !== undefined,
      load: () => {
        data ??= rewording(
          () => fetch(target),
          (message) => `failed to fetch data for APICall: ${message}`,
        );
        const fetched = data;
        rewording(
          () => target.context.storeEntry(name, transform(fetched, target), 'merge'),
          (message) => `failed to store data for APICall: ${message}`,
        );
      },
    };
  };
}

/** An `apiCall` after substitution. */
export interface RenderedCall {
  readonly urlPath: string;
  readonly method: string;
  /** `undefined` without a `service` block. */
  readonly serviceUrl: string | undefined;
  readonly data: readonly Json[];
  readonly jmesPath: string;
}

/** The known fields of an `apiCall`, as the typed value is written to JSON before substitution. */
export function typedCall(apiCall: JsonObject): JsonObject {
  const known: Record<string, Json> = { urlPath: asString(apiCall['urlPath']) ?? '' };
  for (const key of ['method', 'data', 'service', 'default', 'jmesPath']) {
    const value = apiCall[key];
    if (value !== undefined && value !== null && value !== '') setKey(known, key, value);
  }
  return known;
}

/** Reads a rendered `apiCall`. Throws `EvaluationError` where a variable gave the wrong type. */
export function decodeCall(rendered: Json): RenderedCall {
  const call = asObject(rendered) ?? {};
  const service = asObject(call['service']);
  return {
    urlPath: typedString(call, 'urlPath', 'ContextAPICall'),
    method: typedString(call, 'method', 'ContextAPICall'),
    serviceUrl: service === undefined ? undefined : typedString(service, 'url', 'ServiceCall'),
    data: asArray(call['data']) ?? [],
    jmesPath: typedString(call, 'jmesPath', 'ContextAPICall'),
  };
}

const NAMESPACE_PATH = /^\/api(s)?\/.*?\/namespaces\/([^/]+)\/?.*$/;

function checkNamespace(urlPath: string, policyNamespace: string): void {
  if (policyNamespace === '') return;
  const path = cleanPath(urlPath);
  const namespace = NAMESPACE_PATH.exec(path)?.[2];
  if (namespace === undefined) {
    throw new EvaluationError(
      `path ${path} does not contain a namespace segment, which is required for namespaced policies`,
    );
  }
  if (namespace !== policyNamespace) {
    throw new EvaluationError(
      `path ${path} refers to namespace ${namespace}, which is different from the policy namespace ${policyNamespace}`,
    );
  }
}

/** Go's `path.Clean`: no slash at the end, an empty path is `.`. */
function cleanPath(path: string): string {
  const clean = posix.normalize(path);
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean;
}

function execute(name: string, call: RenderedCall, { env }: EntryTarget): Json {
  const { urlPath, method, serviceUrl } = call;
  if (urlPath === '' && serviceUrl === undefined) throw new EvaluationError(`missing service for APICall ${name}`);
  if (urlPath === '' && method !== 'GET' && method !== 'POST') {
    throw new EvaluationError(
      `failed to build HTTP request for APICall ${name}: invalid request type ${method} for APICall ${name}`,
    );
  }
  const answer = env.data.apiCall?.({
    method: method === 'POST' ? 'POST' : 'GET',
    url: urlPath === '' ? (serviceUrl ?? '') : urlPath,
    service: urlPath === '',
    ...(method === 'POST' ? { body: requestBody(call.data) } : {}),
  });
  if (answer?.ok) return withNumbers(answer.value, 'float');
  const text = answer?.error ?? '';
  throw new EvaluationError(urlPath === '' ? text : `failed to ${method} resource with raw url: ${urlPath}: ${text}`);
}

function requestBody(data: readonly Json[]): JsonObject {
  const body: Record<string, Json> = {};
  for (const item of data) {
    const entry = asObject(item) ?? {};
    setKey(body, asString(entry['key']) ?? '', entry['value'] ?? null);
  }
  return body;
}
