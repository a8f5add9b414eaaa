import type { Environment } from '../../model/environment.ts';
import { NotSupportedError } from '../../model/failure.ts';
import { asString, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import type { PolicyResponse, RuleResponse, RuleType } from '../../model/response.ts';
import { computeRules } from '../autogen/index.ts';
import { compileEntries } from '../context/index.ts';
import { concerns } from '../evaluate.ts';
import { registerEntries } from '../load-context.ts';
import { compileMatch } from '../match/index.ts';
import { matchSubject } from '../match-subject.ts';
import { type CompiledPolicy, unsupportedPolicy } from '../policy.ts';
import { compileProperties } from '../properties.ts';
import type { EngineRequest } from '../request.ts';
import { skippedByExceptions } from '../rule-exceptions.ts';
import type { Answer, PolicyRun, RuleRun } from '../run.ts';
import { startRun } from '../start-run.ts';
import { answering, isFailed } from '../validate/answers.ts';
import { compileConditions } from '../validate/conditions.ts';
import { notMet } from '../validate/foreach.ts';
import { readImageEntry } from './entry.ts';
import { hasVerifyImages, imageEntries } from './has.ts';
import { matchingImages } from './images.ts';
import { type ImageOutcomes, mergeOutcomes, NO_OUTCOMES } from './outcomes.ts';
import { compileVerify, type ImageDigest, type RuleVerification } from './verify.ts';

export { hasImageChecks, hasVerifyImages } from './has.ts';
export { withImage } from './images.ts';
export { type ImageOutcomes, isEmptyOutcome, mergeOutcomes, NO_OUTCOMES, withOutcomes } from './outcomes.ts';
export { IMAGE_DATA_VERSION, isImageData, readImageRecord } from './record.ts';
export { createImageRecords, type ImageRecords } from './registry.ts';
export type { ImageDigest } from './verify.ts';

/** What verifying images gave: answers, what is to be noted in the object, and the object with digests. */
export interface ImageVerification extends PolicyResponse {
  readonly outcomes: ImageOutcomes;
  readonly digests: readonly ImageDigest[];
  /** The object to go on with; `null` on DELETE, unless the policy is about another namespace. */
  readonly object: JsonObject | null;
}

/** What one rule gave. */
interface RuleResult extends Pick<RuleVerification, 'digests'> {
  readonly responses: readonly RuleResponse[];
  readonly outcomes: ImageOutcomes;
  readonly object: JsonObject;
}

type ImageRule = (run: PolicyRun, object: JsonObject) => RuleResult | undefined;

const COMPILED = new WeakMap<Policy, readonly ImageRule[]>();

/**
 * Verifies the images of a request's object: signatures, attestations, digests. `patched` is the object with digests
 * where they were added; the outcomes are for `withOutcomes`. Throws as `evaluatePolicy`, and `NotSupportedError`
 * naming what of an image is not known.
 * Upstream: `VerifyAndPatchImages` in `pkg/engine/image_verify.go`.
 */
export function verifyPolicyImages(
  compiled: CompiledPolicy,
  request: EngineRequest,
  env: Environment,
): ImageVerification {
  const { policy } = compiled;
  const missing = unsupportedPolicy(policy);
  if (missing !== undefined) throw new NotSupportedError(missing, `policy ${policy.name}`);
  const run = startRun(policy, request, env);
  const { kind, name, namespace } = policy;
  const identity = { kind, name, namespace };
  if (!concerns(run)) {
    return { policy: identity, rules: [], outcomes: NO_OUTCOMES, digests: [], object: run.object ?? run.oldObject };
  }
  const rules: RuleResponse[] = [];
  const digests: ImageDigest[] = [];
  let outcomes = NO_OUTCOMES;
  let object = run.object;
  if (object !== null) {
    const onlyOne = policy.spec['applyRules'] === 'One';
    run.context.checkpoint();
    for (const rule of rulesOf(policy)) {
      const result: RuleResult | undefined = rule(run, object);
      if (result === undefined) continue;
      object = result.object;
      outcomes = mergeOutcomes(outcomes, result.outcomes);
      digests.push(...result.digests);
      rules.push(...result.responses);
      if (onlyOne && result.responses.some(({ status }) => status === 'pass' || status === 'fail')) break;
    }
  }
  const patched = object === null || object === run.object ? {} : { patched: object };
  return { policy: identity, rules, outcomes, digests, object, ...patched };
}

function rulesOf(policy: Policy): readonly ImageRule[] {
  const known = COMPILED.get(policy);
  if (known !== undefined) return known;
  const made = computeRules(policy, '')
    .filter(hasVerifyImages)
    .map((rule) => compileImageRule(rule, policy));
  COMPILED.set(policy, made);
  return made;
}

/** Upstream: `invokeRuleHandler` with `NewMutateImageHandler`. */
function compileImageRule(rule: JsonObject, policy: Policy): ImageRule {
  const name = asString(rule['name']) ?? '';
  const match = compileMatch(rule, policy.namespace);
  const entries = imageEntries(rule).map(readImageEntry);
  const context = compileEntries(rule['context']);
  const conditions = compileConditions(rule['preconditions'], { rule: name, at: ['preconditions'] });
  const properties = compileProperties(rule['reportProperties']);
  const verify = compileVerify(rule, policy);
  return (policyRun, object) => {
    const run: RuleRun = { ...policyRun, decide: policyRun.request.observe };
    const subject = matchSubject(run, object);
    const matched = match.matches(subject);
    run.decide?.({
      kind: 'match',
      rule: name,
      matched,
      reason: match.reason(subject),
      filters: match.outcomes(subject),
    });
    if (!matched) return undefined;
    const respond = (answers: readonly Answer[], given: RuleResponse['properties'], type: RuleType = 'ImageVerify') =>
      answers.map((answer): RuleResponse => {
        const all = { ...given, ...answer.properties };
        return { name, type, ...answer, ...(Object.keys(all).length > 0 ? { properties: all } : {}) };
      });
    const said = (answer: Answer, type?: RuleType): RuleResult => ({
      responses: respond([answer], properties.asWritten, type),
      outcomes: NO_OUTCOMES,
      digests: [],
      object,
    });
    const images = answering('failed to instantiate handler', () => matchingImages(run, object, rule, entries));
    if (isFailed(images)) return said(images.failed);
    if (images.length === 0) return undefined;
    run.context.checkpoint();
    let result: RuleResult | undefined;
    try {
      const loaded = answering('failed to load context', () => registerEntries(context, name, run));
      if (isFailed(loaded)) return said(loaded.failed);
      const allowed = answering('failed to evaluate preconditions', () => conditions(run.context, run.decide));
      if (isFailed(allowed)) return said(allowed.failed);
      if (!allowed.holds) return said({ status: 'skip', message: notMet(allowed.message) });
      const given = properties.render(run.context);
      const excepted = skippedByExceptions(run, name);
      if (excepted !== undefined) {
        const responses = respond([excepted], given, 'Mutation');
        return { responses, outcomes: NO_OUTCOMES, digests: [], object };
      }
      const { answers, outcomes, digests, object: changed } = verify(run, object, images);
      result = { responses: respond(answers, given), outcomes, digests, object: changed };
      return result;
    } finally {
      run.context.restore();
      run.context.set(['request', 'object'], result?.object ?? object);
    }
  };
}
