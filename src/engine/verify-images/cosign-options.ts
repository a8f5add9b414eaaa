import { type Certificate, findCertificates, readCertificate, readCertificates } from '../../language/certificate.ts';
import { publicKeyPem } from '../../language/public-key.ts';
import { EvaluationError, NotSupportedError } from '../../model/failure.ts';
import { SIGNATURE_HASHES } from '../../model/image.ts';
import { asObject, asString, getPath, type JsonObject } from '../../model/json.ts';
import { rewording } from '../context/evaluation.ts';
import { verifyChain } from './certificate-chain.ts';
import type { Attestor } from './entry.ts';
import { readKey, type VerifyingKey } from './key.ts';
import type { ImageQuestion } from './question.ts';

/** The key that signatures must verify with: one that is known, or one in a key management service. */
export type Verifier = (VerifyingKey & { readonly pem: string }) | { readonly kms: string; readonly mismatch: string };

/** What Cosign is asked to check of signatures. */
export interface CosignOptions {
  /** Absent: the certificate beside the signature tells the key, and must lead to a root. */
  readonly verifier: Verifier | undefined;
  /** `sigstore`: those of the public authority, which are not given. */
  readonly roots: readonly Certificate[] | 'sigstore';
  readonly hash: string;
  readonly ignoresLog: boolean;
  readonly ignoresCertificateLog: boolean;
  /** The key of the log of certificates, as PEM; `""`: that of the public one. */
  readonly certificateLogKey: string;
  readonly hasTimestamps: boolean;
}

/** Certificates that a chain may have at the most. */
const MAX_CHAIN = 11;
const PLAIN = '-----BEGIN PUBLIC KEY-----';

/**
 * Compiles an attestor for Cosign. Throws `EvaluationError` for keys and certificates that cannot be read, and
 * `NotSupportedError` for keys that are not given.
 * Upstream: `buildCosignVerifier` in `pkg/engine/internal/imageverifier.go`, `buildCosignOptions` in
 * `pkg/image/verifiers/cpol/cosign/cosign.go`.
 */
export function cosignOptions(attestor: Attestor, question: ImageQuestion, ofAttestation: boolean): CosignOptions {
  const { keys, certificates, keyless } = attestor;
  const source = keys ?? certificates ?? keyless;
  const text = (...path: readonly string[]) => asString(getPath(source ?? null, ...path)) ?? '';
  const rootsText = keyless === undefined ? '' : text('roots');
  const hash = (keys === undefined ? attestor.signatureAlgorithm : text('signatureAlgorithm')) || 'sha256';
  const ownRoots = rootsText === '' ? undefined : rootsOf(rootsText, 'Root certificates');
  if (!SIGNATURE_HASHES.some((known) => known === hash)) {
    throw new EvaluationError(`invalid signature algorithm provided ${hash}`);
  }
  const keyText = keys === undefined ? '' : keyReference(keys);
  const [cert, chain] = certificates === undefined ? ['', ''] : [text('cert'), text('certChain')];
  const verifier =
    keyText !== '' ? verifierOf(keyText, hash, question) : cert !== '' ? certified(cert, chain, hash) : undefined;
  const chainRoots = verifier === undefined && chain !== '' ? rootsOf(chain, 'certificates') : undefined;
  const ignoresLog = getPath(source ?? null, 'rekor', 'ignoreTlog') === true;
  const [ctlog, rekor] = [asObject(source?.['ctlog']), asObject(source?.['rekor'])];
  // Without an attestor, certificates need not be in a log.
  const ignoresCertificateLog = source === undefined ? ofAttestation : ctlog?.['ignoreSCT'] === true;
  const logKey = asString(rekor?.['pubkey']) ?? '';
  const certificateLogKey = asString(ctlog?.['pubkey']) ?? '';
  if (!ignoresLog && logKey !== '') {
    readKey(logKey, 'failed to load Rekor public keys: failed to get rekor public keys: ');
  }
  if (!ignoresCertificateLog && certificateLogKey !== '') {
    readKey(certificateLogKey, 'failed to load CTLogs public keys: failed to get transparency log public keys: ');
  }
  return {
    verifier,
    roots: chainRoots ?? ownRoots ?? 'sigstore',
    hash,
    ignoresLog,
    ignoresCertificateLog,
    certificateLogKey,
    hasTimestamps: (asString(ctlog?.['tsaCertChain']) ?? '') !== '',
  };
}

function rootsOf(pem: string, what: string): readonly Certificate[] {
  const roots = findCertificates(pem);
  if (roots.length === 0) throw new EvaluationError(`failed to load ${what}: error creating root cert pool`);
  return roots;
}

/** The key's text, or where it is: `k8s://namespace/name`, the URI of a key management service. */
export function keyReference(keys: JsonObject): string {
  const [pem, secret] = [asString(keys['publicKeys']) ?? '', asObject(keys['secret'])];
  if (pem !== '') return pem;
  if (secret === undefined) return asString(keys['kms']) ?? '';
  return `k8s://${asString(secret['namespace']) ?? ''}/${asString(secret['name']) ?? ''}`;
}

const SERVICES = ['awskms://', 'gcpkms://', 'azurekms://', 'hashivault://'];

/** The verifier for a key, or for the key that a reference leads to. */
export function verifierOf(reference: string, hash: string, question: ImageQuestion): Verifier {
  if (reference.trim().startsWith(PLAIN)) return fromPem(reference, hash, 'failed to load public key from PEM: ');
  if (SERVICES.some((service) => reference.startsWith(service))) {
    return { kms: reference, mismatch: 'invalid signature when validating ASN.1 encoded signature' };
  }
  const failed = `failed to load public key from ${reference}: `;
  if (!reference.startsWith('k8s://')) throw new NotSupportedError(`public keys from ${reference}`);
  const [namespace = '', name = ''] = reference.slice('k8s://'.length).split('/');
  const secret = question.secret(namespace, name);
  if (!secret.ok) throw new EvaluationError(`${failed}checking if secret exists: ${secret.error}`);
  const pem = asString(getPath(secret.value, 'data', 'cosign.pub')) ?? '';
  return fromPem(Buffer.from(pem, 'base64').toString(), hash, failed);
}

function fromPem(pem: string, hash: string, failed: string): Verifier {
  const key = readKey(pem, `${failed}pem to public key: `);
  checkHash(key, hash, failed);
  return { ...key, pem: publicKeyPem(key) };
}

function checkHash({ type }: VerifyingKey, hash: string, failed: string): void {
  if (type === 'other') throw new EvaluationError(`${failed}unsupported public key type`);
  if (type === 'rsa' && hash === 'sha224') throw new EvaluationError(`${failed}invalid hash function specified`);
}

function certified(cert: string, chain: string, hash: string): Verifier {
  const leaf = rewording(
    () => readCertificate(cert),
    (message) => `failed to load certificate from ${cert}: ${reworded(message)}`,
  );
  const { key } = leaf;
  const verifying: VerifyingKey = readKey(publicKeyPem(key), '');
  if (chain !== '') throw new EvaluationError(chainProblem(leaf, chain));
  checkHash(verifying, hash, 'failed to load signature from certificate: ');
  return { ...verifying, pem: publicKeyPem(key) };
}

function reworded(message: string): string {
  return message.startsWith('no certs') ? message : `failed to unmarshal certificate from PEM format: ${message}`;
}

/**
 * Why a certificate with its chain is refused. It always is: whether logs of certificates are to be ignored, and their
 * keys, are set only afterwards upstream.
 */
function chainProblem(leaf: Certificate, chain: string): string {
  const count = chain.split('-----BEGIN CERTIFICATE-----').length - 1;
  if (count > MAX_CHAIN) return `certificate chain too long (${count}), maximum allowed is ${MAX_CHAIN}`;
  const all = rewording(
    () => readCertificates(chain),
    (message) => `failed to load certificate chain: ${message}`,
  );
  const failed = 'failed to load validate certificate chain: ';
  const root = all.at(-1);
  if (root === undefined) return `${failed}no chain provided to validate certificate`;
  const found = rewording(
    () => verifyChain(leaf, [root], all.slice(0, -1)),
    (message) => `${failed}${message}`,
  );
  if (!leaf.extensions.has(CERTIFICATE_LOG)) return `${failed}${NOT_IN_LOG}`;
  const tooShort = 'certificate chain must contain at least a certificate and its issuer';
  return `${failed}${found.length < 2 ? tooShort : 'none of the CTFE keys have been found'}`;
}

/** The extension that says in which logs a certificate is. */
export const CERTIFICATE_LOG = '1.3.6.1.4.1.11129.2.4.2';
/** Said of a certificate without that extension. */
export const NOT_IN_LOG = 'certificate does not include required embedded SCT and no detached SCT was set';
