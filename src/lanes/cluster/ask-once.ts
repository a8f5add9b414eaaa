import { computeRules } from '../../engine/index.ts';
import { goJson } from '../../language/go-text.ts';
import type { ClientRequest } from '../../model/admission.ts';
import { asObject, asString, type JsonObject } from '../../model/json.ts';
import type { LaneAnswer } from '../../model/lane.ts';
import type { Policy } from '../../model/policy.ts';
import type { UserInfo } from '../../model/request.ts';
import { nameOf, namespaceOf } from '../../model/resource.ts';
import { answerOf } from './answer.ts';
import type { ApiClient } from './client.ts';
import type { RuleNames } from './denial.ts';
import { type Discovery, objectPath } from './discovery.ts';
import { toHttp } from './http-request.ts';
import { type OwnedObject, uidOf } from './owned.ts';

/** Whom requests come from when a scenario names nobody. */
const ADMIN: UserInfo = { username: 'admin', groups: ['system:masters', 'system:authenticated'] };

/** What one question needs. */
export interface AskTools {
  readonly client: ApiClient;
  readonly discovery: Discovery;
  /** Who the context's credentials say we are; the admin of scenarios is impersonated when it is somebody else. */
  readonly self: UserInfo;
}

/** An answer, and the object that a request which was no dry run made or changed. */
export interface Asked {
  readonly answer: LaneAnswer;
  readonly touched?: OwnedObject;
}

/**
 * Sends one request to the API server, under policies that are in force: as a dry run, unless they can tell. Throws `ClusterTroubleError` for a reply that is no answer, and `InputError` for
 * a request that names nothing to address.
 */
export async function askOnce(tools: AskTools, policies: readonly Policy[], request: ClientRequest): Promise<Asked> {
  const { client, discovery, self } = tools;
  const wanted = request.userInfo ?? ADMIN;
  const { userInfo: _asked, ...plain } = request;
  const asked = sameUser(wanted, self) ? plain : { ...plain, userInfo: wanted };
  const dryRun = request.dryRun === true || !tellsDryRun(policies);
  const http = await toHttp(asked, discovery, await storedObject(tools, request), dryRun);
  const reply = await client.send(http);
  const answer = answerOf(request, reply, ruleNames(policies));
  if (dryRun || answer.allowed !== true || request.operation === 'CONNECT') return { answer };
  const path = http.path.replace(/\?.*$/, '');
  const made = request.operation === 'CREATE' && request.subresource === undefined;
  const name = nameOf(reply.body);
  return {
    answer,
    touched: { path: made ? `${path}/${name}` : withoutSubresource(path, request), uid: made ? uidOf(reply.body) : '' },
  };
}

const namesOf = new WeakMap<readonly Policy[], RuleNames>();

function ruleNames(policies: readonly Policy[]): RuleNames {
  const known = namesOf.get(policies);
  if (known !== undefined) return known;
  const names = new Map(
    policies.map((policy) => [
      policy.name,
      [...policy.rules, ...computeRules(policy, '')].map((rule) => asString(rule['name']) ?? ''),
    ]),
  );
  namesOf.set(policies, names);
  return names;
}

/**
 * True when a rule of these policies can tell a dry run from a real request. Upstream: `request.dryRun` and
 * `request.options.dryRun` of the admission review.
 */
export function tellsDryRun(policies: readonly Policy[]): boolean {
  return policies.some((policy) => /dryRun|request\.options/.test(goJson(policy.document)));
}

function withoutSubresource(path: string, { subresource }: ClientRequest): string {
  return subresource === undefined || subresource === '' ? path : path.slice(0, -subresource.length - 1);
}

/** The stored object that an update, a deletion or a subresource is about, with the version that the cluster gave it. */
async function storedObject({ client, discovery }: AskTools, request: ClientRequest): Promise<JsonObject | undefined> {
  const object = request.oldObject ?? (request.operation === 'CREATE' ? undefined : request.object);
  if (object === undefined || nameOf(object) === '') return object;
  const placed =
    namespaceOf(object) === '' && request.namespace !== undefined
      ? { ...object, metadata: { ...asObject(object['metadata']), namespace: request.namespace } }
      : object;
  const path = await objectPath(discovery, placed);
  if (path === undefined) return object;
  const reply = await client.send({ method: 'GET', path });
  return reply.status === 200 ? reply.body : object;
}

function sameUser(a: UserInfo, b: UserInfo): boolean {
  const groups = (user: UserInfo): string => [...(user.groups ?? [])].sort().join('\n');
  return a.username === b.username && groups(a) === groups(b) && Object.keys(a.extra ?? {}).length === 0;
}
