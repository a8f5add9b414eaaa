import { readPublicKey } from '../../language/public-key.ts';
import { compileRe2 } from '../../language/regex.ts';
import { EvaluationError, NotSupportedError } from '../../model/failure.ts';
import type { ImageSigner, ImageStatement } from '../../model/image.ts';
import { asString, getPath } from '../../model/json.ts';
import { rewording } from '../context/evaluation.ts';
import { keyReference, type Verifier, verifierOf } from './cosign-options.ts';
import type { Attestor } from './entry.ts';
import { type ImageQuestion, knownDigest, knownPart } from './question.ts';

const NONE = 'sigstore bundle verification failed: no matching signatures found';

/**
 * Verifies an image's Sigstore bundles for one attestor, and gives the image's digest. Bundles with attestations count
 * too; annotations are not looked at. Throws as `verifyCosign`.
 * Upstream: `verifyBundleAndFetchAttestations` in `pkg/image/verifiers/cpol/cosign/sigstore.go`.
 */
export function verifyBundles(attestor: Attestor, question: ImageQuestion): string {
  const record = question.record();
  const digest = knownDigest(record, question.image);
  const signatures = knownPart(record, 'signatures', question.image);
  const bundles = [...signatures, ...(record.attestations ?? [])].filter(({ format }) => format === 'SigstoreBundle');
  if (acceptable(bundles, attestor, question, digest).length === 0) throw new EvaluationError(NONE);
  return digest;
}

/** The statements of one type in an image's Sigstore bundles that an attestor signed. Throws as `verifyCosign`. */
export function fetchBundles(attestor: Attestor, type: string, question: ImageQuestion): readonly ImageStatement[] {
  const record = question.record();
  const digest = knownDigest(record, question.image);
  const bundles = knownPart(record, 'attestations', question.image).filter(
    (statement) => statement.format === 'SigstoreBundle' && statement.type === type,
  );
  const found = acceptable(bundles, attestor, question, digest);
  if (found.length === 0) throw new EvaluationError(NONE);
  return found;
}

function acceptable<T extends ImageSigner>(
  bundles: readonly T[],
  attestor: Attestor,
  question: ImageQuestion,
  digest: string,
): readonly T[] {
  const { keys, certificates, keyless } = attestor;
  const source = keys ?? certificates ?? keyless ?? null;
  const ignoresLog = getPath(source, 'rekor', 'ignoreTlog') === true;
  const ignoresTimes = getPath(source, 'ctlog', 'ignoreSCT') === true;
  const reference = keys === undefined ? '' : keyReference(keys);
  const hash = asString(keys?.['signatureAlgorithm']) || 'sha256';
  const isMeant =
    reference === ''
      ? identityTest(attestor, question)
      : keyTest(
          rewording(
            () => verifierOf(reference, hash, question),
            (message) =>
              `failed to get trusted material: ${question.image}: ${message.replace('load public key from PEM:', 'load public key:')}`,
          ),
          hash,
        );
  // An entry in the log also tells when the signature was seen.
  const needsLog = !ignoresLog || !ignoresTimes;
  return bundles.filter(
    (bundle) => (!needsLog || bundle.logged) && (bundle.digest ?? digest) === digest && isMeant(bundle),
  );
}

function keyTest(verifier: Verifier, hash: string): (signer: ImageSigner) => boolean {
  if ('kms' in verifier) return ({ kms }) => kms === verifier.kms;
  return (signer) => {
    if (signer.key === undefined) return false;
    const key = readPublicKey(signer.key);
    return key.text === verifier.text && (key.type === 'ed25519' || signer.hash === hash);
  };
}

/** Upstream asks nothing of certificates unless both issuer and subject are named, and then no bundle verifies. */
function identityTest({ keyless }: Attestor, { image }: ImageQuestion): (signer: ImageSigner) => boolean {
  const wanted = (field: string) => asString(keyless?.[field]) ?? '';
  const issuer = test(wanted('issuer'), wanted('issuerRegExp'), image);
  const subject = test(wanted('subject'), wanted('subjectRegExp'), image);
  if (issuer === undefined || subject === undefined) return () => false;
  return ({ identity, certificate }) => {
    if (certificate !== undefined) throw new NotSupportedError("Sigstore's own roots", 'give issuer and subject');
    return identity !== undefined && issuer(identity.issuer) && subject(identity.subject);
  };
}

function test(text: string, regExp: string, image: string): ((value: string) => boolean) | undefined {
  if (text === '' && regExp === '') return undefined;
  const expression = rewording(
    () => (regExp === '' ? undefined : compileRe2(regExp)),
    (message) => `failed to build policy: ${image}: ${message}`,
  );
  return (value) => (text === '' || text === value) && (expression === undefined || expression.test(value));
}
