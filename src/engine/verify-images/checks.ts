import { EvaluationError } from '../../model/failure.ts';
import { asString, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { skippedByExceptions } from '../rule-exceptions.ts';
import type { Answer, PolicyRun, RuleHandler } from '../run.ts';
import { readImageEntry } from './entry.ts';
import { hasImageChecks, imageEntries } from './has.ts';
import { imagesOf, matchesReference, matchingImages } from './images.ts';
import { notedStatus, policyKey } from './outcomes.ts';

/**
 * Does validation have anything to ask of this request's images? Throws `EvaluationError` where images cannot be found.
 * Upstream: `NewValidateImageHandler` in `pkg/engine/handlers/validation/validate_image.go`.
 */
export function compileImageGate(rule: JsonObject): (run: PolicyRun) => boolean {
  const entries = imageEntries(rule).map(readImageEntry);
  const checks = hasImageChecks(rule);
  return (run) =>
    checks &&
    run.operation !== 'DELETE' &&
    run.object !== null &&
    matchingImages(run, run.object, rule, entries).length > 0;
}

/**
 * Compiles what validation asks of images: that they have digests, and that they were verified before, which is noted
 * in the object's annotations. Upstream: `Process` in `pkg/engine/handlers/validation/validate_image.go`.
 */
export function compileImageChecks(rule: JsonObject, policy: Policy): RuleHandler {
  const name = asString(rule['name']) ?? '';
  const entries = imageEntries(rule).map(readImageEntry);
  const key = policyKey(policy);
  return (run) => {
    const excepted = skippedByExceptions(run, name);
    if (excepted !== undefined) return excepted;
    const skipped: string[] = [];
    let passed = 0;
    for (const entry of entries) {
      for (const image of [...imagesOf(run).values()].flatMap((group) => [...group.values()])) {
        const { reference, digest } = image;
        if (!matchesReference(reference, entry.references)) continue;
        if (entry.verifyDigest && digest === '') return failed(`missing digest for ${reference}`);
        if (!entry.required || run.object === null) continue;
        const status = statusOf(run.object, key, name, reference);
        if (status.error !== undefined) return failed(status.error);
        if (status.word === 'fail') return failed(`unverified image ${reference}`);
        if (status.word === 'skip') skipped.push(reference);
        else if (status.word === 'pass') passed++;
      }
    }
    return summary(passed, skipped);
  };
}

function statusOf(object: JsonObject, policy: string, rule: string, image: string) {
  try {
    return { word: notedStatus(object, policy, rule, image), error: undefined };
  } catch (error) {
    if (error instanceof EvaluationError) return { word: '', error: error.message };
    throw error;
  }
}

function failed(message: string): Answer {
  return { type: 'ImageVerify', status: 'fail', message };
}

function summary(passed: number, skipped: readonly string[]): Answer {
  if (passed === 0 && skipped.length > 0) {
    return { type: 'ImageVerify', status: 'skip', message: ['image skipped, skipped images:', ...skipped].join(' ') };
  }
  const message = skipped.length > 0 ? ['image verified, skipped images:', ...skipped].join(' ') : 'image verified';
  return { type: 'ImageVerify', status: 'pass', message };
}
