import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { posix } from 'node:path';
import { decodeBase64Bytes } from '../../language/jmespath/base64.ts';
import { DerReader, TAG } from '../../language/jmespath/x509/der.ts';
import { EvaluationError } from '../../model/failure.ts';

/** A public key that signatures of manifests are verified with. */
export interface ManifestKey {
  readonly kind: 'ecdsa' | 'rsa' | 'ed25519';
  readonly key: KeyObject;
}

const CURVES = ['prime256v1', 'secp224r1', 'secp384r1', 'secp521r1'];

/** The key in a PEM text; `undefined` when there is none that upstream's verifiers know. */
export function readManifestKey(pem: string): ManifestKey | undefined {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    return undefined;
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'ec') return CURVES.includes(details?.namedCurve ?? '') ? { kind: 'ecdsa', key } : undefined;
  return type === 'rsa' || type === 'ed25519' ? { kind: type, key } : undefined;
}

/**
 * Why a signature, in base64, is not that of a message; `undefined` when it is.
 * Upstream: `VerifyBlobCmd.Exec` of sigstore/cosign, verifiers of sigstore/sigstore `pkg/signature`.
 */
export function signatureError(message: Uint8Array, signature: string, key: ManifestKey): string | undefined {
  if (signature === '') return "missing flag '--signature'";
  const tooLong = tooLongAsPath(signature);
  if (tooLong !== undefined) return `open ${tooLong}: file name too long`;
  return verifyBytes(message, signatureBytes(signature), key);
}

/** Upstream first looks for a file of this name; a name that is too long for a file is an error there. */
function tooLongAsPath(text: string): string | undefined {
  const path = posix.normalize(text);
  // Folders that do not exist end the search before a long name is met.
  const [first = ''] = path.split('/').filter((part) => part !== '');
  return Buffer.byteLength(first) > 255 ? path : undefined;
}

function signatureBytes(text: string): Uint8Array {
  try {
    return decodeBase64Bytes(text);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return Buffer.from(text);
  }
}

function verifyBytes(message: Uint8Array, signature: Uint8Array, { kind, key }: ManifestKey): string | undefined {
  if (kind === 'ed25519') return verify(null, message, key, signature) ? undefined : 'failed to verify signature';
  if (kind === 'rsa') return verify('sha256', message, key, signature) ? undefined : 'crypto/rsa: verification error';
  if (isDerSignature(signature)) {
    return verify('sha256', message, { key, dsaEncoding: 'der' }, signature)
      ? undefined
      : 'invalid signature when validating ASN.1 encoded signature';
  }
  const { length } = signature;
  if (length === 0 || length > 132 || length % 2 !== 0) return 'ecdsa: Invalid IEEE_P1363 encoded bytes';
  return verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, fitted(signature, key))
    ? undefined
    : 'invalid signature when validating IEEE_P1363 encoded signature';
}

function isDerSignature(signature: Uint8Array): boolean {
  try {
    const sequence = new DerReader(signature).enter('signature', TAG.sequence);
    sequence.read('r', TAG.integer);
    sequence.read('s', TAG.integer);
    return true;
  } catch (error) {
    if (error instanceof EvaluationError) return false;
    throw error;
  }
}

/** Both halves as numbers of the curve's size. */
function fitted(signature: Uint8Array, key: KeyObject): Uint8Array {
  const bits = { secp224r1: 224, prime256v1: 256, secp384r1: 384 }[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? 521;
  const size = Math.ceil(bits / 8);
  const half = signature.length / 2;
  return Buffer.concat(
    [signature.subarray(0, half), signature.subarray(half)].map((part) => {
      const digits = Buffer.from(part)
        .toString('hex')
        .replace(/^(00)+/, '');
      return Buffer.from(digits.padStart(2 * size, '0'), 'hex');
    }),
  );
}
