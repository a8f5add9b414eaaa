import { createAdmission } from '../admission/index.ts';
import type { AdmissionAnswer } from '../model/admission.ts';
import type { Clock, RandomSource } from '../model/environment.ts';
import type { JsonObject } from '../model/json.ts';
import type { ClusterSettings } from '../model/settings.ts';
import { clientRequest } from './draft.ts';
import { edited } from './edit.ts';
import { type Judge, type Judgement, worstStatus } from './judgement.ts';
import type { PolicySet } from './policy-set.ts';

/** The cluster in which both sets are asked. */
export interface Surrounding {
  readonly objects: readonly JsonObject[];
  readonly settings: ClusterSettings;
  readonly clock: Clock;
  readonly random: RandomSource;
}

/**
 * Asks a set as a cluster would: API server, Kyverno's webhooks. Throws `InputError` for policies that Kyverno would
 * refuse at installation.
 */
export function admissionJudge(set: PolicySet, { objects, settings, clock, random }: Surrounding): Judge {
  const policies = set.policies;
  const admission = createAdmission({ policies, objects: [...objects, ...set.objects], settings, clock, random });
  return (draft) => {
    const { answer, problem } = admission(clientRequest(draft));
    if (problem === 'unsupported') {
      return { kind: 'unsupported', feature: (answer.error ?? '').replace(/^not supported yet: /, '') };
    }
    if (answer.allowed === null) return { kind: 'invalid', reason: answer.error ?? '' };
    return judgementOf(answer);
  };
}

function judgementOf({ allowed, denied, message, rules, code, object }: AdmissionAnswer): Judgement {
  const byPolicy = denied.length > 0 || /^admission webhook|ValidatingAdmissionPolicy/.test(message);
  if (allowed === false && !byPolicy) return { kind: 'invalid', reason: `${code} ${message}` };
  const judging = rules.filter(({ type }) => type === 'Validation' || type === 'ImageVerify');
  return {
    kind: 'judged',
    allowed: allowed === true,
    status: worstStatus(judging),
    rules: judging,
    denied,
    message,
    ...(object === undefined ? {} : { stored: object }),
  };
}

/** Does the API server accept an object, with no policy in its way? Ephemeral containers came later. */
export function storableIn({ objects, settings, clock, random }: Surrounding): (object: JsonObject) => boolean {
  const admission = createAdmission({ policies: [], objects, settings, clock, random });
  const known = new WeakMap<JsonObject, boolean>();
  return (object) => {
    const before = known.get(object);
    if (before !== undefined) return before;
    const { answer } = admission({
      operation: 'CREATE',
      object: edited(object, ['spec', 'ephemeralContainers'], undefined),
    });
    const isStorable = answer.allowed === true;
    known.set(object, isStorable);
    return isStorable;
  };
}
