import type { Authorizer } from '../apiserver/index.ts';
import {
  type CelSurroundings,
  type CompiledPolicy,
  type EngineRequest,
  evaluatePolicy,
  hasGenerate,
  hasImageChecks,
  hasMutateExisting,
  hasValidate,
  selectRules,
  splitActions,
} from '../engine/index.ts';
import type { Environment } from '../model/environment.ts';
import { NotSupportedError } from '../model/failure.ts';
import { getPath, type JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { AdmissionRequest } from '../model/request.ts';
import type { KyvernoSettings } from '../model/settings.ts';
import { type Answered, answersOf, blocks, refusal } from './answered.ts';
import type { ClusterState } from './cluster-state.ts';
import { verifyImages } from './image-verification.ts';
import { type InstalledPolicy, installPolicy } from './installed-policy.ts';
import type { KyvernoAnswer } from './kyverno-answer.ts';
import type { KyvernoConfig } from './kyverno-config.ts';
import { type MutationAnswer, mutateRequest } from './kyverno-mutation.ts';
import type { MutatingWebhook } from './mutating-round.ts';
import type { ResourceTable } from './resource-table.ts';
import { refuseOtherKinds } from './unsupported.ts';
import { createCelHooks, isCelPolicy } from './validating-policies.ts';
import { buildWebhookRules, type WebhookRules } from './webhook.ts';
import { callValidatingWebhooks, type NamedHook } from './webhook-call.ts';
import { compileWebhookConditions, forbiddenText, type WebhookConditions } from './webhook-conditions.ts';
import { isFiltered, isFilteredByName, isSelected } from './webhook-filter.ts';

/** What Kyverno is asked with. */
export interface KyvernoInstallation {
  readonly policies: readonly Policy[];
  readonly settings: KyvernoSettings;
  readonly config: KyvernoConfig;
  readonly state: ClusterState;
  readonly resources: ResourceTable;
  readonly environment: Environment;
  readonly compile: (policy: Policy) => CompiledPolicy;
  readonly authorize: Authorizer;
  /** PolicyExceptions of `policies.kyverno.io`, and what CEL policies read. */
  readonly exceptions: readonly JsonObject[];
  readonly surroundings: CelSurroundings;
  readonly explain: boolean;
}

/** Kyverno's resource webhooks. They may throw `NotSupportedError` naming the rule that is not built. */
export interface KyvernoWebhooks {
  /** The mutating webhooks that a request reaches, in the order in which they are called. */
  readonly mutating: (request: AdmissionRequest) => readonly MutatingWebhook[];
  readonly validate: (request: AdmissionRequest) => KyvernoAnswer;
  /** All policies that take part in admission. */
  readonly installed: readonly InstalledPolicy[];
  /** The policies with generate rules that a request reaches through the validating webhooks. */
  readonly generating: (request: AdmissionRequest) => readonly InstalledPolicy[];
  /** Those with rules that change existing objects. */
  readonly mutatingExisting: (request: AdmissionRequest) => readonly InstalledPolicy[];
}

const SILENT: KyvernoAnswer = { denied: [], warnings: [], rules: [] };

/** One webhook with the policies it serves. */
interface Webhook {
  readonly name: string;
  readonly policies: readonly InstalledPolicy[];
  readonly rules: WebhookRules;
  readonly conditions: WebhookConditions;
  /** It serves a policy that has conditions of its own. */
  readonly fineGrained: boolean;
}

/** Prepares the policies and the webhooks that serve them. */
export function createKyvernoWebhooks(installation: KyvernoInstallation): KyvernoWebhooks {
  const { resources, settings, config } = installation;
  const own = installation.policies.filter(({ apiVersion }) => apiVersion.startsWith('kyverno.io/'));
  const others = installation.policies.filter((one) => !one.apiVersion.startsWith('kyverno.io/') && !isCelPolicy(one));
  const celHooks = createCelHooks({ ...installation, policies: installation.policies.filter(isCelPolicy) });
  // Cluster policies come first, as in the policy cache.
  const installed = [...own.filter(isClusterWide), ...own.filter((policy) => !isClusterWide(policy))].flatMap(
    (policy) => installPolicy(installation.compile(policy), resources, settings.forceFailurePolicyIgnore) ?? [],
  );
  const validating = buildWebhooks('validating', installed, installation);
  const mutating = buildWebhooks('mutating', installed, installation);
  const matching = (list: readonly Webhook[], request: AdmissionRequest): readonly Webhook[] => {
    refuseOtherKinds(others, request);
    const found = list.filter(({ rules }) => isCalled(rules, request));
    return found.length === 0 || !isSelected(config, installation.state, request) ? [] : found;
  };
  const selected = (list: (request: AdmissionRequest) => readonly NamedHook[], request: AdmissionRequest) => {
    const found = list(request);
    return found.length === 0 || !isSelected(config, installation.state, request) ? [] : found;
  };
  const passed = (list: readonly Webhook[], request: AdmissionRequest): readonly Webhook[] =>
    isFiltered(config, request) ? [] : list.filter(({ conditions }) => conditions(request).met);
  const reached = (wanted: (policy: InstalledPolicy) => boolean) => (request: AdmissionRequest) => {
    if (!installed.some(wanted) || isFilteredByName(config, request)) return [];
    const called = passed(matching(validating, request), request);
    return [...new Set(called.flatMap((webhook) => concerned(webhook, request).filter(wanted)))];
  };
  return {
    mutating: (first) => {
      // Upstream's server lets a DELETE pass without a look.
      if (first.operation === 'DELETE') return [];
      return matching(mutating, first).map((webhook) => ({
        name: webhook.name,
        call: (request) => callMutating(installation, webhook, request),
      }));
    },
    validate: (request) => {
      refuseOtherKinds(others, request);
      const hooks = [...matching(validating, request).map(hookOf(installation)), ...selected(celHooks, request)];
      return callValidatingWebhooks(hooks, request, isFiltered(config, request));
    },
    installed,
    generating: reached(generates),
    mutatingExisting: reached(mutatesExisting),
  };
}

/**
 * The webhooks of one side. A policy with conditions has one of its own.
 * Upstream: `buildForPoliciesValidation` in `pkg/controllers/webhook/controller.go`.
 */
function buildWebhooks(
  side: 'validating' | 'mutating',
  installed: readonly InstalledPolicy[],
  { config, resources, authorize }: KyvernoInstallation,
): readonly Webhook[] {
  const kind = side === 'validating' ? 'validate' : 'mutate';
  const build = (name: string, policies: readonly InstalledPolicy[]) => ({
    name: `${kind}.kyverno.svc-${name}`,
    policies,
    rules: buildWebhookRules(
      policies.map((policy) => ({ watched: policy[side], namespaced: !isClusterWide(policy.policy) })),
      resources,
    ),
  });
  const common = (['Fail', 'Ignore'] as const).map((failurePolicy): Webhook => {
    const policies = installed.filter((policy) => policy.failurePolicy === failurePolicy && !policy.fineGrained);
    const ignoresErrors = failurePolicy === 'Ignore';
    const conditions = compileWebhookConditions(config.matchConditions, { authorize, ignoresErrors });
    return { ...build(failurePolicy.toLowerCase(), policies), conditions, fineGrained: false };
  });
  const own = (['Ignore', 'Fail'] as const).flatMap((failurePolicy) =>
    installed
      .filter((policy) => policy.fineGrained && policy.failurePolicy === failurePolicy)
      .map((installed): Webhook => {
        const { name, namespace, spec } = installed.policy;
        const key = namespace === '' ? name : `${namespace}-${name}`;
        const list = getPath(spec, 'webhookConfiguration', 'matchConditions');
        const built = build(`${failurePolicy.toLowerCase()}-finegrained-${key}`, [installed]);
        const ignoresErrors = failurePolicy === 'Ignore';
        return {
          ...built,
          conditions: compileWebhookConditions(list, { authorize, ignoresErrors }),
          fineGrained: true,
        };
      }),
  );
  return [...common, ...own];
}

function refusedByConditions({ conditions }: Webhook, request: AdmissionRequest): KyvernoAnswer | undefined {
  const { error } = conditions(request);
  return error === undefined ? undefined : { ...SILENT, denial: forbiddenText(request, error), forbidden: true };
}

function callMutating(installation: KyvernoInstallation, webhook: Webhook, request: AdmissionRequest): MutationAnswer {
  const { environment, config, state } = installation;
  const refused = refusedByConditions(webhook, request);
  if (refused !== undefined) return refused;
  if (isFiltered(config, request) || webhook.conditions(request).met !== true) return SILENT;
  const { maxContextSize } = config;
  const policies = concerned(webhook, request);
  const filtered = isFilteredByName(config, request);
  const settings = { environment, maxContextSize, filtered };
  const answer = mutateRequest(webhook.name, policies, request, settings);
  // A webhook of one policy forgets to verify images.
  if (answer.denial !== undefined || webhook.fineGrained) return answer;
  const object = answer.object ?? request.object;
  const labels = request.namespace === '' ? undefined : state.namespaceLabels(request.namespace);
  return joined(answer, verifyImages(webhook.name, policies, { ...request, object }, settings, labels));
}

function generates({ policy }: InstalledPolicy): boolean {
  return policy.rules.some(hasGenerate);
}

function mutatesExisting({ policy }: InstalledPolicy): boolean {
  return policy.rules.some(hasMutateExisting);
}

function isClusterWide(policy: Policy): boolean {
  return policy.kind === 'ClusterPolicy';
}

function isCalled(rules: WebhookRules, request: AdmissionRequest): boolean {
  if (rules.match(request)) return true;
  if (!rules.matchOtherVersion(request)) return false;
  const { group, version, kind } = request.kind;
  throw new NotSupportedError(`conversion of ${kind} from ${group === '' ? version : `${group}/${version}`}`);
}

function concerned({ policies, fineGrained }: Webhook, request: AdmissionRequest): readonly InstalledPolicy[] {
  if (fineGrained) return policies;
  return policies.filter(
    ({ policy, concerns }) => concerns(request) && (isClusterWide(policy) || policy.namespace === request.namespace),
  );
}

/** Mutation and then the verification of images in one answer. */
function joined(first: MutationAnswer, second: MutationAnswer): MutationAnswer {
  return {
    ...first,
    ...second,
    warnings: [...first.warnings, ...second.warnings],
    rules: [...first.rules, ...second.rules],
  };
}

function hookOf(installation: KyvernoInstallation): (webhook: Webhook) => NamedHook {
  return (webhook) => ({
    name: webhook.name,
    conditions: webhook.conditions,
    call: (request) => askOne(installation, webhook, request),
  });
}

/** Upstream: `HandleValidationEnforce` and `HandleValidationAudit` in `pkg/webhooks/resource/validation`. */
function askOne(installation: KyvernoInstallation, hook: Webhook, request: AdmissionRequest): KyvernoAnswer {
  const { state, config } = installation;
  const policies = concerned(hook, request);
  const labels = request.namespace === '' ? undefined : state.namespaceLabels(request.namespace);
  const filtered = isFilteredByName(config, request);
  const evaluate = (action: 'Enforce' | 'Audit'): readonly Answered[] => {
    // A webhook of one policy does not tell its actions apart.
    if (hook.fineGrained)
      return action === 'Enforce' ? policies.flatMap(evaluateWhole(installation, request, filtered)) : [];
    return policies.flatMap((policy) => {
      const actions = splitActions(policy.compiled, request.namespace, labels);
      const reduced = selectRules(policy.compiled, (_rule, index) => actions[index] === action);
      if (reduced === undefined) return [];
      if (filtered) return [{ policy: { ...policy, compiled: reduced }, rules: [] }];
      const response = evaluatePolicy(reduced, asked(installation, request), installation.environment);
      return [{ policy: { ...policy, compiled: reduced }, rules: response.rules }];
    });
  };
  const checks = hook.fineGrained ? [] : evaluateImageChecks(installation, policies, request, filtered);
  const enforced = [...evaluate('Enforce'), ...checks];
  const audited = evaluate('Audit');
  const warning = (hook.fineGrained ? enforced : audited).filter(({ policy }) => policy.emitWarning);
  const selectorLabels = [...enforced, ...warning].some(({ policy }) => policy.needsNamespaceLabels) ? labels : {};
  const rules = [...enforced, ...audited].flatMap(answersOf);
  if (!enforced.some((answered) => blocks(answered, request, selectorLabels))) {
    return { denied: [], warnings: [...enforced, ...warning].flatMap(warningsOf), rules };
  }
  return { ...refusal(hook.name, request, enforced), warnings: [], rules };
}

function evaluateWhole(
  installation: KyvernoInstallation,
  request: AdmissionRequest,
  filtered: boolean,
): (policy: InstalledPolicy) => readonly Answered[] {
  return (policy) => {
    if (!policy.policy.rules.some((rule) => hasValidate(rule) || hasImageChecks(rule))) return [];
    return [{ policy, rules: filtered ? [] : rulesOf(installation, policy, request) }];
  };
}

function asked({ config: { maxContextSize }, explain }: KyvernoInstallation, request: AdmissionRequest): EngineRequest {
  return { request, mode: 'admission', maxContextSize, explain };
}

function rulesOf(installation: KyvernoInstallation, { compiled }: InstalledPolicy, request: AdmissionRequest) {
  return evaluatePolicy(compiled, asked(installation, request), installation.environment).rules;
}

/**
 * Policies that check images take part as a whole beside their Enforce rules, whatever their action.
 * Upstream: `retrieveAndCategorizePolicies` in `pkg/webhooks/resource/handlers.go`.
 */
function evaluateImageChecks(
  installation: KyvernoInstallation,
  policies: readonly InstalledPolicy[],
  request: AdmissionRequest,
  filtered: boolean,
): readonly Answered[] {
  return policies
    .filter(({ policy }) => policy.rules.some(hasImageChecks))
    .map((policy) => ({ policy, rules: filtered ? [] : rulesOf(installation, policy, request) }));
}

/** Upstream: `GetWarningMessages` in `pkg/webhooks/utils/warning.go`. */
function warningsOf({ policy, rules }: Answered): readonly string[] {
  return rules
    .filter(({ status }) => status === 'fail' || status === 'error' || status === 'warning')
    .map(({ name, message }) => `policy ${policy.policy.name}.${name}: ${message}`);
}
