import { createHash } from 'node:crypto';
import { type Certificate, readCertificate, readCertificates } from '../../language/certificate.ts';
import { publicKeyPem, readPublicKey } from '../../language/public-key.ts';
import { EvaluationError, NotSupportedError } from '../../model/failure.ts';
import type { ImageSigner, ImageStatement } from '../../model/image.ts';
import { validityProblem, verifyChain } from './certificate-chain.ts';
import { CERTIFICATE_LOG, type CosignOptions, cosignOptions, NOT_IN_LOG, type Verifier } from './cosign-options.ts';
import type { Attestor, ImageEntry } from './entry.ts';
import { checkIdentity } from './identity.ts';
import { type ImageQuestion, knownDigest, knownPart } from './question.ts';

/**
 * Verifies an image's Cosign signatures for one attestor, and gives the digest that was signed. Throws
 * `EvaluationError` when none is as it must be, `NotSupportedError` naming what is not given.
 * Upstream: `VerifySignature` in `pkg/image/verifiers/cpol/cosign/verifier.go`.
 */
export function verifyCosign(attestor: Attestor, question: ImageQuestion): string {
  const options = cosignOptions(attestor, question, false);
  const record = question.record();
  const digest = knownDigest(record, question.image);
  const signatures = knownPart(record, 'signatures', question.image).filter(({ format }) => format === 'Cosign');
  if (signatures.length === 0) throw new EvaluationError('no signatures found');
  const verified = acceptable(signatures, options, { what: 'signatures', digest, now: question.now });
  checkIdentity(verified, attestor.keyless);
  const wanted = annotationsOf(attestor, question.entry);
  const fits = verified.some(({ annotations }) => wanted.every(([key, value]) => annotations[key] === value));
  if (wanted.length > 0 && !fits) throw new EvaluationError(NO_ANNOTATIONS);
  return digest;
}

const NO_ANNOTATIONS = 'no signature matched the required annotations';

/**
 * The statements about an image that an attestor signed with Cosign, of whatever type. Throws as `verifyCosign`.
 * Upstream: `FetchAttestations` in `pkg/image/verifiers/cpol/cosign/verifier.go`.
 */
export function fetchCosign(attestor: Attestor, type: string, question: ImageQuestion): readonly ImageStatement[] {
  const options = cosignOptions(attestor, question, true);
  const record = question.record();
  const digest = record.digest ?? '';
  const signed = knownPart(record, 'attestations', question.image).filter(({ format }) => format === 'Cosign');
  const statements = acceptable(signed, options, { what: 'attestations', digest, now: question.now });
  for (const statement of statements.filter((one) => one.type === type)) checkIdentity([statement], attestor.keyless);
  // Upstream looks for annotations where signatures have them and attestations do not.
  if (annotationsOf(attestor, question.entry).length > 0) throw new EvaluationError(NO_ANNOTATIONS);
  return statements;
}

function annotationsOf({ annotations }: Attestor, entry: ImageEntry): readonly (readonly [string, string])[] {
  return Object.entries(annotations ?? entry.annotations ?? {});
}

interface Asked {
  readonly what: 'signatures' | 'attestations';
  /** Of the image. */
  readonly digest: string;
  readonly now: () => number;
}

/** Those that verify. Upstream: `verifySignatures` in `pkg/cosign/verify.go` of sigstore/cosign. */
function acceptable<T extends ImageSigner>(signed: readonly T[], options: CosignOptions, asked: Asked): readonly T[] {
  const errors: string[] = [];
  const found = signed.filter((signer) => {
    const error = problemWith(signer, options, asked);
    if (error !== undefined) errors.push(error);
    return error === undefined;
  });
  if (found.length > 0) return found;
  throw new EvaluationError(`no matching ${asked.what}: ${errors.join('\n ')}`);
}

/** Why a signature does not count; `undefined` when it does. Upstream: `verifyInternal`. */
function problemWith(signer: ImageSigner, options: CosignOptions, asked: Asked): string | undefined {
  const { verifier, ignoresLog } = options;
  const certificate = signer.certificate === undefined ? undefined : readCertificate(signer.certificate);
  const unlogged = ignoresLog ? undefined : logProblem(signer, certificate, verifier);
  if (unlogged !== undefined) return unlogged;
  let above: readonly Certificate[] = [];
  if (verifier === undefined) {
    const trusted = trustProblem(signer, certificate, options);
    if (typeof trusted === 'string') return trusted;
    above = trusted;
  } else if (!isSignedWith(signer, certificate, verifier, options.hash)) {
    const none = 'accepted signatures do not match threshold, Found: 0, Expected 1';
    return asked.what === 'signatures' ? verifier.mismatch : none;
  }
  if (signer.digest !== undefined && signer.digest !== asked.digest) {
    const { digest } = signer;
    return asked.what === 'signatures'
      ? `invalid or missing digest in claim: ${digest}`
      : 'no matching subject digest found';
  }
  return expiryProblem(signer, certificate, above, options, asked.now);
}

function isSignedWith(signer: ImageSigner, certificate: Certificate | undefined, verifier: Verifier, hash: string) {
  if ('kms' in verifier) return signer.kms === verifier.kms && signer.hash === hash;
  const key = certificate?.key ?? (signer.key === undefined ? undefined : readPublicKey(signer.key));
  return key?.text === verifier.text && (key.type === 'ed25519' || signer.hash === hash);
}

/** Upstream: `VerifyBundle`, `keyBytes`, `tlogValidateEntry`. */
function logProblem(signer: ImageSigner, certificate: Certificate | undefined, verifier: Verifier | undefined) {
  const broken = keyProblem(signer, certificate, verifier);
  if (!signer.logged) return broken ?? 'signature not found in transparency log';
  if (broken !== undefined) return `error verifying bundle: ${broken}`;
  const { key } = signer;
  if (key === undefined || verifier === undefined || !('pem' in verifier)) return undefined;
  const pem = publicKeyPem(readPublicKey(key));
  if (pem === verifier.pem) return undefined;
  return `error verifying bundle: comparing public key PEMs, expected ${verifier.pem}, got ${pem}`;
}

function keyProblem({ identity }: ImageSigner, certificate: Certificate | undefined, verifier: Verifier | undefined) {
  const hasCertificate = certificate !== undefined || identity !== undefined;
  if (verifier === undefined) return hasCertificate ? undefined : 'empty key';
  const isSame = certificate !== undefined && 'text' in verifier && certificate.key.text === verifier.text;
  if (!hasCertificate || isSame) return undefined;
  return 'both public key and certificate were provided but did not match';
}

/** The certificates above a signature's, or why it is not trusted. Upstream: `ValidateAndUnpackCertWithIntermediates`. */
function trustProblem(
  signer: ImageSigner,
  certificate: Certificate | undefined,
  { roots, ...options }: CosignOptions,
): readonly Certificate[] | string {
  const missing = (what: string) => new NotSupportedError(`${what} of signatures with a certificate`);
  if (signer.identity !== undefined) {
    if (roots === 'sigstore') return [];
    throw new NotSupportedError('whether an identity has a certificate below the given roots', 'give the certificate');
  }
  if (certificate === undefined) return 'no certificate found on signature';
  if (roots === 'sigstore') throw new NotSupportedError("Sigstore's own roots", 'give issuer and subject');
  const chain = signer.chain === undefined ? [] : readCertificates(signer.chain);
  let found: readonly Certificate[];
  try {
    found = verifyChain(certificate, roots, chain.length > 1 ? chain.slice(0, -1) : []);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return error.message;
  }
  if (options.ignoresCertificateLog) return found.slice(1);
  const logs = certificate.extensions.get(CERTIFICATE_LOG);
  if (logs === undefined) return NOT_IN_LOG;
  if (found.length < 2) return 'certificate chain must contain at least a certificate and its issuer';
  if (options.certificateLogKey === '') throw missing("the public log's key");
  const { text } = readPublicKey(options.certificateLogKey);
  const id = createHash('sha256').update(Buffer.from(text, 'base64')).digest();
  if (Buffer.from(logs).includes(id)) throw missing('entries in the log of certificates');
  const remedy =
    'Check your TUF root (see cosign initialize) or set a custom key with env var SIGSTORE_CT_LOG_PUBLIC_KEY_FILE';
  return `ctfe public key not found for payload. ${remedy}`;
}

function expiryProblem(
  signer: ImageSigner,
  certificate: Certificate | undefined,
  above: readonly Certificate[],
  { ignoresLog, hasTimestamps }: CosignOptions,
  now: () => number,
): string | undefined {
  const expired = 'expected a signed timestamp to verify an expired certificate';
  if (!ignoresLog) {
    if (certificate === undefined || signer.loggedAt === undefined) return undefined;
    const problem = validityProblem(certificate, above, signer.loggedAt);
    return problem === undefined ? undefined : `checking expiry on certificate with bundle: ${problem}`;
  }
  // Certificates of the public authority live for ten minutes.
  const isOver =
    certificate === undefined
      ? signer.identity !== undefined
      : validityProblem(certificate, above, now()) !== undefined;
  if (isOver && hasTimestamps) throw new NotSupportedError('timestamps of signatures');
  return isOver ? expired : undefined;
}
