import { EvaluationError, NotSupportedError } from '../../model/failure.ts';
import type { ImageRecord } from '../../model/image.ts';
import { asObject, asString, type Json, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import type { FoundImage } from '../images/index.ts';
import type { Answer, RuleRun } from '../run.ts';
import { errorAnswer } from '../validate/answers.ts';
import { compileTemplate, type Template } from '../variables/index.ts';
import {
  type AttestationConditions,
  type AttestedImage,
  compileAttestationConditions,
  failedAttestation,
} from './attestations.ts';
import { verifyAttestorSets } from './attestors.ts';
import { compileDeny, type DenyCheck } from './deny.ts';
import { type ImageEntry, readImageEntry } from './entry.ts';
import { imageEntries } from './has.ts';
import { isUnchanged, matchesReference, withImage } from './images.ts';
import { type ImageOutcomes, mergeOutcomes, NO_OUTCOMES, notedStatus, outcomeOf, policyKey } from './outcomes.ts';
import { type ImageQuestion, knownDigest, UpstreamCrash } from './question.ts';

/** What verifying the images of one rule gave. */
export interface RuleVerification {
  readonly answers: readonly Answer[];
  readonly outcomes: ImageOutcomes;
  /** The object, with digests where the rule adds them. */
  readonly object: JsonObject;
  /** The images that were given digests. */
  readonly digests: readonly ImageDigest[];
}

/** An image with the digest that was added, and the JSON pointer of its field. */
export interface ImageDigest {
  readonly pointer: string;
  readonly image: string;
}

/** Verifies images for one rule. Throws `NotSupportedError` naming what of an image is not given. */
export type VerifyRule = (run: RuleRun, object: JsonObject, images: readonly FoundImage[]) => RuleVerification;

/** The parts of an entry that upstream does not fill in with the rest. */
interface RawParts {
  readonly conditions: AttestationConditions;
  readonly deny: DenyCheck;
}

/**
 * Compiles the verifying part of a rule: every image that the rule is about, with every entry.
 * Upstream: `Process` in `pkg/engine/handlers/mutation/mutate_image.go`, `Verify` in
 * `pkg/engine/internal/imageverifier.go`.
 */
export function compileVerify(rule: JsonObject, policy: Policy): VerifyRule {
  const name = asString(rule['name']) ?? '';
  const written = imageEntries(rule);
  const raw: readonly RawParts[] = written.map(readImageEntry).map((entry) => ({
    conditions: compileAttestationConditions(entry.attestations),
    deny: compileDeny(entry, name),
  }));
  const validates = written.some((entry) => Object.keys(asObject(entry['validate']) ?? {}).length > 0);
  const template: Template = compileTemplate(withoutRawParts(rule));
  return (run, object, images) => {
    let entries: readonly ImageEntry[];
    try {
      entries = imageEntries(asObject(template.render(run.context)) ?? {}).map(readImageEntry);
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      const answers = [errorAnswer('failed to substitute variables', error.message)];
      return { answers, outcomes: NO_OUTCOMES, object, digests: [] };
    }
    const state: VerifyState = {
      run,
      name,
      policy,
      validates,
      raw,
      answers: [],
      digests: [],
      verified: new Set(),
      outcomes: NO_OUTCOMES,
      object,
    };
    entries.forEach((entry, i) => {
      for (const image of images) verifyImage(state, entry, i, image);
    });
    const { answers, outcomes, digests } = state;
    return { answers, outcomes, digests, object: state.object };
  };
}

function withoutRawParts(rule: JsonObject): JsonObject {
  const entries = imageEntries(rule).map((entry): Json => {
    const { validate, attestations, ...rest } = entry;
    const bare = Array.isArray(attestations)
      ? attestations.map((attestation: Json): Json => {
          const { conditions: _, ...kept } = asObject(attestation) ?? {};
          return kept;
        })
      : undefined;
    const { deny: _, ...message } = asObject(validate) ?? {};
    return {
      ...rest,
      ...(bare === undefined ? {} : { attestations: bare }),
      ...(validate === undefined ? {} : { validate: message }),
    };
  });
  return { ...rule, verifyImages: entries };
}

interface VerifyState {
  readonly run: RuleRun;
  readonly name: string;
  readonly policy: Policy;
  readonly validates: boolean;
  readonly raw: readonly RawParts[];
  readonly answers: Answer[];
  readonly digests: ImageDigest[];
  /** Images that an entry of the rule verified. The webhooks ask no further entry about them; the command line does. */
  readonly verified: Set<string>;
  outcomes: ImageOutcomes;
  object: JsonObject;
}

function verifyImage(state: VerifyState, entry: ImageEntry, index: number, image: FoundImage): void {
  const { run, name, policy } = state;
  const key = policyKey(policy);
  const note = (text: string, status: 'pass' | 'fail' | 'skip') => {
    state.outcomes = mergeOutcomes(state.outcomes, outcomeOf(key, name, text, status));
  };
  if (isUnchanged(image, run) && wasVerified(run, key, name, image.reference)) {
    note(image.reference, 'pass');
    return;
  }
  const record = lookUp(run, image.reference);
  let { answer, digest } = verifyOnce(state, entry, index, image, record);
  let { reference } = image;
  if (entry.mutateDigest && image.digest === '') {
    if (digest === '') digest = knownDigest(record(), image.reference);
    const full = `${image.reference}@${digest}`;
    state.digests.push({ pointer: image.pointer, image: full });
    state.object = withImage(state.object, image.pointer, full);
    answer ??= { status: 'pass', message: 'mutated image digest' };
    reference = `${repositoryOf(image)}@${digest}`;
  }
  if (answer === undefined) return;
  if (entry.attestors.length > 0 || entry.attestations.length > 0) note(reference, noted(answer));
  state.answers.push(answer);
}

/** Upstream: the cache in `pkg/image/verification/cache`, as far as one request shows it. */
function verifyOnce(
  state: VerifyState,
  entry: ImageEntry,
  index: number,
  image: FoundImage,
  record: () => ImageRecord,
): Checked {
  const caches = entry.useCache && state.run.request.mode === 'admission';
  if (caches && state.verified.has(image.reference)) {
    return { answer: { status: 'pass', message: 'verified from cache' }, digest: image.digest };
  }
  try {
    const checked = verify(state, entry, index, image, record);
    if (caches && checked.answer?.status === 'pass') state.verified.add(image.reference);
    return checked;
  } catch (error) {
    if (!(error instanceof UpstreamCrash)) throw error;
    return { answer: { status: 'error', message: error.message }, digest: '' };
  }
}

function repositoryOf({ registry, path }: FoundImage): string {
  return registry === '' ? path : `${registry}/${path}`;
}

function noted({ status }: Answer): 'pass' | 'fail' | 'skip' {
  return status === 'pass' ? 'pass' : status === 'skip' || status === 'warning' ? 'skip' : 'fail';
}

function wasVerified({ oldObject }: RuleRun, policy: string, rule: string, image: string): boolean {
  if (oldObject === null) return false;
  try {
    return ['pass', 'skip'].includes(notedStatus(oldObject, policy, rule, image));
  } catch (error) {
    if (error instanceof EvaluationError) return false;
    throw error;
  }
}

/** Finds what is known of an image when it is first asked for. */
function lookUp({ env }: RuleRun, image: string): () => ImageRecord {
  return () => {
    const found = env.data.imageRecord?.(image);
    if (found !== undefined) return found;
    throw new NotSupportedError(
      `looking up the image ${image} in its registry`,
      'give its data as an ImageData document',
    );
  };
}

interface Checked {
  readonly answer: Answer | undefined;
  /** `""` when it was not found out. */
  readonly digest: string;
}

function verify(
  state: VerifyState,
  entry: ImageEntry,
  index: number,
  image: FoundImage,
  record: () => ImageRecord,
): Checked {
  const { run, name, policy } = state;
  if (entry.attestors.length === 0 && entry.attestations.length === 0) return { answer: undefined, digest: '' };
  const { registry, path, tag, digest, reference, referenceWithTag } = image;
  run.context.add(['image'], { reference, referenceWithTag, registry, path, name: image.name, tag, digest });
  const isMeant = matchesReference(reference, entry.references);
  const isSkipped = isMeant && matchesReference(reference, entry.skipReferences);
  if (!isMeant || isSkipped) {
    // The image itself is noted as skipped, for all rules.
    if (isSkipped) state.outcomes = mergeOutcomes(state.outcomes, { images: { [reference]: 'skip' }, policies: {} });
    const message = `skipping image reference image ${reference}, policy ${policy.name} ruleName ${name}`;
    return { answer: { status: 'skip', message, ...(isSkipped ? { warns: true } : {}) }, digest: '' };
  }
  let found = digest;
  if (entry.attestors.length > 0) {
    const verified = verifyAttestorSets(entry.attestors, questionOf(run, entry, reference, record));
    if (!verified.ok) return { answer: failure(reference, verified.error), digest: '' };
    if (found === '') found = verified.digest;
    const answer: Answer = { status: 'pass', message: `verified image signatures for ${reference}` };
    if (entry.attestations.length === 0) return { answer, digest: verified.digest };
  }
  return verifyAttestations(state, entry, index, { image, found, record });
}

function failure(image: string, error: string): Answer {
  return { status: 'fail', message: `failed to verify image ${image}: ${error}` };
}

function verifyAttestations(
  state: VerifyState,
  entry: ImageEntry,
  index: number,
  { image, found, record }: { readonly image: FoundImage; readonly found: string; readonly record: () => ImageRecord },
): Checked {
  const { run, name, raw, validates } = state;
  const named = (digest: string) => (digest === '' ? image.reference : `${repositoryOf(image)}@${digest}`);
  const attested: AttestedImage = { digest: found, named };
  const conditions = raw[index]?.conditions ?? { templates: [] };
  const question = questionOf(run, entry, named(found), record);
  const failed = failedAttestation(entry.attestations, conditions, question, attested, run);
  if (failed !== undefined) return { answer: failed, digest: '' };
  const { digest } = attested;
  if (!validates) {
    return { answer: { status: 'pass', message: `verified image attestations for ${named(digest)}` }, digest };
  }
  for (const { deny } of raw) {
    const denied = deny(run);
    if (denied === undefined) continue;
    const message = `validation in verifyImages failed: ${denied}`;
    return { answer: { status: 'fail', message }, digest };
  }
  const message = `verifyImages validation is passed in ${name} rule`;
  return { answer: { status: 'pass', message }, digest };
}

function questionOf({ env }: RuleRun, entry: ImageEntry, image: string, record: () => ImageRecord): ImageQuestion {
  const secret = (namespace: string, name: string) => {
    if (env.objects !== undefined) return env.objects.get('v1', 'Secret', namespace, name);
    throw new NotSupportedError(`the Secret ${namespace}/${name}`, "the cluster's objects are not given");
  };
  return { image, entry, record, secret, now: env.clock.now };
}
