import {
  isEmptyOutcome,
  mergeOutcomes,
  NO_OUTCOMES,
  verifyPolicyImages,
  withImage,
  withOutcomes,
} from '../engine/index.ts';
import type { JsonObject } from '../model/json.ts';
import type { AdmissionRequest } from '../model/request.ts';
import { type Answered, answersOf, blocks, refusal } from './answered.ts';
import type { InstalledPolicy } from './installed-policy.ts';
import type { MutationAnswer, MutationSettings } from './kyverno-mutation.ts';
import type { Labels } from './label-selector.ts';
import { hasVerifyImages } from './rule-kinds.ts';

/**
 * Verifies the images of a request, which mutation may have changed. Every policy sees the same object; digests and the
 * note of what was verified are put into it in the end. Throws `NotSupportedError` naming what of an image is not known.
 * Upstream: `handleVerifyImages` in `pkg/webhooks/resource/imageverification/handler.go`.
 */
export function verifyImages(
  webhook: string,
  policies: readonly InstalledPolicy[],
  request: AdmissionRequest,
  settings: MutationSettings,
  labels: Labels | undefined,
): MutationAnswer {
  const verifying = policies.filter(({ policy }) => policy.rules.some(hasVerifyImages));
  if (verifying.length === 0 || settings.filtered || request.object === null)
    return { denied: [], warnings: [], rules: [] };
  const { environment, maxContextSize } = settings;
  const answers: Answered[] = [];
  let outcomes = NO_OUTCOMES;
  let object: JsonObject = request.object;
  for (const policy of verifying) {
    const asked = { request, mode: 'admission', maxContextSize } as const;
    const answer = verifyPolicyImages(policy.compiled, asked, environment);
    if (answer.rules.length > 0) answers.push({ policy, rules: answer.rules });
    outcomes = mergeOutcomes(outcomes, answer.outcomes);
    for (const { pointer, image } of answer.digests) object = withImage(object, pointer, image);
  }
  const rules = answers.flatMap(answersOf);
  const strict = verifying.some(({ failurePolicy }) => failurePolicy === 'Fail') ? 'Fail' : 'Ignore';
  const isBlocked = answers.some((answer) => {
    return blocks(answer, request, answer.policy.needsNamespaceLabels ? labels : {}, strict);
  });
  if (isBlocked) return { ...refusal(webhook, request, answers), warnings: [], rules };
  if (!isEmptyOutcome(outcomes)) object = withOutcomes(object, outcomes);
  const warnings = answers.flatMap(warningsOf);
  return { denied: [], warnings, rules, ...(object === request.object ? {} : { object }) };
}

/** Upstream: `GetWarningMessages` in `pkg/webhooks/utils/warning.go`. */
function warningsOf({ policy: { policy }, rules }: Answered): readonly string[] {
  return rules
    .filter(({ status, warns }) => warns || (status !== 'skip' && status !== 'pass'))
    .map(({ name, message }) => `policy ${policy.name}.${name}: ${message}`);
}
