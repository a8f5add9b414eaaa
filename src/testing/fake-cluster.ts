import { createAdmission } from '../admission/admission.ts';
import { parseApiPath } from '../admission/api-path.ts';
import type { Admission } from '../admission/world.ts';
import type { ApiClient, ApiReply, ApiRequest } from '../lanes/cluster/client.ts';
import { goJson } from '../language/go-text.ts';
import type { AdmissionAnswer } from '../model/admission.ts';
import { asObject, asString, getPath, isObject, type JsonObject } from '../model/json.ts';
import { labelsOf, nameOf } from '../model/resource.ts';
import { type ClusterSettings, DEFAULT_SETTINGS } from '../model/settings.ts';
import { parsePolicies } from '../policy/index.ts';
import { discoveryReply } from './discovery-reply.ts';
import { recordedRequest } from './recorded-request.ts';

/** A cluster in memory: it stores objects and asks the engine about every request. */
export interface FakeCluster extends ApiClient {
  /** What is stored, by path. */
  readonly stored: Map<string, JsonObject>;
  /** Every request, in order. */
  readonly seen: readonly ApiRequest[];
}

/** How a fake cluster differs from a healthy one. */
export interface FakeClusterOptions {
  readonly settings?: ClusterSettings;
  /** Gives a reply in place of the cluster's own, or throws. */
  readonly intercept?: (request: ApiRequest, cluster: FakeCluster) => ApiReply | undefined;
  /** How many requests pass until Kyverno knows of a change to policies. */
  readonly lag?: number;
}

const CONFIG_MAP = '/api/v1/namespaces/kyverno/configmaps/kyverno';
const WEBHOOKS =
  '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/kyverno-resource-validating-webhook-cfg';
const POLICIES = /^\/apis\/kyverno\.io\/v1\/(clusterpolicies|namespaces\/[^/]+\/policies)\//;

/** Starts with a fresh cluster: five namespaces and Kyverno. */
export function fakeCluster(options: FakeClusterOptions = {}): FakeCluster {
  const { settings = DEFAULT_SETTINGS, intercept, lag = 0 } = options;
  const stored = new Map<string, JsonObject>();
  const seen: ApiRequest[] = [];
  let version = 0;
  let inForce: { readonly at: number; readonly policies: readonly JsonObject[] }[] = [{ at: 0, policies: [] }];

  const changed = (): void => {
    const policies = [...stored].filter(([path]) => POLICIES.test(path)).map(([, object]) => object);
    inForce = [...inForce, { at: seen.length + lag, policies }];
  };
  const put = (path: string, object: JsonObject): JsonObject => {
    const metadata = asObject(object['metadata']) ?? {};
    version++;
    const uid = asString(getPath(stored.get(path), 'metadata', 'uid')) ?? `uid-${version}`;
    const status = POLICIES.test(path) ? { status: { conditions: [{ type: 'Ready', status: 'True' }] } } : {};
    const whole = { ...object, metadata: { ...metadata, uid, resourceVersion: String(version) }, ...status };
    stored.set(path, whole);
    if (POLICIES.test(path)) changed();
    return whole;
  };
  let chain: { readonly of: string; readonly admission: Admission } | undefined;
  // Compiled once for each state: a wait asks the same many times.
  const admission = (): Admission => {
    const policies = inForce.findLast(({ at }) => at <= seen.length)?.policies ?? [];
    const objects = [...stored.values()].filter(({ kind }) => kind !== 'ClusterPolicy' && kind !== 'Policy');
    const of = goJson([policies, objects]);
    if (chain?.of === of) return chain.admission;
    const compiled = createAdmission({
      policies: policies.flatMap((policy) => parsePolicies(goJson(policy), 'policy.yaml')),
      objects,
      settings,
      clock: { now: () => 0 },
      random: { next: () => 0.5 },
    });
    chain = { of, admission: compiled };
    return compiled;
  };
  const admit = ({ method, path, contentType = 'application/json', as, body = null }: ApiRequest): AdmissionAnswer => {
    const impersonated = as === undefined ? {} : { 'Impersonate-User': as.username };
    const headers = { 'Content-Type': contentType, ...impersonated };
    return admission()(recordedRequest({ method, path, headers, body })).answer;
  };

  const cluster: FakeCluster = {
    stored,
    seen,
    [Symbol.dispose]: () => {},
    send: async (request) => {
      seen.push(request);
      const instead = intercept?.(request, cluster);
      if (instead !== undefined) return instead;
      const [path = '', query = ''] = request.path.split('?');
      switch (request.method) {
        case 'GET':
          return get(path, query, [...stored]);
        case 'POST':
          return post(request, path, query);
        case 'DELETE':
          return remove(request, path, query);
        default:
          return write(request, path, query);
      }
    },
  };

  const post = (request: ApiRequest, path: string, query: string): ApiReply => {
    if (path.endsWith('/selfsubjectreviews')) {
      const userInfo = { username: 'admin', groups: ['system:masters', 'system:authenticated'] };
      return reply(201, { status: { userInfo } });
    }
    const body = asObject(request.body) ?? {};
    const target = `${path}/${nameOf(body)}`;
    const namespace = parseApiPath(path)?.namespace ?? '';
    if (namespace !== '' && !isThere(stored, namespace)) return refused(404, `namespaces "${namespace}" not found`);
    if (stored.has(target)) return refused(409, `"${nameOf(body)}" already exists`);
    if (!isAsked(path)) return query.includes('dryRun') ? reply(201, body) : reply(201, put(target, body));
    return admitted(admit(request), (object) => (query.includes('dryRun') ? object : put(target, object)));
  };
  const write = (request: ApiRequest, path: string, query: string): ApiReply => {
    const there = stored.get(path);
    const body = asObject(request.body) ?? {};
    const asked = asString(getPath(body, 'metadata', 'resourceVersion'));
    if (there === undefined) return refused(404, `${path} not found`);
    if (asked !== undefined && asked !== getPath(there, 'metadata', 'resourceVersion')) return refused(409, 'conflict');
    const object = request.method === 'PUT' ? body : merged(there, body);
    if (!isAsked(path)) return reply(200, put(path, object));
    return admitted(admit(request), (answer) => (query.includes('dryRun') ? answer : put(path, answer)));
  };
  const remove = (request: ApiRequest, path: string, query: string): ApiReply => {
    const there = stored.get(path);
    if (there === undefined) return refused(404, `${path} not found`);
    const wanted = asObject(getPath(request.body, 'preconditions')) ?? {};
    for (const key of ['uid', 'resourceVersion']) {
      if (wanted[key] !== undefined && wanted[key] !== getPath(there, 'metadata', key)) return refused(409, 'conflict');
    }
    if (isAsked(path)) {
      const answer = admit(request);
      if (answer.allowed === false) return refused(answer.code, answer.message);
    }
    if (query.includes('dryRun')) return reply(200, there);
    stored.delete(path);
    if (POLICIES.test(path)) changed();
    return reply(200, there);
  };
  return cluster;
}

/** A reply of the given status. */
export function reply(status: number, body: JsonObject, warnings: readonly string[] = []): ApiReply {
  return { status, body, warnings };
}

/** A refusal as the API server words it. */
export function refused(code: number, message: string): ApiReply {
  return reply(code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code: BigInt(code) });
}

function get(path: string, query: string, stored: readonly (readonly [string, JsonObject])[]): ApiReply {
  const objects = stored.map(([, object]) => object);
  const fixed = FIXED[path] ?? discoveryReply(path, objects);
  if (fixed !== undefined) return reply(200, fixed);
  const found = stored.find(([at]) => at === path)?.[1];
  if (found !== undefined) return reply(200, found);
  const label = new URLSearchParams(query).get('labelSelector');
  const asked = parseApiPath(path);
  if (asked === undefined || asked.name !== '') return refused(404, `${path} not found`);
  const items = stored
    .filter(([at]) => {
      const one = parseApiPath(at);
      return (
        one?.group === asked.group &&
        one.resource === asked.resource &&
        (asked.namespace === '' || one.namespace === asked.namespace)
      );
    })
    .map(([, object]) => object)
    .filter((object) => label === null || labelsOf(object)[label] !== undefined);
  const kind = asString(items[0]?.['kind']) ?? '';
  const apiVersion = asked.group === '' ? asked.version : `${asked.group}/${asked.version}`;
  return reply(200, { kind: `${kind}List`, apiVersion, items });
}

const FIXED: Readonly<Record<string, JsonObject>> = {
  '/readyz': {},
  '/version': { gitVersion: 'v1.36.3' },
  [CONFIG_MAP]: { metadata: { name: 'kyverno' }, data: { ...DEFAULT_SETTINGS.kyverno.config } },
  [WEBHOOKS]: { webhooks: [] },
};

const GIVEN = ['default', 'kube-system', 'kube-public', 'kube-node-lease', 'kyverno'];

function isThere(stored: ReadonlyMap<string, JsonObject>, namespace: string): boolean {
  return GIVEN.includes(namespace) || stored.has(`/api/v1/namespaces/${namespace}`);
}

/** Kyverno's rules are asked about everything but policies and leases. */
function isAsked(path: string): boolean {
  return !/^\/apis\/(kyverno\.io|coordination\.k8s\.io|apiextensions\.k8s\.io)\//.test(path);
}

function admitted(answer: AdmissionAnswer, store: (object: JsonObject) => JsonObject): ApiReply {
  if (answer.allowed === null) return refused(500, answer.error ?? '');
  if (!answer.allowed) return reply(answer.code, refused(answer.code, answer.message).body, answer.warnings);
  return reply(answer.code, answer.object === undefined ? {} : store(answer.object), answer.warnings);
}

function merged(object: JsonObject, patch: JsonObject): JsonObject {
  const result: Record<string, JsonObject[string]> = { ...object };
  for (const [key, value] of Object.entries(patch)) {
    const old = result[key];
    result[key] = isObject(value) && isObject(old) ? merged(old, value) : value;
  }
  return result;
}
