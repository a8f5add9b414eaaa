import type { Environment } from '../model/environment.ts';
import { EvaluationError } from '../model/failure.ts';
import { asObject, getPath, type Json, type JsonObject, withNumbers } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { namespaceOf } from '../model/resource.ts';
import { type Context, createContext, mergeAt, splitPath } from './context/index.ts';
import { extractImages, imagesAsJson } from './images/index.ts';
import { type MatchUser, NO_USER, type StringMap } from './match/index.ts';
import type { EngineRequest } from './request.ts';
import { requestTree } from './request-tree.ts';
import type { PolicyRun } from './run.ts';

/** What all policies share that are evaluated on one request. */
interface Prepared {
  readonly tree: JsonObject;
  readonly object: JsonObject | null;
  readonly oldObject: JsonObject | null;
  readonly user: MatchUser;
  readonly images: (object: JsonObject | null) => JsonObject;
}

const prepared = new WeakMap<EngineRequest, Prepared>();

/**
 * Sets up a policy's evaluation of a request. Throws `EvaluationError` when preset values make nonsense of the object.
 * Upstream: `pkg/engine/policycontext/policy_context.go`, `makePolicyContext` in the command line's policy processor.
 */
export function startRun(policy: Policy, request: EngineRequest, env: Environment): PolicyRun {
  const { tree, object, oldObject, user, images } = prepared.get(request) ?? prepare(request, env);
  const { operation, parentKind, subResource } = request.request;
  const context = createContext(tree, operation, env, request.maxContextSize);
  const live = { object, oldObject, sharesOldObject: true, images: object };
  addImages(context, () => images(live.images));
  const namespaced = object ?? oldObject;
  const namespaceLabels = (): StringMap => {
    if (namespaced === null || namespaced['kind'] === 'Namespace') return {};
    const namespace = request.mode === 'admission' ? request.request.namespace : namespaceOf(namespaced);
    return namespace === '' ? {} : (env.namespaceLabels(namespace) ?? {});
  };
  return {
    request,
    env,
    policy,
    context,
    object,
    oldObject,
    live,
    operation,
    gvk: parentKind,
    subresource: subResource,
    user,
    namespaceLabels,
  };
}

function prepare(request: EngineRequest, env: Environment): Prepared {
  const { object, oldObject } = request.request;
  const numbers = request.mode === 'cli' ? 'float' : 'int';
  const convert = (value: JsonObject | null) => (value === null ? null : (withNumbers(value, numbers) as JsonObject));
  const own =
    request.mode === 'admission' || request.ownNumbers === true
      ? { object, oldObject }
      : { object: convert(object), oldObject: convert(oldObject) };
  const base = requestTree(request, own);
  const tree = withValues(base, request.values ?? {});
  const judged = presetObject(tree, base, 'object', own.object);
  const made: Prepared = {
    tree,
    object: judged,
    oldObject: presetObject(tree, base, 'oldObject', own.oldObject),
    user: userOf(request),
    images: remembering((one) => (one === null ? {} : imagesAsJson(extractImages(one, env)))),
  };
  prepared.set(request, made);
  return made;
}

function withValues(tree: JsonObject, values: Readonly<Record<string, Json>>): JsonObject {
  return Object.keys(values).reduce((result, key) => mergeAt(result, splitPath(key), values[key] ?? null), tree);
}

/** An object that preset values changed; else the object itself. */
function presetObject(tree: JsonObject, base: JsonObject, field: string, own: JsonObject | null): JsonObject | null {
  const value = getPath(tree, 'request', field);
  if (own === null || value === getPath(base, 'request', field)) return own;
  if (value === null || value === undefined) return null;
  const object = asObject(value);
  if (object === undefined) throw new EvaluationError('the object retrieved from the json context is not valid');
  return object;
}

function userOf({ request, mode, userKnown = mode === 'admission' }: EngineRequest): MatchUser {
  if (!userKnown) return NO_USER;
  const { userInfo, roles, clusterRoles } = request;
  const groups = userInfo.groups ?? [];
  const unknown =
    roles.length === 0 && clusterRoles.length === 0 && userInfo.username === '' && !userInfo.uid && groups.length === 0;
  return { username: userInfo.username, groups, roles, clusterRoles, unknown };
}

/** `images` is found in the object when a query first mentions it, and again after each restore. */
export function addImages(context: Context, images: () => JsonObject): void {
  context.addLoader({
    mentions: mentionsImages,
    hasLoaded: () => false,
    load: () => {
      const found = images();
      if (Object.keys(found).length > 0) context.add(['images'], found);
    },
  });
}

const IMAGES = /(?:^|[^.0-9A-Za-z])images\b/;

function mentionsImages(query: string): boolean {
  return IMAGES.test(query);
}

/** The result for the object that was asked for last is kept; an error is made again each time. */
function remembering(make: (object: JsonObject | null) => JsonObject): (object: JsonObject | null) => JsonObject {
  let last: { readonly object: JsonObject | null; readonly made: JsonObject } | undefined;
  return (object) => {
    if (last === undefined || last.object !== object) last = { object, made: make(object) };
    return last.made;
  };
}
