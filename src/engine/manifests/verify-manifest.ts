import { goJson } from '../../language/go-text.ts';
import { decodeBase64Bytes } from '../../language/jmespath/base64.ts';
import { EvaluationError, NotSupportedError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import { rewording } from '../context/evaluation.ts';
import type { StringMap } from '../match/index.ts';
import { decompress, objectsInArtifact } from './artifact.ts';
import { type Difference, differencesThatCount } from './differences.ts';
import { fits, type IgnoredFields } from './ignored-fields.ts';
import type { VerifyOptions } from './options.ts';
import { findManifests } from './search.ts';
import { signatureError } from './signature.ts';

/** An object with what its attestors look at. */
export interface SignedObject {
  readonly object: JsonObject;
  readonly annotations: StringMap;
  /** Where the annotations of signatures are, e.g. `cosign.sigstore.dev`. */
  readonly domain: string;
  /** Fields that may differ. */
  readonly ignored: IgnoredFields;
  /** Asked before anything else: may upstream look for the manifest in an image, or compare with a dry run? */
  readonly bundle: string;
  readonly dryRun: boolean;
}

/** What verifying found: the signature is good, or why not. `missing`: there is no message or no signature. */
export type ManifestOutcome =
  | { readonly verified: true }
  | { readonly verified: false; readonly missing?: string; readonly differences: readonly Difference[] };

/**
 * Verifies that an object is the manifest that somebody signed. Throws `EvaluationError` for a signature that does not
 * verify, and `NotSupportedError` naming what is not given.
 * Upstream: `VerifyResource` in `pkg/k8smanifest/verify_resource.go` of sigstore/k8s-manifest-sigstore.
 */
export function verifyManifest(signed: SignedObject, options: VerifyOptions): ManifestOutcome {
  const { object, annotations, domain, ignored } = signed;
  const bundle = annotations[`${domain}/resourceBundleRef`] ?? signed.bundle;
  if (bundle !== '') throw new NotSupportedError(`the signed manifest in the image ${bundle}`);
  const written = annotations[`${domain}/message`];
  if (written === undefined) return missing('YAML manifest not found for this resource: message not found');
  const { manifests, byName } = findManifests(readMessage(written), object, ignored.masks);
  if (manifests.length === 0) {
    return missing('YAML manifest not found for this resource: failed to find a YAML manifest in the gzipped message');
  }
  const compared = manifests.map((manifest) =>
    differencesThatCount(manifest, object, (path) => ignored.covers(path, !byName)),
  );
  const isSame = compared.some((differences) => differences.length === 0);
  if (!isSame && signed.dryRun) {
    throw new NotSupportedError(
      'what a dry run in the cluster makes of a signed manifest',
      'validate.manifests.dryRun',
    );
  }
  const signatures = signaturesOf(annotations, domain);
  if (signatures.length === 0) return missing('failed to verify signature: signature not found');
  checkSignatures(decompress(lenientBytes(written)), signatures, options);
  if (isSame && (options.signer === undefined || fits(options.signer, ''))) return { verified: true };
  return { verified: false, differences: isSame ? [] : (compared[0] ?? []) };
}

function missing(reason: string): ManifestOutcome {
  return { verified: false, missing: reason, differences: [] };
}

function readMessage(text: string): readonly JsonObject[] {
  const notFound = 'YAML manifest not found for this resource';
  const bytes = rewording(
    () => decodeBase64Bytes(text),
    (message) => `${notFound}: failed to decode base64 message in the annotation: ${message}`,
  );
  return rewording(
    () => objectsInArtifact(decompress(bytes)),
    (message) => `${notFound}: failed to read YAMLs in the gzipped message: ${message}`,
  );
}

/** A message that is not base64 was refused before. */
function lenientBytes(text: string): Uint8Array {
  return Buffer.from(text, 'base64');
}

interface SignatureSet {
  readonly signature: string;
  /** Signed with the help of a certificate authority or a transparency log, which cannot be asked. */
  readonly isRemote: boolean;
}

/** Upstream: `GetAllSignatureSets` in `pkg/k8smanifest/option.go`. */
function signaturesOf(annotations: StringMap, domain: string): readonly SignatureSet[] {
  const found: SignatureSet[] = [];
  for (let i = 0; ; i++) {
    const at = (name: string) => annotations[`${domain}/${name}${i === 0 ? '' : `_${i}`}`];
    const signature = at('signature');
    if (signature === undefined) return found;
    const isRemote = (at('certificate') ?? '') !== '' || (at('bundle') ?? '') !== '';
    found.push({ signature, isRemote });
  }
}

/** A pipe holds so many bytes; upstream writes a message into one before anybody reads it, and waits forever. */
const PIPE = 65_536;

/** Throws `EvaluationError` when no signature verifies. Upstream: `BlobSignatureVerifier.Verify`. */
function checkSignatures(message: Uint8Array, signatures: readonly SignatureSet[], options: VerifyOptions): void {
  const { key, signer } = options;
  if (key === 'unreadable') {
    throw failed('failed to judge signature type from public key configuration');
  }
  if (message.length > PIPE) throw new NotSupportedError('signed manifests above 64 KiB, on which Kyverno hangs');
  const who = key !== 'none' ? 'publickey 1/1' : signer === undefined || signer === '' ? '' : 'signer 1/1';
  const errors: string[] = [];
  for (const [i, { signature, isRemote }] of signatures.entries()) {
    const error = unusable(options) ?? verifyOne(message, signature, isRemote, options);
    if (error === undefined) return;
    const cause = `cosign.VerifyBlobCmd.Exec() returned an error: ${error}`;
    errors.push(`[${who}] [signature ${i + 1}/${signatures.length}] error: ${cause}`);
  }
  const trials = goJson(errors);
  throw failed(`verification failed for ${signatures.length} signature. all trials: ${trials}`);
}

function failed(cause: string): EvaluationError {
  return new EvaluationError(`failed to verify signature: ${cause}`);
}

/** What upstream's command says of keys, certificates and identities that do not go together. */
function unusable({ key, hasCertificate }: VerifyOptions): string | undefined {
  if (key !== 'none') {
    return hasCertificate
      ? 'exactly one of: key reference (--key), certificate (--cert) or hardware token (--sk) must be provided'
      : undefined;
  }
  return hasCertificate
    ? '--certificate-identity or --certificate-identity-regexp is required for verification in keyless mode'
    : 'provide a key with --key or --sk, a certificate to verify against with --certificate, or a bundle with --bundle';
}

function verifyOne(message: Uint8Array, signature: string, isRemote: boolean, options: VerifyOptions) {
  if (isRemote) throw new NotSupportedError('manifest signatures with a certificate or bundle', 'they need Rekor');
  if (options.key === 'none' || options.key === 'unreadable') return undefined;
  return signatureError(message, signature, options.key);
}
