import type { Authorizer } from '../apiserver/index.ts';
import {
  type CelSurroundings,
  compileValidatingPolicy,
  evaluateValidatingPolicy,
  isCelException,
  isExpiredException,
  type MatchRequest,
  type ResourceKind,
} from '../engine/index.ts';
import type { RuleAnswer } from '../model/admission.ts';
import type { Environment } from '../model/environment.ts';
import { NotSupportedError } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { AdmissionRequest } from '../model/request.ts';
import type { RuleResponse } from '../model/response.ts';
import type { KyvernoSettings } from '../model/settings.ts';
import { buildCelWebhooks, type CelWebhook } from './cel-webhooks.ts';
import type { ClusterState } from './cluster-state.ts';
import { webhookDenial } from './deny-text.ts';
import type { KyvernoAnswer } from './kyverno-answer.ts';
import type { KyvernoConfig } from './kyverno-config.ts';
import type { ResourceTable } from './resource-table.ts';
import type { NamedHook } from './webhook-call.ts';

/** What ValidatingPolicies are asked with. */
export interface CelInstallation {
  /** Policies of kinds ValidatingPolicy and NamespacedValidatingPolicy. */
  readonly policies: readonly Policy[];
  /** PolicyExceptions of `policies.kyverno.io` that are in force. */
  readonly exceptions: readonly JsonObject[];
  readonly settings: KyvernoSettings;
  readonly config: KyvernoConfig;
  readonly state: ClusterState;
  readonly resources: ResourceTable;
  readonly environment: Environment;
  readonly authorize: Authorizer;
  readonly surroundings: CelSurroundings;
  readonly explain: boolean;
}

/** Kinds of policies that are answered here. */
export function isCelPolicy({ apiVersion, kind }: Policy): boolean {
  return apiVersion.startsWith('policies.kyverno.io/') && /^(Namespaced)?ValidatingPolicy$/.test(kind);
}

/**
 * The webhooks of ValidatingPolicies that a request reaches.
 * Upstream: `pkg/webhooks/resource/vpol/handler.go`.
 */
export function createCelHooks(installation: CelInstallation): (request: AdmissionRequest) => readonly NamedHook[] {
  const { policies, settings, config, authorize, environment } = installation;
  const now = environment.clock.now();
  const exceptions = installation.exceptions.filter((one) => isCelException(one) && !isExpiredException(one, now));
  const byName = [...policies].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const compiled = byName.map((policy) => compileValidatingPolicy(policy, exceptions));
  const usable = compiled.filter(({ refusal, mode }) => refusal === undefined && mode === 'Kubernetes');
  const forceIgnore = settings.forceFailurePolicyIgnore;
  const webhooks = buildCelWebhooks(usable, { forceIgnore, authorize, config });
  return (request) =>
    webhooks
      .filter((webhook) => isCalled(webhook, request, installation))
      .map((webhook) => ({
        name: webhook.name,
        conditions: webhook.conditions,
        call: (asked) => answer(webhook, asked, installation),
      }));
}

function keyOf({ namespace, name }: Policy): string {
  return `${namespace}/${name}`;
}

function isCalled(webhook: CelWebhook, request: AdmissionRequest, installation: CelInstallation): boolean {
  const { state, resources } = installation;
  const { matched, error } = webhook.matches(request, {
    namespaceLabels: (name) => {
      const labels = state.namespaceLabels(name);
      return labels === undefined
        ? { ok: false, error: `namespaces "${name}" not found` }
        : { ok: true, value: labels };
    },
    equivalents: (asked) => equivalents(resources, asked),
  });
  if (error !== undefined) throw new NotSupportedError(`the webhook ${webhook.name}: ${error}`);
  if (matched === undefined) return false;
  const { group, version } = request.resource;
  if (matched.resource.group === group && matched.resource.version === version) return true;
  throw new NotSupportedError(
    `conversion of ${request.kind.kind} from ${group === '' ? version : `${group}/${version}`}`,
  );
}

/** Other versions of a resource. */
function equivalents({ all }: ResourceTable, { resource, subResource, kind }: MatchRequest): readonly ResourceKind[] {
  return all
    .filter(
      (one) =>
        one.group === resource.group &&
        one.resource === resource.resource &&
        one.subresource === subResource &&
        one.version !== resource.version,
    )
    .map(({ group, version, resource: plural }) => ({
      resource: { group, version, resource: plural },
      kind: { group, version, kind: kind.kind },
    }));
}

function answer(webhook: CelWebhook, request: AdmissionRequest, installation: CelInstallation): KyvernoAnswer {
  const { surroundings, explain } = installation;
  const refusals: { readonly policy: string; readonly text: string; readonly message: string }[] = [];
  const warnings: string[] = [];
  const rules: RuleAnswer[] = [];
  for (const compiled of webhook.policies) {
    const { policy, actions } = compiled;
    const responses = evaluateValidatingPolicy(compiled, { request, mode: 'admission', explain }, surroundings);
    for (const rule of responses.flatMap((response) => response.rules)) {
      rules.push({ ...rule, policy: policy.name, name: policy.name });
      const text = refusalText(policy.name, rule);
      if (text === undefined) continue;
      if (actions.includes('Deny')) refusals.push({ policy: policy.name, text, message: rule.message });
      if (actions.includes('Warn')) warnings.push(text);
    }
  }
  if (refusals.length === 0) return { denied: [], warnings, rules };
  return {
    denial: webhookDenial(webhook.name, refusals.map(({ text }) => text).join('; ')),
    denied: refusals.map(({ policy, message }) => ({ policy, rule: policy, message })),
    warnings,
    rules,
  };
}

function refusalText(policy: string, { status, message }: RuleResponse): string | undefined {
  if (status === 'fail') return `Policy ${policy} failed: ${message}`;
  return status === 'error' ? `Policy ${policy} error: ${message}` : undefined;
}
