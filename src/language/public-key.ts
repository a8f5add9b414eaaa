import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { EvaluationError } from '../model/failure.ts';

/** A public key, out of a PEM text. */
export interface PublicKey {
  readonly type: 'ecdsa' | 'rsa' | 'ed25519' | 'other';
  /** The key in one form, for comparison. */
  readonly text: string;
}

/** Reads a PEM of a public key or of a certificate, whose key is taken. Throws `EvaluationError`. */
export function readPublicKey(pem: string): PublicKey {
  const key = load(pem);
  const type = key.asymmetricKeyType;
  const known = type === 'ec' ? 'ecdsa' : type === 'rsa' || type === 'ed25519' ? type : 'other';
  return { type: known, text: key.export({ type: 'spki', format: 'der' }).toString('base64') };
}

function load(pem: string): KeyObject {
  try {
    return pem.includes('BEGIN CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem);
  } catch {
    throw new EvaluationError('PEM decoding failed');
  }
}
