import { compareBytes, goJson } from '../../language/go-text.ts';
import { EvaluationError } from '../../model/failure.ts';
import { rewording } from '../context/evaluation.ts';
import type { StringMap } from '../match/index.ts';
import { type Attestor, type AttestorSet, requiredCount } from '../verify-images/entry.ts';
import { differencesAsJson } from './differences.ts';
import { applyAttestor, type VerifyOptions } from './options.ts';
import { type SignedObject, verifyManifest } from './verify-manifest.ts';

/** Whether attestors signed, and what is said about it. */
export interface AttestorVerdict {
  readonly verified: boolean;
  readonly reason: string;
}

/**
 * Asks a set of attestors. Throws `EvaluationError` when too few of them verified and one could not be asked.
 * Upstream: `verifyManifestAttestorSet` in `pkg/engine/handlers/validation/validate_manifest.go`.
 */
export function verifyManifestAttestors(
  set: AttestorSet,
  signed: SignedObject,
  options: VerifyOptions,
  path: string,
): AttestorVerdict {
  const required = requiredCount(set);
  const errors: string[] = [];
  const said: string[] = [];
  const refused: string[] = [];
  for (const [i, attestor] of set.entries.entries()) {
    try {
      const { verified, reason } = verifyEntry(attestor, signed, options, `${path}.entries[${i}]`);
      (verified ? said : refused).push(reason);
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      errors.push(error.message);
    }
    if (said.length >= required) return verdict(true, said.length, required, said);
  }
  if (errors.length > 0) throw new EvaluationError(errors.join('; '));
  return verdict(false, said.length, required, refused);
}

function verdict(verified: boolean, count: number, required: number, reasons: readonly string[]): AttestorVerdict {
  const counts = `verifiedCount ${count}; requiredCount ${required}`;
  const word = verified ? 'succeeded' : 'failed';
  return { verified, reason: `manifest verification ${word}; ${counts}; message ${reasons.join(',')}` };
}

function verifyEntry(attestor: Attestor, signed: SignedObject, options: VerifyOptions, path: string): AttestorVerdict {
  if (attestor.nested === undefined) return verifyAttestor(attestor, signed, options, path);
  const at = `${path}.attestor`;
  const { nested } = attestor;
  return rewording(
    () => verifyManifestAttestors(nested, signed, options, at),
    (message) => `failed to verify signature; ${at}: ${message}`,
  );
}

/** Upstream: `k8sVerifyResource`. */
function verifyAttestor(
  attestor: Attestor,
  signed: SignedObject,
  options: VerifyOptions,
  path: string,
): AttestorVerdict {
  checkAnnotations(signed.annotations, attestor.annotations ?? {});
  const { keys, certificates, keyless } = attestor;
  const part = keys !== undefined ? '.keys' : certificates !== undefined ? '.certificates' : keyless ? '.keyless' : '';
  const at = `${path}${part}`;
  const outcome = rewording(
    () => {
      applyAttestor(options, attestor);
      return verifyManifest(signed, options);
    },
    (message) => `${at}: ${message}`,
  );
  if (outcome.verified) return { verified: true, reason: 'singed by a valid signer: ' };
  if (outcome.missing !== undefined) return { verified: false, reason: `${at}: ${outcome.missing}` };
  const { differences } = outcome;
  const found = differences.length === 0 ? '' : ` diff found; ${goJson(differencesAsJson(differences))}`;
  return { verified: false, reason: `${at}: failed to verify signature.${found}` };
}

/** Upstream walks a Go map; here the first in order is named. */
function checkAnnotations(annotations: StringMap, wanted: StringMap): void {
  for (const key of Object.keys(wanted).sort(compareBytes)) {
    const [value, got] = [wanted[key] ?? '', annotations[key] ?? ''];
    if (value === got) continue;
    throw new EvaluationError(`annotations mismatch: ${got} does not match expected value ${value} for key ${key}`);
  }
}
