import { failureActionOf } from '../engine/index.ts';
import type { Denial, RuleAnswer } from '../model/admission.ts';
import type { AdmissionRequest } from '../model/request.ts';
import type { RuleResponse } from '../model/response.ts';
import { denyText, inTextOrder, type RefusingPolicy, webhookDenial } from './deny-text.ts';
import type { InstalledPolicy } from './installed-policy.ts';
import type { Labels } from './label-selector.ts';
import { refusedResource } from './request-object.ts';

/** A policy's answer, of all its rules or of some. */
export interface Answered {
  readonly policy: InstalledPolicy;
  readonly rules: readonly RuleResponse[];
}

/** Does the answer block the request? Upstream: `BlockRequest` and `HasEnforcedFailure`. */
export function blocks(
  { policy, rules }: Answered,
  request: AdmissionRequest,
  labels: Labels | undefined,
  failurePolicy = policy.failurePolicy,
): boolean {
  if (failurePolicy === 'Fail' && rules.some(({ status }) => status === 'error')) return true;
  const { kind, namespace } = refusedResource(request);
  return rules.some(
    ({ name, status }) =>
      status === 'fail' && failureActionOf(policy.compiled, name, kind, namespace, labels) === 'Enforce',
  );
}

/** The refusal that answers add up to, once one of them blocks: every rule that did not pass and was not skipped. */
export function refusal(
  webhook: string,
  request: AdmissionRequest,
  answers: readonly Answered[],
): { readonly denial: string; readonly denied: readonly Denial[] } {
  const refusing = inTextOrder(answers.map(refusalOf).filter((entry) => entry.rules.size > 0));
  return {
    denial: webhookDenial(webhook, denyText(refusedResource(request), refusing)),
    denied: refusing.flatMap(({ policy, rules: messages }) =>
      [...messages].map(([rule, message]) => ({ policy, rule, message })),
    ),
  };
}

function refusalOf({ policy, rules }: Answered): RefusingPolicy {
  const refusing = rules.filter(({ status }) => status !== 'pass' && status !== 'skip');
  return { policy: policy.policy.name, rules: new Map(refusing.map(({ name, message }) => [name, message])) };
}

/** The rules with their policy's name. */
export function answersOf({ policy, rules }: Answered): readonly RuleAnswer[] {
  return rules.map((rule) => ({ ...rule, policy: policy.policy.name }));
}
