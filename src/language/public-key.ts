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
  return publicKeyOf(load(pem));
}

/** A key of Node's as a public key. */
export function publicKeyOf(key: KeyObject): PublicKey {
  const type = key.asymmetricKeyType;
  const known = type === 'ec' ? 'ecdsa' : type === 'rsa' || type === 'ed25519' ? type : 'other';
  return { type: known, text: key.export({ type: 'spki', format: 'der' }).toString('base64') };
}

/** The PEM of a key, as Go writes it. */
export function publicKeyPem({ text }: PublicKey): string {
  return `-----BEGIN PUBLIC KEY-----\n${(text.match(/.{1,64}/g) ?? []).join('\n')}\n-----END PUBLIC KEY-----\n`;
}

function load(pem: string): KeyObject {
  try {
    return pem.includes('BEGIN CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem);
  } catch {
    throw new EvaluationError('PEM decoding failed');
  }
}
