import { EvaluationError, NotSupportedError } from '../../model/failure.ts';
import { asString, type JsonObject } from '../../model/json.ts';
import type { Attestor } from '../verify-images/entry.ts';
import { type ManifestKey, readManifestKey } from './signature.ts';

/** The key that signatures are verified with: a key, `stale` or `unreadable` where upstream finds none that it knows. */
export type KeyChoice = ManifestKey | 'none' | 'unreadable';

/**
 * What the attestors so far asked for. Upstream fills one set of options in for all attestors of a rule, so that what
 * one of them sets stays for those after it; keys and certificates are then references to variables that are gone.
 */
export interface VerifyOptions {
  key: KeyChoice;
  hasCertificate: boolean;
  /** The identity of a keyless attestor, which stays. */
  signer: string | undefined;
}

/** Options before any attestor. */
export function createOptions(): VerifyOptions {
  return { key: 'none', hasCertificate: false, signer: undefined };
}

/**
 * Fills the options in for one attestor. Throws `EvaluationError` as upstream does, and `NotSupportedError` for keys
 * that are not given. Upstream: `buildVerifyResourceOptionsAndPath` in `validate_manifest.go`.
 */
export function applyAttestor(options: VerifyOptions, { keys, certificates, keyless }: Attestor): void {
  if (keys !== undefined) options.key = readKeys(keys);
  // The variable that a key before this attestor stood in is gone by now.
  else if (options.key !== 'none') options.key = 'unreadable';
  if (keys !== undefined) return;
  if (certificates !== undefined) {
    if ((asString(certificates['cert']) ?? '') !== '') options.hasCertificate = true;
    return;
  }
  if (keyless === undefined) return;
  const roots = asString(keyless['roots']) ?? '';
  options.signer = asString(keyless['subject']) ?? '';
  if (roots !== '' && !roots.includes('-----BEGIN CERTIFICATE-----')) {
    throw new EvaluationError('failed to load Root certificates: error creating root cert pool');
  }
}

const PLAIN = '-----BEGIN PUBLIC KEY-----';
const OPEN_PGP = '-----BEGIN PGP PUBLIC KEY BLOCK-----';

function readKeys(keys: JsonObject): KeyChoice {
  const text = asString(keys['publicKeys']) ?? '';
  if (text === '') return 'none';
  if (text.startsWith(PLAIN)) return readManifestKey(text) ?? 'unreadable';
  if (text.startsWith(OPEN_PGP)) throw new NotSupportedError('OpenPGP keys of manifests');
  // Anything else is the name of a file, also a key that begins with a line break, as a second one in a text does.
  if (text.includes('-----BEGIN ')) return 'unreadable';
  throw new NotSupportedError(`public keys from ${text}`, 'give the key itself in the policy');
}
