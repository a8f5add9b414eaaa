import { hasMutateExisting, mutatePolicy } from '../engine/index.ts';
import type { RuleAnswer } from '../model/admission.ts';
import type { Environment } from '../model/environment.ts';
import type { JsonObject } from '../model/json.ts';
import type { AdmissionRequest } from '../model/request.ts';
import type { RuleResponse } from '../model/response.ts';
import { webhookDenial } from './deny-text.ts';
import type { InstalledPolicy } from './installed-policy.ts';
import type { KyvernoAnswer } from './kyverno-answer.ts';
import { hasMutateStandard } from './rule-kinds.ts';

/** What a mutating webhook says. */
export interface MutationAnswer extends KyvernoAnswer {
  /** The object with the patches of all policies; absent when nothing changed. */
  readonly object?: JsonObject;
}

/** What policies mutate with. */
export interface MutationSettings {
  readonly environment: Environment;
  readonly maxContextSize: number;
  /** The names in the request are filtered by the configuration: then no rule answers. */
  readonly filtered: boolean;
}

/**
 * Lets policies change the object of a request, one after the other. An error blocks the request where the failure policy
 * is `Fail`; else the policy counts for nothing, and the policies after it find no object any more.
 * Upstream: `applyMutations` in `pkg/webhooks/resource/mutation/mutation.go`.
 */
export function mutateRequest(
  webhook: string,
  policies: readonly InstalledPolicy[],
  request: AdmissionRequest,
  settings: MutationSettings,
): MutationAnswer {
  const rules: RuleAnswer[] = [];
  const warnings: string[] = [];
  let seen = request.object;
  let good = request.object;
  for (const installed of policies.filter(isMutating)) {
    const { policy, compiled, failurePolicy, emitWarning } = installed;
    const ownNumbers = seen !== request.object;
    const { maxContextSize, environment } = settings;
    const asked = { request: { ...request, object: seen }, mode: 'admission', maxContextSize, ownNumbers } as const;
    const answer = settings.filtered ? undefined : mutatePolicy(compiled, asked, environment);
    if (answer === undefined) continue;
    rules.push(...answer.rules.map((rule) => ({ ...rule, policy: policy.name })));
    const errors = answer.rules.filter(({ status }) => status === 'error');
    if (errors.length > 0 && failurePolicy === 'Fail') return blocked(webhook, policy.name, errors, rules);
    if (emitWarning) warnings.push(...warningsOf(policy.name, answer.rules));
    seen = answer.object;
    if (errors.length === 0 && seen !== null) good = seen;
  }
  const changed = good === null || good === request.object ? {} : { object: good };
  return { denied: [], warnings, rules, ...changed };
}

function isMutating({ policy }: InstalledPolicy): boolean {
  return policy.rules.some((rule) => hasMutateStandard(rule) && !hasMutateExisting(rule));
}

function blocked(
  webhook: string,
  policy: string,
  errors: readonly RuleResponse[],
  rules: readonly RuleAnswer[],
): MutationAnswer {
  const texts = errors.map(({ name, message }) => `${name}: ${message}`).join(' ');
  const message = `mutation policy ${policy} error: failed to apply policy ${policy} rules [${texts}]`;
  return {
    denial: webhookDenial(webhook, message),
    denied: errors.map(({ name, message }) => ({ policy, rule: name, message })),
    warnings: [],
    rules,
  };
}

/** Upstream: `GetWarningMessages` in `pkg/webhooks/utils/warning.go`. */
function warningsOf(policy: string, rules: readonly RuleResponse[]): readonly string[] {
  return rules
    .filter(({ status }) => status !== 'skip')
    .map(({ name, message }) => `policy ${policy}.${name}: ${message}`);
}
