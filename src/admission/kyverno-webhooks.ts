import {
  type CompiledPolicy,
  evaluatePolicy,
  hasGenerate,
  hasImageChecks,
  selectRules,
  splitActions,
} from '../engine/index.ts';
import type { Environment } from '../model/environment.ts';
import { NotSupportedError } from '../model/failure.ts';
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
import { refuseFineGrained, refuseOtherKinds } from './unsupported.ts';
import { buildWebhookRules, type WebhookRules } from './webhook.ts';
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
}

const SILENT: KyvernoAnswer = { denied: [], warnings: [], rules: [] };

/** One webhook with the policies it serves. */
interface Webhook {
  readonly name: string;
  readonly policies: readonly InstalledPolicy[];
  readonly rules: WebhookRules;
}

/** Prepares the policies and the webhooks that serve them. */
export function createKyvernoWebhooks(installation: KyvernoInstallation): KyvernoWebhooks {
  const { resources, settings, config } = installation;
  const own = installation.policies.filter(({ apiVersion }) => apiVersion.startsWith('kyverno.io/'));
  const others = installation.policies.filter(({ apiVersion }) => !apiVersion.startsWith('kyverno.io/'));
  // Cluster policies come first, as in the policy cache.
  const installed = [...own.filter(isClusterWide), ...own.filter((policy) => !isClusterWide(policy))].flatMap(
    (policy) => installPolicy(installation.compile(policy), resources, settings.forceFailurePolicyIgnore) ?? [],
  );
  const webhooks = (side: 'validating' | 'mutating'): readonly Webhook[] =>
    (['Fail', 'Ignore'] as const).map((failurePolicy) => {
      const policies = installed.filter((policy) => policy.failurePolicy === failurePolicy);
      return {
        name: `${side === 'validating' ? 'validate' : 'mutate'}.kyverno.svc-${failurePolicy.toLowerCase()}`,
        policies,
        rules: buildWebhookRules(
          policies.map((policy) => ({ watched: policy[side], namespaced: !isClusterWide(policy.policy) })),
          resources,
        ),
      };
    });
  const validating = webhooks('validating');
  const mutating = webhooks('mutating');
  const called = (list: readonly Webhook[], request: AdmissionRequest): readonly Webhook[] => {
    refuseOtherKinds(others, request);
    const matching = list.filter(({ rules }) => isCalled(rules, request));
    if (matching.length === 0 || !isSelected(config, installation.state, request)) return [];
    if (config.matchConditions.length > 0) throw new NotSupportedError("matchConditions in Kyverno's ConfigMap");
    return isFiltered(config, request) ? [] : matching;
  };
  return {
    mutating: (first) => {
      // Upstream's server lets a DELETE pass without a look.
      if (first.operation === 'DELETE') return [];
      const { environment } = installation;
      const { maxContextSize } = config;
      return called(mutating, first).map((webhook) => ({
        name: webhook.name,
        call: (request) => {
          const policies = concerned(webhook, request);
          const filtered = isFilteredByName(config, request);
          const answer = mutateRequest(webhook.name, policies, request, { environment, maxContextSize, filtered });
          if (answer.denial !== undefined) return answer;
          const object = answer.object ?? request.object;
          const labels = request.namespace === '' ? undefined : installation.state.namespaceLabels(request.namespace);
          const settings = { environment, maxContextSize, filtered };
          const images = verifyImages(webhook.name, policies, { ...request, object }, settings, labels);
          return joined(answer, images);
        },
      }));
    },
    validate: (request) => {
      const hooks = called(validating, request);
      if (hooks.length === 0) return SILENT;
      return askAll(installation, hooks, request);
    },
    installed,
    generating: (request) => {
      if (!installed.some(generates) || isFilteredByName(config, request)) return [];
      return called(validating, request).flatMap((webhook) => concerned(webhook, request).filter(generates));
    },
  };
}

function generates({ policy }: InstalledPolicy): boolean {
  return policy.rules.some(hasGenerate);
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

function concerned(webhook: Webhook, request: AdmissionRequest): readonly InstalledPolicy[] {
  const policies = webhook.policies.filter(
    ({ policy, concerns }) => concerns(request) && (isClusterWide(policy) || policy.namespace === request.namespace),
  );
  refuseFineGrained(policies);
  return policies;
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

function askAll(
  installation: KyvernoInstallation,
  hooks: readonly Webhook[],
  request: AdmissionRequest,
): KyvernoAnswer {
  const answers = hooks.map((hook) => askOne(installation, hook, request));
  const refused = answers.find(({ denial }) => denial !== undefined);
  return {
    ...(refused?.denial === undefined ? {} : { denial: refused.denial }),
    denied: refused?.denied ?? [],
    warnings: answers.flatMap(({ warnings }) => warnings),
    rules: answers.flatMap(({ rules }) => rules),
  };
}

/** Upstream: `HandleValidationEnforce` and `HandleValidationAudit` in `pkg/webhooks/resource/validation`. */
function askOne(installation: KyvernoInstallation, hook: Webhook, request: AdmissionRequest): KyvernoAnswer {
  const { state, config } = installation;
  const policies = concerned(hook, request);
  const labels = request.namespace === '' ? undefined : state.namespaceLabels(request.namespace);
  const filtered = isFilteredByName(config, request);
  const evaluate = (action: 'Enforce' | 'Audit'): readonly Answered[] =>
    policies.flatMap((policy) => {
      const actions = splitActions(policy.compiled, request.namespace, labels);
      const reduced = selectRules(policy.compiled, (_rule, index) => actions[index] === action);
      if (reduced === undefined) return [];
      if (filtered) return [{ policy: { ...policy, compiled: reduced }, rules: [] }];
      const { maxContextSize } = config;
      const response = evaluatePolicy(
        reduced,
        { request, mode: 'admission', maxContextSize },
        installation.environment,
      );
      return [{ policy: { ...policy, compiled: reduced }, rules: response.rules }];
    });
  const enforced = [...evaluate('Enforce'), ...evaluateImageChecks(installation, policies, request, filtered)];
  const audited = evaluate('Audit');
  const warning = audited.filter(({ policy }) => policy.emitWarning);
  const selectorLabels = [...enforced, ...warning].some(({ policy }) => policy.needsNamespaceLabels) ? labels : {};
  const rules = [...enforced, ...audited].flatMap(answersOf);
  if (!enforced.some((answered) => blocks(answered, request, selectorLabels))) {
    return { denied: [], warnings: [...enforced, ...warning].flatMap(warningsOf), rules };
  }
  return { ...refusal(hook.name, request, enforced), warnings: [], rules };
}

/**
 * Policies that check images take part as a whole beside their Enforce rules, whatever their action.
 * Upstream: `retrieveAndCategorizePolicies` in `pkg/webhooks/resource/handlers.go`.
 */
function evaluateImageChecks(
  { environment, config: { maxContextSize } }: KyvernoInstallation,
  policies: readonly InstalledPolicy[],
  request: AdmissionRequest,
  filtered: boolean,
): readonly Answered[] {
  return policies
    .filter(({ policy }) => policy.rules.some(hasImageChecks))
    .map((policy) => {
      const asked = { request, mode: 'admission', maxContextSize } as const;
      return { policy, rules: filtered ? [] : evaluatePolicy(policy.compiled, asked, environment).rules };
    });
}

/** Upstream: `GetWarningMessages` in `pkg/webhooks/utils/warning.go`. */
function warningsOf({ policy, rules }: Answered): readonly string[] {
  return rules
    .filter(({ status }) => status === 'fail' || status === 'error' || status === 'warning')
    .map(({ name, message }) => `policy ${policy.policy.name}.${name}: ${message}`);
}
