import type { AdmissionRequest } from '../model/request.ts';
import type { KyvernoAnswer } from './kyverno-answer.ts';
import { forbiddenText, type WebhookConditions } from './webhook-conditions.ts';

/** A validating webhook that a request reaches. */
export interface NamedHook {
  readonly name: string;
  readonly conditions: WebhookConditions;
  readonly call: (request: AdmissionRequest) => KyvernoAnswer;
}

const SILENT: KyvernoAnswer = { denied: [], warnings: [], rules: [] };

/**
 * Calls validating webhooks. Their conditions are asked first, one after the other by name: one that fails refuses the
 * request. Then all are called at once, and of several refusals the one that comes first is told: any of them, in a real
 * cluster; here the first by name, the others are `alternatives`. `isFiltered`: Kyverno does not look at the request.
 * Upstream: `Dispatch` in apiserver's `pkg/admission/plugin/webhook/validating/dispatcher.go`.
 */
export function callValidatingWebhooks(
  hooks: readonly NamedHook[],
  request: AdmissionRequest,
  isFiltered: boolean,
): KyvernoAnswer {
  const sorted = [...hooks].sort((a, b) => (a.name < b.name ? -1 : 1));
  const reached: NamedHook[] = [];
  for (const hook of sorted) {
    const { error, met } = hook.conditions(request);
    if (error !== undefined) return { ...SILENT, denial: forbiddenText(request, error), forbidden: true };
    if (met) reached.push(hook);
  }
  if (isFiltered) return SILENT;
  const answers = reached.map((hook) => hook.call(request));
  const refusing = answers.filter(({ denial }) => denial !== undefined);
  const [refused, ...others] = refusing;
  return {
    ...(refused?.denial === undefined ? {} : { denial: refused.denial }),
    denied: refused?.denied ?? [],
    ...(others.length === 0
      ? {}
      : { alternatives: others.map(({ denial = '', denied }) => ({ code: 400, message: denial, denied })) }),
    warnings: answers.flatMap(({ warnings }) => warnings),
    rules: answers.flatMap(({ rules }) => rules),
  };
}
