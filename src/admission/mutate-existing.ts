import {
  checkBackgroundRules,
  compileSelector,
  type EngineRequest,
  hasMutateExisting,
  matchesDelete,
  mutatePolicy,
  selectRules,
} from '../engine/index.ts';
import { hasWildcard, wildcardMatch } from '../language/wildcard.ts';
import type { RuleAnswer } from '../model/admission.ts';
import type { Environment, FoundTarget, Lookup } from '../model/environment.ts';
import { NotSupportedError } from '../model/failure.ts';
import { asObject, asString, type JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { AdmissionRequest } from '../model/request.ts';
import { labelsOf, nameOf, namespaceOf } from '../model/resource.ts';
import type { RuleResponse } from '../model/response.ts';
import { type BackgroundSettings, creationOf } from './background.ts';
import type { GenerateClient } from './generate-client.ts';
import type { InstalledPolicy } from './installed-policy.ts';
import type { ResourceTable, ServedResource } from './resource-table.ts';

/** Where targets are found and changed. */
export interface TargetCluster {
  readonly client: GenerateClient;
  readonly resources: ResourceTable;
}

/**
 * Lets rules with targets do their work for a request that was let through: each target that a rule changed goes through
 * admission once more, as an update of Kyverno's background controller. `patchedTarget` is then the target as it is
 * stored; `failure` says why it could not be.
 * Upstream: `handleMutateExisting` in `pkg/webhooks/resource/updaterequest.go`, `pkg/background/mutate/mutate.go`.
 */
export function mutateExistingFor(
  policies: readonly InstalledPolicy[],
  request: AdmissionRequest,
  cluster: TargetCluster,
  settings: BackgroundSettings,
): readonly RuleAnswer[] {
  const isOwn = request.userInfo.username === settings.ownUser;
  const isMeant = (rule: JsonObject) =>
    hasMutateExisting(rule) &&
    (!isOwn || rule['skipBackgroundRequests'] === false) &&
    (request.operation !== 'DELETE' || matchesDelete(rule));
  const trigger = request.operation === 'DELETE' ? { ...request, object: request.oldObject } : request;
  return policies.flatMap((installed) => mutateWith(installed, isMeant, trigger, 'admission', cluster, settings));
}

/**
 * Lets the rules of a policy that was just installed change what exists, for every object that they match, where they
 * say so. Upstream: `handleMutate` in `pkg/controllers/policy/mutate.go`.
 */
export function mutateExistingOnInstall(
  installed: InstalledPolicy,
  triggers: (rule: JsonObject) => readonly JsonObject[],
  cluster: TargetCluster,
  settings: BackgroundSettings,
): readonly RuleAnswer[] {
  return installed.policy.rules
    .filter((rule) => hasMutateExisting(rule) && runsOnInstall(rule, installed.policy))
    .flatMap((rule) =>
      triggers(rule).flatMap((object) =>
        mutateWith(installed, (one) => one === rule, creationOf(object), 'background', cluster, settings),
      ),
    );
}

function runsOnInstall(rule: JsonObject, { spec }: Policy): boolean {
  const own = asObject(rule['mutate'])?.['mutateExistingOnPolicyUpdate'];
  return (own ?? spec['mutateExistingOnPolicyUpdate']) === true;
}

function mutateWith(
  { policy, compiled }: InstalledPolicy,
  isMeant: (rule: JsonObject) => boolean,
  request: AdmissionRequest,
  mode: 'admission' | 'background',
  cluster: TargetCluster,
  { environment, maxContextSize }: BackgroundSettings,
): readonly RuleAnswer[] {
  const meant = selectRules(compiled, isMeant);
  if (meant === undefined) return [];
  const asked: EngineRequest = { request, mode, maxContextSize, inBackground: true, ownNumbers: true };
  const { rules } = checkBackgroundRules(meant, asked, environment);
  const called = new Set(rules.filter(({ status }) => status === 'pass').map(({ name }) => name));
  if (called.size === 0) return [];
  try {
    const findTargets = createTargetFinder(cluster);
    const answered = mutatePolicy(compiled, asked, { ...environment, findTargets });
    return answered.rules
      .filter(({ name }) => called.has(name))
      .map((response) => ({ ...written(response, cluster.client), policy: policy.name }));
  } catch (error) {
    if (!(error instanceof NotSupportedError)) throw error;
    const { message } = error;
    return [...called].map((name) => ({
      policy: policy.name,
      name,
      type: 'Mutation',
      status: 'error',
      message: '',
      failure: message,
    }));
  }
}

/** Stores a changed target. */
function written(response: RuleResponse, client: GenerateClient): RuleResponse {
  const { patchedTarget, targetPart, ...rest } = response;
  if (patchedTarget === undefined) return response;
  const reference = {
    apiVersion: asString(patchedTarget['apiVersion']) ?? '',
    kind: asString(patchedTarget['kind']) ?? '',
    namespace: namespaceOf(patchedTarget),
    name: nameOf(patchedTarget),
  };
  const stored =
    targetPart === undefined ? client.update(reference, patchedTarget) : client.updatePart(targetPart, patchedTarget);
  return stored.ok ? { ...response, patchedTarget: stored.value } : { ...rest, failure: stored.error };
}

/** Upstream: `GetResources` in `pkg/clients/dclient/helpers.go`. */
function createTargetFinder({ client, resources }: TargetCluster): NonNullable<Environment['findTargets']> {
  return ({ group, version, kind, subresource, namespace, name, selector }) => {
    const served = resources.selectParts({ group, version, kind, subresource });
    if (served.length === 0) return { ok: false, error: 'resource not found' };
    const matches = selector === undefined ? undefined : compileSelector(selector, false);
    const problem = matches?.({});
    if (typeof problem === 'string') return { ok: false, error: problem };
    const found: FoundTarget[] = [];
    for (const one of served) {
      const apiVersion = one.group === '' ? one.version : `${one.group}/${one.version}`;
      if (isExact(namespace) && isExact(name)) {
        const target = getTarget(client, apiVersion, one, namespace, name);
        if (!target.ok) return target;
        found.push(target.value);
      } else {
        const listed = client.list(apiVersion, one.kind, '', undefined);
        if (!listed.ok) return listed;
        const chosen = listed.value.filter(
          (object) =>
            (namespace === '' || wildcardMatch(namespace, namespaceOf(object))) &&
            (name === '' || wildcardMatch(name, nameOf(object))) &&
            (matches === undefined || matches(labelsOf(object)) === true),
        );
        for (const object of chosen) {
          // Kyverno asks for the subresource by the pattern of the name.
          const target: Lookup<FoundTarget> =
            one.subresource === ''
              ? { ok: true, value: { object } }
              : getTarget(client, apiVersion, one, namespaceOf(object), name);
          if (!target.ok) return target;
          found.push(target.value);
        }
      }
    }
    return { ok: true, value: found };
  };
}

function getTarget(
  client: GenerateClient,
  apiVersion: string,
  { kind, subresource }: ServedResource,
  namespace: string,
  name: string,
): Lookup<FoundTarget> {
  const part = { apiVersion, kind, subresource };
  const got =
    subresource === '' ? client.get({ apiVersion, kind, namespace, name }) : client.getPart(part, namespace, name);
  return got.ok ? { ok: true, value: { object: got.value, ...(subresource === '' ? {} : { part }) } } : got;
}

function isExact(text: string): boolean {
  return text !== '' && !hasWildcard(text);
}
