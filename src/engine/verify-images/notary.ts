import { type Certificate, readCertificates } from '../../language/certificate.ts';
import { goQuote } from '../../language/go-text.ts';
import { EvaluationError, NotSupportedError } from '../../model/failure.ts';
import type { ImageSigner, ImageStatement } from '../../model/image.ts';
import { asString } from '../../model/json.ts';
import { rewording } from '../context/evaluation.ts';
import { imageInfo } from '../images/index.ts';
import type { Attestor } from './entry.ts';
import { type ImageQuestion, knownDigest, knownPart, UpstreamCrash } from './question.ts';
import { registryName } from './registry-name.ts';

/** Signatures that are looked at. */
const MAX_ATTEMPTS = 10;

/**
 * Verifies an image's Notary Project signatures for one attestor, and gives the image's digest. Throws as
 * `verifyCosign`. The digests of signatures, which upstream's texts name, are not known here.
 * Upstream: `pkg/image/verifiers/cpol/notary/notary.go` over notaryproject/notation-go.
 */
export function verifyNotary(attestor: Attestor, question: ImageQuestion): string {
  checkHasCertificates(attestor);
  const trusted = trustedCertificates(attestor);
  const record = question.record();
  const digest = knownDigest(record, question.image);
  const signatures = knownPart(record, 'signatures', question.image).filter(({ format }) => format === 'Notary');
  const name = digestName(question.image, digest);
  rewording(
    () => verifySignatures(signatures, trusted, digest, name, question.now),
    (message) => `failed to verify ${name}: ${message}`,
  );
  return digest;
}

/**
 * The first statement of a type about an image, which the attestor must have signed. Throws as `verifyCosign`.
 * Upstream: `FetchAttestations`.
 */
export function fetchNotary(attestor: Attestor, type: string, question: ImageQuestion): readonly ImageStatement[] {
  checkHasCertificates(attestor);
  const record = question.record();
  const digest = knownDigest(record, question.image);
  const statement = knownPart(record, 'attestations', question.image).find(
    (one) => one.format === 'Notary' && one.type === type,
  );
  if (statement === undefined) {
    throw new EvaluationError(`no matching attestations found for image ${question.image} with type ${type}`);
  }
  // Without any certificate, signatures of attestations are not looked at.
  if (certificateText(attestor.certificates) !== '') {
    const own = statement.certificate === undefined ? [] : [statement];
    const name = digestName(question.image, '(unknown)');
    verifySignatures(own, trustedCertificates(attestor), digest, name, question.now);
  }
  return [statement];
}

function checkHasCertificates({ certificates }: Attestor): void {
  if (certificates === undefined) throw new UpstreamCrash('a Notary attestor without certificates');
}

function certificateText(certificates: Attestor['certificates']): string {
  const [cert, chain] = ['cert', 'certChain'].map((field) => asString(certificates?.[field]) ?? '');
  return [cert, chain].filter((text) => text !== '').join('\n');
}

function trustedCertificates({ certificates }: Attestor): readonly Certificate[] {
  return rewording(
    () => readCertificates(certificateText(certificates)),
    (message) => `failed to parse certificates: ${message}`,
  );
}

function verifySignatures(
  signatures: readonly ImageSigner[],
  trusted: readonly Certificate[],
  digest: string,
  name: string,
  now: () => number,
): void {
  if (signatures.length === 0) {
    const text = `no signature is associated with ${goQuote(name)}, make sure the artifact was signed successfully`;
    throw new EvaluationError(text);
  }
  const errors: string[] = [];
  for (const signature of signatures.slice(0, MAX_ATTEMPTS)) {
    const error = problemWith(signature, trusted, digest, now);
    if (error === undefined) return;
    errors.push(`failed to verify signature with digest (unknown), ${error}`);
  }
  if (signatures.length >= MAX_ATTEMPTS) {
    const limit = `The configured limit of ${MAX_ATTEMPTS} signatures to verify per artifact exceeded`;
    throw new EvaluationError(`signature evaluation stopped. ${limit}`);
  }
  throw new EvaluationError(['signature verification failed', ...errors].join('\n'));
}

function problemWith(
  { certificate, chain, digest: signed }: ImageSigner,
  trusted: readonly Certificate[],
  digest: string,
  now: () => number,
): string | undefined {
  if (certificate === undefined) throw new NotSupportedError('Notary signatures without a certificate');
  const own = [...readCertificates(certificate), ...(chain === undefined ? [] : readCertificates(chain))];
  if (trusted.length === 0) return 'no trusted certificates are found to verify authenticity';
  if (!own.some(({ raw }) => trusted.some((one) => one.raw === raw))) {
    return "the signature's certificate chain does not contain any trusted certificate";
  }
  const time = now();
  for (const { subjectText, notBefore, notAfter } of own) {
    const of = `certificate ${goQuote(subjectText)} validity period`;
    if (time < notBefore) {
      return `verification time is before ${of}, it will be valid from ${goQuote(dateText(notBefore))}`;
    }
    if (time > notAfter) return `verification time is after ${of}, it was expired at ${goQuote(dateText(notAfter))}`;
  }
  return signed !== undefined && signed !== digest ? 'content descriptor mismatch' : undefined;
}

/** Go's `RFC1123Z`. */
function dateText(milliseconds: number): string {
  return new Date(milliseconds).toUTCString().replace('GMT', '+0000');
}

function digestName(image: string, digest: string): string {
  const info = imageInfo(image, { defaultRegistry: 'docker.io', enableDefaultRegistryMutation: true });
  const { registry, repository } = registryName(info);
  return `${registry}/${repository}@${digest}`;
}
