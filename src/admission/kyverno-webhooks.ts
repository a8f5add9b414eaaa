import { type CompiledPolicy, evaluatePolicy, failureActionOf, selectRules, splitActions } from '../engine/index.ts';
import type { RuleAnswer } from '../model/admission.ts';
import type { Environment } from '../model/environment.ts';
import { NotSupportedError } from '../model/failure.ts';
import type { Policy } from '../model/policy.ts';
import type { AdmissionRequest } from '../model/request.ts';
import type { RuleResponse } from '../model/response.ts';
import type { KyvernoSettings } from '../model/settings.ts';
import type { ClusterState } from './cluster-state.ts';
import { denyText, inTextOrder, type RefusingPolicy, webhookDenial } from './deny-text.ts';
import { type InstalledPolicy, installPolicy } from './installed-policy.ts';
import type { KyvernoAnswer } from './kyverno-answer.ts';
import type { KyvernoConfig } from './kyverno-config.ts';
import { mutateRequest } from './kyverno-mutation.ts';
import type { Labels } from './label-selector.ts';
import type { MutatingWebhook } from './mutating-round.ts';
import { refusedResource } from './request-object.ts';
import type { ResourceTable } from './resource-table.ts';
import { hasVerifyImages } from './rule-kinds.ts';
import { refuseFineGrained, refuseOtherKinds, refuseReachedRules } from './unsupported.ts';
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
          const object = answer.object ?? request.object;
          if (answer.denial === undefined) {
            refuseReachedRules(policies, hasVerifyImages, { ...request, object }, environment);
          }
          return answer;
        },
      }));
    },
    validate: (request) => {
      const hooks = called(validating, request);
      if (hooks.length === 0) return SILENT;
      const policies = hooks.flatMap((webhook) => concerned(webhook, request));
      refuseReachedRules(policies, hasVerifyImages, request, installation.environment);
      return askAll(installation, hooks, request);
    },
  };
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

/** A policy's answer, of its Enforce or its Audit rules. */
interface Answered {
  readonly policy: InstalledPolicy;
  readonly rules: readonly RuleResponse[];
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
  const enforced = evaluate('Enforce');
  const audited = evaluate('Audit');
  const warning = audited.filter(({ policy }) => policy.emitWarning);
  const selectorLabels = [...enforced, ...warning].some(({ policy }) => policy.needsNamespaceLabels) ? labels : {};
  const rules = [...enforced, ...audited].flatMap(answersOf);
  if (!enforced.some((answered) => blocks(answered, request, selectorLabels))) {
    return { denied: [], warnings: [...enforced, ...warning].flatMap(warningsOf), rules };
  }
  const refusing = inTextOrder(enforced.map(refusalOf).filter((entry) => entry.rules.size > 0));
  return {
    denial: webhookDenial(hook.name, denyText(refusedResource(request), refusing)),
    denied: refusing.flatMap(({ policy, rules: messages }) =>
      [...messages].map(([rule, message]) => ({ policy, rule, message })),
    ),
    warnings: [],
    rules,
  };
}

/** Upstream: `BlockRequest` and `HasEnforcedFailure`. */
function blocks({ policy, rules }: Answered, request: AdmissionRequest, labels: Labels | undefined): boolean {
  if (policy.failurePolicy === 'Fail' && rules.some(({ status }) => status === 'error')) return true;
  const { kind, namespace } = refusedResource(request);
  return rules.some(
    ({ name, status }) =>
      status === 'fail' && failureActionOf(policy.compiled, name, kind, namespace, labels) === 'Enforce',
  );
}

function refusalOf({ policy, rules }: Answered): RefusingPolicy {
  const refusing = rules.filter(({ status }) => status !== 'pass' && status !== 'skip');
  return { policy: policy.policy.name, rules: new Map(refusing.map(({ name, message }) => [name, message])) };
}

/** Upstream: `GetWarningMessages` in `pkg/webhooks/utils/warning.go`. */
function warningsOf({ policy, rules }: Answered): readonly string[] {
  return rules
    .filter(({ status }) => status === 'fail' || status === 'error' || status === 'warning')
    .map(({ name, message }) => `policy ${policy.policy.name}.${name}: ${message}`);
}

function answersOf({ policy, rules }: Answered): readonly RuleAnswer[] {
  return rules.map((rule) => ({ ...rule, policy: policy.policy.name }));
}
