import type { ApiServer, ApiStatus, InFlight } from '../apiserver/index.ts';
import type { RuleAnswer } from '../model/admission.ts';
import { deepEqual, type Json } from '../model/json.ts';
import type { AdmissionRequest } from '../model/request.ts';
import type { MutationAnswer } from './kyverno-mutation.ts';

/** A mutating webhook that a request reaches. */
export interface MutatingWebhook {
  readonly name: string;
  readonly call: (request: AdmissionRequest) => MutationAnswer;
}

/** What became of a request in mutating admission. */
export type Mutated =
  | { readonly kind: 'passed'; readonly request: InFlight; readonly rules: readonly RuleAnswer[] }
  | { readonly kind: 'denied'; readonly answer: MutationAnswer; readonly rules: readonly RuleAnswer[] }
  | { readonly kind: 'refused'; readonly status: ApiStatus; readonly warnings: readonly string[] };

/**
 * Calls mutating webhooks one after the other; each sees what the one before it made, decoded and defaulted again. If one
 * changed the object, built-in admission runs once more, and so do the webhooks before it; all of them when built-in
 * admission changed something.
 * Upstream: `Dispatch` in apiserver's `pkg/admission/plugin/webhook/mutating/dispatcher.go`, `reinvocationcontext.go`.
 */
export function callMutatingWebhooks(
  api: ApiServer,
  webhooks: readonly MutatingWebhook[],
  given: InFlight,
  withRoles: (request: AdmissionRequest) => AdmissionRequest,
): Mutated {
  let request = given;
  const rules: RuleAnswer[] = [];
  const again = new Set<string>();
  let changedAny = false;
  const called: string[] = [];
  for (const [round, hooks] of [webhooks, webhooks].entries()) {
    if (round === 1) {
      if (!changedAny) break;
      const output = structuredClone(request.admission.object) as Json;
      const mutated = api.mutate(request);
      if (!mutated.ok) return { kind: 'refused', ...mutated };
      request = mutated.request;
      if (!deepEqual(output, request.admission.object)) for (const name of called) again.add(name);
    }
    for (const hook of hooks) {
      if (round === 1 && !again.has(hook.name)) continue;
      const answer = hook.call(withRoles(request.admission));
      // What applied in the first round says that nothing is left to do in the second.
      rules.push(...answer.rules.filter(({ status }) => round === 0 || status !== 'skip'));
      if (answer.denial !== undefined) return { kind: 'denied', answer, rules };
      const next = replaced(api, request, answer);
      if (next.kind === 'refused') return next;
      if (next.changed) {
        changedAny = true;
        for (const name of called) again.add(name);
      }
      request = next.request;
      if (round === 0) called.push(hook.name);
    }
  }
  return { kind: 'passed', request, rules };
}

type Replaced =
  | { readonly kind: 'passed'; readonly changed: boolean; readonly request: InFlight }
  | Extract<Mutated, { readonly kind: 'refused' }>;

/** The request with what a webhook made of its object. */
function replaced(api: ApiServer, before: InFlight, { object, warnings }: MutationAnswer): Replaced {
  const warned = { ...before, warnings: [...before.warnings, ...warnings] };
  if (object === undefined) return { kind: 'passed', changed: false, request: warned };
  const next = api.replaceObject(warned, object);
  if (next.ok) {
    const { request } = next;
    return { kind: 'passed', changed: !deepEqual(before.admission.object, request.admission.object), request };
  }
  return { kind: 'refused', status: asInternal(next.status), warnings: next.warnings };
}

/** What a webhook made that cannot be read is the server's own error. */
function asInternal(status: ApiStatus): ApiStatus {
  const [, cause] = /^.* cannot be handled as a [^:]*: (.*)$/s.exec(status.message) ?? [];
  if (cause === undefined) return status;
  if (cause.startsWith('converting ')) return { code: 500, message: cause };
  return { code: 500, reason: 'InternalError', message: `Internal error occurred: ${cause}` };
}
