import { type PublicKey, readPublicKey } from '../../language/public-key.ts';
import { EvaluationError } from '../../model/failure.ts';

/** A key with what Go's verifier says of a signature that was made with another one. */
export interface VerifyingKey extends PublicKey {
  readonly mismatch: string;
}

const MISMATCHES: Readonly<Record<PublicKey['type'], string>> = {
  ecdsa: 'invalid signature when validating ASN.1 encoded signature',
  rsa: 'crypto/rsa: verification error',
  ed25519: 'failed to verify signature',
  other: 'invalid signature',
};

/** Reads the PEM of a public key or certificate. Throws `EvaluationError` whose text begins with `what`. */
export function readKey(pem: string, what: string): VerifyingKey {
  try {
    const key = readPublicKey(pem);
    return { ...key, mismatch: MISMATCHES[key.type] };
  } catch (error) {
    if (error instanceof EvaluationError) throw new EvaluationError(`${what}${error.message}`);
    throw error;
  }
}
