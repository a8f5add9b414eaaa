import {
  type ClientAnswer,
  compileSelector,
  type ObjectClient,
  type ObjectReference,
  splitKind,
} from '../engine/index.ts';
import type { ClientRequest, RuleAnswer } from '../model/admission.ts';
import type { TargetPart } from '../model/environment.ts';
import { NotSupportedError } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import type { UserInfo } from '../model/request.ts';
import { gvkOf, labelsOf, nameOf, namespaceOf, parseApiVersion } from '../model/resource.ts';
import type { ClusterState } from './cluster-state.ts';
import type { ResourceTable, ServedResource } from './resource-table.ts';
import type { Admission } from './world.ts';

/** The cluster in which rules generate. */
export interface GenerateCluster {
  readonly state: ClusterState;
  readonly resources: ResourceTable;
  /** The chain on this cluster with further objects in it. */
  readonly withObjects: (objects: readonly JsonObject[]) => Admission;
  /** Why nothing more may be generated; absent while it may. */
  readonly exhausted?: string;
  /** Who writes: Kyverno's background controller. */
  readonly user: UserInfo;
}

/** A client over the cluster, which keeps what it writes. */
export interface GenerateClient extends ObjectClient {
  /** What generate rules made of the objects that were written. */
  readonly following: () => readonly RuleAnswer[];
  /** A subresource of an object. */
  readonly getPart: (part: TargetPart, namespace: string, name: string) => ClientAnswer<JsonObject>;
  /** Writes a subresource and gives the object as it is then. */
  readonly updatePart: (part: TargetPart, changed: JsonObject) => ClientAnswer<JsonObject>;
}

/** Subresources that give, and take, the whole object. */
const WHOLE = new Set(['status', 'ephemeralcontainers', 'resize']);
const NOT_ALLOWED = 'the server does not allow this method on the requested resource';

const NO_RESOURCE = 'the server could not find the requested resource';

/**
 * A client that writes through the admission chain, so that impossible targets are refused in the API server's words and
 * other policies have their say. Throws `NotSupportedError` where the chain cannot answer.
 */
export function createGenerateClient(cluster: GenerateCluster): GenerateClient {
  const written = new Map<string, JsonObject>();
  const following: RuleAnswer[] = [];
  const find = ({ apiVersion, kind }: Pick<ObjectReference, 'apiVersion' | 'kind'>): ServedResource | undefined => {
    const named = apiVersion === '' ? splitKind(kind) : { apiVersion, kind };
    const { group, version } = parseApiVersion(named.apiVersion);
    return cluster.resources.all.find(
      (served) =>
        served.subresource === '' &&
        served.kind === named.kind &&
        (named.apiVersion === '' || (served.group === group && served.version === version)),
    );
  };
  const get = (reference: ObjectReference): ClientAnswer<JsonObject> => {
    const served = find(reference);
    if (served === undefined || served.namespaced !== (reference.namespace !== '')) return notFound(NO_RESOURCE);
    if (reference.name === '') return { ok: false, reason: 'other', error: 'name is required' };
    const { group, kind } = served;
    const { namespace, name } = reference;
    const found =
      written.get([group, kind, namespace, name].join('/')) ?? cluster.state.get(group, kind, namespace, name);
    return found === undefined ? notFound(`${resourceText(served)} "${name}" not found`) : { ok: true, value: found };
  };
  const send = (
    reference: ObjectReference,
    object: JsonObject,
    request: ClientRequest,
    parentOf: (answer: JsonObject) => JsonObject = (answer) => answer,
  ): ClientAnswer<JsonObject> => {
    const served = find(reference);
    if (served === undefined) return notFound(NO_RESOURCE);
    if (cluster.exhausted !== undefined) return { ok: false, reason: 'other', error: cluster.exhausted };
    const { answer } = cluster.withObjects([...written.values()])({
      ...request,
      ...(served.namespaced ? { namespace: reference.namespace } : {}),
      userInfo: cluster.user,
    });
    if (answer.allowed === null) throw new NotSupportedError(answer.error ?? 'generating an object');
    if (!answer.allowed) return { ok: false, reason: reasonOf(answer.reason), error: answer.message };
    following.push(...answer.rules.filter(({ type }) => type === 'Generation'));
    const stored = parentOf(answer.object ?? object);
    written.set(identity(stored), stored);
    return { ok: true, value: stored };
  };
  const partOf = (part: TargetPart): ServedResource | undefined => {
    const parent = find(part);
    return parent && cluster.resources.find(parent.group, parent.version, parent.resource, part.subresource);
  };
  return {
    get,
    getPart: (part, namespace, name) => {
      const served = partOf(part);
      if (served === undefined) return notFound(NO_RESOURCE);
      const parent = get({ ...part, namespace, name });
      if (!parent.ok || WHOLE.has(part.subresource)) return parent;
      const { scale } = served;
      if (scale === undefined) return { ok: false, reason: 'other', error: NOT_ALLOWED };
      return { ok: true, value: scale.read(parent.value) };
    },
    updatePart: (part, changed) => {
      const served = partOf(part);
      const { subresource } = part;
      const reference = { ...part, namespace: namespaceOf(changed), name: nameOf(changed) };
      const present = get(reference);
      if (served === undefined || !present.ok) return present;
      const request: ClientRequest = {
        ...{ operation: 'UPDATE', resource: resourceText(served), subresource, name: reference.name },
        ...{ object: changed, oldObject: present.value },
      };
      const { scale } = served;
      return send(reference, changed, request, (answer) => scale?.write(present.value, answer) ?? answer);
    },
    list: (apiVersion, kind, namespace, selector) => {
      const served = find({ apiVersion, kind });
      if (served === undefined) return notFound(NO_RESOURCE);
      const matches = selector === undefined ? () => true : compileSelector(selector, false);
      const own = [...written.values()].filter((object) => sameKind(object, served));
      const hidden = new Set(own.map(identity));
      const stored = cluster.state.list(served.group, served.kind).filter((object) => !hidden.has(identity(object)));
      const found = [...stored, ...own].filter(
        (object) => (namespace === '' || namespaceOf(object) === namespace) && matches(labelsOf(object)) === true,
      );
      return { ok: true, value: found };
    },
    create: (reference, object) => send(reference, object, { operation: 'CREATE', object }),
    update: (reference, object) => {
      const present = get({ ...reference, name: nameOf(object) });
      return present.ok ? send(reference, object, { operation: 'UPDATE', object, oldObject: present.value }) : present;
    },
    apply: (reference, object) => {
      const present = get({ ...reference, name: nameOf(object) });
      if (!present.ok) return send(reference, object, { operation: 'CREATE', object });
      const { kind } = gvkOf(object);
      throw new NotSupportedError(`updating the ${kind} ${nameOf(object)} by server-side apply`);
    },
    isNamespaced: (apiVersion, kind) => find({ apiVersion, kind })?.namespaced ?? true,
    following: () => following,
  };
}

function identity(object: JsonObject): string {
  const { group, kind } = gvkOf(object);
  return [group, kind, namespaceOf(object), nameOf(object)].join('/');
}

function sameKind(object: JsonObject, { group, kind }: ServedResource): boolean {
  const gvk = gvkOf(object);
  return gvk.group === group && gvk.kind === kind;
}

function resourceText({ resource, group }: ServedResource): string {
  return group === '' ? resource : `${resource}.${group}`;
}

function notFound(error: string): ClientAnswer<never> {
  return { ok: false, reason: 'NotFound', error };
}

function reasonOf(reason: string | undefined): 'NotFound' | 'AlreadyExists' | 'other' {
  return reason === 'NotFound' || reason === 'AlreadyExists' ? reason : 'other';
}
