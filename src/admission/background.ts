import {
  type CompiledPolicy,
  downstreamOf,
  type FailedRule,
  generateObjects,
  hasGenerate,
  isSynchronized,
  matchesDelete,
  selectRules,
} from '../engine/index.ts';
import type { RuleAnswer } from '../model/admission.ts';
import type { Environment } from '../model/environment.ts';
import { NotSupportedError } from '../model/failure.ts';
import { asObject, type JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { AdmissionRequest } from '../model/request.ts';
import { gvkOf, nameOf, namespaceOf } from '../model/resource.ts';
import type { RuleResponse } from '../model/response.ts';
import type { GenerateClient } from './generate-client.ts';
import type { InstalledPolicy } from './installed-policy.ts';

/** What background work needs. */
export interface BackgroundSettings {
  readonly environment: Environment;
  readonly maxContextSize: number;
  /** The user name of Kyverno's background controller. */
  readonly ownUser: string;
}

/**
 * Lets generate rules do their work for a request that was let through, and tells what each made: the objects, those
 * that it deletes because nothing calls for them any more, or why it failed. Requests of Kyverno's own background
 * controller are passed over unless a rule says otherwise.
 * Upstream: `handleTrigger` in `pkg/webhooks/resource/generation/handler.go`, `pkg/background/generate`.
 */
export function generateFor(
  policies: readonly InstalledPolicy[],
  request: AdmissionRequest,
  client: GenerateClient,
  settings: BackgroundSettings,
): readonly RuleAnswer[] {
  const isOwn = request.userInfo.username === settings.ownUser;
  const answers = policies.flatMap(({ policy, compiled }): readonly RuleAnswer[] => {
    const reduced = selectRules(
      compiled,
      (rule) => hasGenerate(rule) && (!isOwn || rule['skipBackgroundRequests'] === false),
    );
    if (reduced === undefined) return [];
    try {
      return generateWith(reduced, request, client, settings);
    } catch (error) {
      if (!(error instanceof NotSupportedError)) throw error;
      return reduced.policy.rules.map((rule) => notSupported(policy.name, String(rule['name'] ?? ''), error));
    }
  });
  return [...answers, ...client.following()];
}

/**
 * Lets the rules of a policy that was just installed generate for objects that exist already, where they say so.
 * Upstream: `pkg/controllers/policy`'s `handleGenerateForExisting`, as a scan: no user is known.
 */
export function generateForExisting(
  installed: InstalledPolicy,
  triggers: (rule: JsonObject) => readonly JsonObject[],
  client: GenerateClient,
  settings: BackgroundSettings,
): readonly RuleAnswer[] {
  const { policy, compiled } = installed;
  const { environment, maxContextSize } = settings;
  const answers = policy.rules
    .filter((rule) => generatesExisting(rule, policy))
    .flatMap((rule) => {
      const only = selectRules(compiled, (candidate) => candidate === rule);
      if (only === undefined) return [];
      return triggers(rule).flatMap((object): readonly RuleAnswer[] => {
        const asked = { request: creationOf(object), mode: 'background', maxContextSize } as const;
        const { rules, failures } = generateObjects(only, asked, environment, () => client);
        return rules.map((response) => answer(policy.name, response, failures));
      });
    });
  return [...answers, ...client.following()];
}

function generatesExisting(rule: JsonObject, { spec }: Policy): boolean {
  const own = asObject(rule['generate'])?.['generateExisting'];
  const old = spec['generateExisting'] ?? spec['generateExistingOnPolicyUpdate'];
  return hasGenerate(rule) && (own ?? old) === true;
}

/** The creation of an object that exists already, by nobody in particular. */
export function creationOf(object: JsonObject): AdmissionRequest {
  const kind = gvkOf(object);
  return {
    kind,
    parentKind: kind,
    resource: { group: kind.group, version: kind.version, resource: '' },
    subResource: '',
    name: nameOf(object),
    namespace: namespaceOf(object),
    operation: 'CREATE',
    object,
    oldObject: null,
    userInfo: { username: '' },
    roles: [],
    clusterRoles: [],
    dryRun: false,
  };
}

/** The request stands; what the rule would make of it is not known. */
function notSupported(policy: string, name: string, { message }: NotSupportedError): RuleAnswer {
  return { policy, name, type: 'Generation', status: 'error', message: '', failure: message };
}

function generateWith(
  reduced: CompiledPolicy,
  request: AdmissionRequest,
  client: GenerateClient,
  { environment, maxContextSize }: BackgroundSettings,
): readonly RuleAnswer[] {
  const { policy } = reduced;
  const asked = { request, mode: 'admission', maxContextSize } as const;
  const { rules, failures } = generateObjects(reduced, asked, environment, () => client);
  const ruleOf = (name: string) => reduced.policy.rules.find((rule) => rule['name'] === name) ?? {};
  return rules.flatMap((response): readonly RuleAnswer[] => {
    const rule = ruleOf(response.name);
    if (response.status !== 'fail') return [answer(policy.name, response, failures)];
    const old = request.oldObject ?? {};
    if (request.operation === 'DELETE' && matchesDelete(rule)) {
      // The object that goes is the trigger.
      const last = { ...asked, request: { ...request, object: old } };
      const only = selectRules(reduced, (candidate) => candidate === rule);
      const made = only === undefined ? undefined : generateObjects(only, last, environment, () => client);
      return (made?.rules ?? []).map((one) => answer(policy.name, one, made?.failures ?? []));
    }
    const deleted: readonly JsonObject[] = isSynchronized(rule) ? downstreamOf(rule, policy, old, client) : [];
    return [{ ...answer(policy.name, response, failures), ...(deleted.length > 0 ? { deleted } : {}) }];
  });
}

function answer(policy: string, response: RuleResponse, failures: readonly FailedRule[]): RuleAnswer {
  const failure = failures.find(({ rule }) => rule === response.name);
  return { ...response, policy, ...(failure === undefined ? {} : { failure: failure.error }) };
}
