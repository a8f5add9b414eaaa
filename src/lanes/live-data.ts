import { parseApiPath } from '../admission/api-path.ts';
import { goJson } from '../language/go-text.ts';
import type { ClientRequest } from '../model/admission.ts';
import {
  asObject,
  asString,
  deepEqual,
  getPath,
  isArray,
  isObject,
  type Json,
  type JsonObject,
} from '../model/json.ts';
import type { Premise } from '../model/lane.ts';
import type { Policy } from '../model/policy.ts';
import { gvkOf, labelsOf, nameOf, namespaceOf } from '../model/resource.ts';

/** Objects that decide an answer beside the request: a collection of the API server, or one object of it. */
export interface LiveScope {
  /** Path of the collection, e.g. `/api/v1/namespaces/team-a/configmaps`; without a namespace it is that of all. */
  readonly collection: string;
  /** The one object that is meant; `""`: all of the collection. */
  readonly name: string;
  /** `context`: an entry of a policy's `context` reads it; `state`: Kyverno reads it by itself. */
  readonly read: 'context' | 'state';
}

/** What a scope really held. */
export interface LiveObjects extends LiveScope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly objects: readonly JsonObject[];
}

/** What a cluster really held of all that decides an answer. */
export type LiveData = readonly LiveObjects[];

const EXCEPTIONS = '/apis/kyverno.io/v2/policyexceptions';
const CEL_GROUP = 'policies.kyverno.io/';
const CEL_EXCEPTIONS = `/apis/${CEL_GROUP}v1/policyexceptions`;
// Stands for what a variable will be; no name has it.
const UNKNOWN = '*';

/**
 * What decides the answer to a request beside the request itself, as far as the policies say it before they are evaluated:
 * what `context` entries read, the namespace whose labels selectors look at, and policy exceptions. A variable in a path
 * stands for anything.
 */
export function liveScopes({ policies, objects }: Premise, request: ClientRequest): readonly LiveScope[] {
  const namespace = request.namespace ?? (namespaceOf(request.object ?? {}) || 'default');
  const scopes = policies.flatMap(({ rules }) => rules.flatMap((rule) => contextScopes(rule, objects, namespace)));
  if (policies.some(({ document }) => /"namespaceSelector"|namespaceObject/.test(plainJson(document))))
    scopes.push({ collection: '/api/v1/namespaces', name: namespace, read: 'state' });
  const isOfCel = ({ apiVersion }: Policy): boolean => apiVersion.startsWith(CEL_GROUP);
  if (!policies.every(isOfCel)) scopes.push({ collection: EXCEPTIONS, name: '', read: 'state' });
  if (policies.some(isOfCel)) scopes.push({ collection: CEL_EXCEPTIONS, name: '', read: 'state' });
  const all = new Map(scopes.map((scope) => [`${scope.collection}/${scope.name}`, scope]));
  const isCovered = ({ collection, name }: LiveScope): boolean => name !== '' && all.has(`${collection}/`);
  return [...all.values()].filter((scope) => !isCovered(scope));
}

/** Objects with those of the scopes that were read replaced by what is really there. */
export function withLiveData(objects: readonly JsonObject[], live: LiveData): readonly JsonObject[] {
  const others = objects.filter((object) => !live.some((scope) => isIn(object, scope)));
  return [...others, ...live.flatMap((scope) => scope.objects)];
}

/** The data that is worth keeping: what `context` entries read, and what is otherwise than given. */
export function tellingData(given: readonly JsonObject[], live: LiveData): LiveData {
  return live.filter((scope) => {
    if (scope.read === 'context') return true;
    const [a, b] = [given.filter((object) => isIn(object, scope)), scope.objects].map((list) =>
      list.map((object) => goJson([namespaceOf(object), nameOf(object), labelsOf(object)])).sort(),
    );
    return !deepEqual(a, b);
  });
}

function isIn(object: JsonObject, { apiVersion, kind, collection, name }: LiveObjects): boolean {
  const wanted = gvkOf({ apiVersion, kind });
  const { group, kind: own } = gvkOf(object);
  const namespace = parseApiPath(collection)?.namespace ?? '';
  return (
    group === wanted.group &&
    own === wanted.kind &&
    (namespace === '' || namespaceOf(object) === namespace) &&
    (name === '' || nameOf(object) === name)
  );
}

function contextScopes(rule: JsonObject, objects: readonly JsonObject[], namespace: string): LiveScope[] {
  return contextEntries(rule).flatMap((entry) => {
    const configMap = asObject(getPath(entry, 'configMap'));
    if (configMap !== undefined) return configMapScope(configMap, namespace);
    const path = asString(getPath(entry, 'apiCall', 'urlPath'));
    if (path !== undefined) return pathScope(path, namespace);
    const entryName = asString(getPath(entry, 'globalReference', 'name'));
    return entryName === undefined ? [] : globalScope(entryName, objects, namespace);
  });
}

/** The entries of every `context` in a rule, those of loops and targets included. */
function contextEntries(value: Json): readonly Json[] {
  if (isArray(value)) return value.flatMap(contextEntries);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'context' && isArray(item) ? item : contextEntries(item),
  );
}

function configMapScope(configMap: JsonObject, namespace: string): readonly LiveScope[] {
  const name = known(asString(configMap['name']) ?? '', namespace);
  const place = known(asString(configMap['namespace']) ?? 'default', namespace);
  return [scopeOf('/api/v1', place, 'configmaps', name)];
}

function pathScope(path: string, namespace: string): readonly LiveScope[] {
  const parsed = parseApiPath(known(path, namespace));
  if (parsed === undefined || parsed.resource.includes(UNKNOWN)) return [];
  const { group, version, resource, name } = parsed;
  return [scopeOf(group === '' ? `/api/${version}` : `/apis/${group}/${version}`, parsed.namespace, resource, name)];
}

function globalScope(name: string, objects: readonly JsonObject[], namespace: string): readonly LiveScope[] {
  const entry = objects.find((object) => object['kind'] === 'GlobalContextEntry' && nameOf(object) === name);
  const path = asString(getPath(entry, 'spec', 'apiCall', 'urlPath'));
  if (path !== undefined) return pathScope(path, namespace);
  const [group, version, resource, place] = ['group', 'version', 'resource', 'namespace'].map(
    (key) => asString(getPath(entry, 'spec', 'kubernetesResource', key)) ?? '',
  );
  if (version === '' || resource === '') return [];
  return [scopeOf(group === '' ? `/api/${version}` : `/apis/${group}/${version}`, place ?? '', resource ?? '', '')];
}

function scopeOf(start: string, namespace: string, resource: string, name: string): LiveScope {
  const inside = namespace === '' || namespace.includes(UNKNOWN) ? '' : `/namespaces/${namespace}`;
  return { collection: `${start}${inside}/${resource}`, name: name.includes(UNKNOWN) ? '' : name, read: 'context' };
}

/** A text with the variables in it that are known without evaluating anything. */
function known(text: string, namespace: string): string {
  return text
    .replaceAll(/\{\{\s*request\.(?:namespace|object\.metadata\.namespace)\s*\}\}/g, namespace)
    .replaceAll(/\{\{.*?\}\}/g, UNKNOWN);
}

function plainJson(document: Policy['document']): string {
  return JSON.stringify(document, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
}
