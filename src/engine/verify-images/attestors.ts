import { compileRe2 } from '../../language/regex.ts';
import { wildcardMatch } from '../../language/wildcard.ts';
import { EvaluationError, NotSupportedError } from '../../model/failure.ts';
import type { ImageRecord, ImageSigner, ImageStatement } from '../../model/image.ts';
import { asString, getPath, type JsonObject } from '../../model/json.ts';
import type { Attestor, AttestorSet, ImageEntry } from './entry.ts';
import { requiredCount } from './entry.ts';
import { readKey, sameKey } from './key.ts';

/** What was found out about an image: its digest, or why its attestors do not hold. */
export type Verified = { readonly ok: true; readonly digest: string } | { readonly ok: false; readonly error: string };

/** What is looked up about one image. */
export interface ImageQuestion {
  readonly image: string;
  readonly entry: ImageEntry;
  /** The record of the image. Throws `NotSupportedError` when there is none. */
  readonly record: () => ImageRecord;
}

/**
 * All sets must hold; upstream answers with the digest that the last one found.
 * Upstream: `verifyAttestors` in `pkg/engine/internal/imageverifier.go`.
 */
export function verifyAttestorSets(sets: readonly AttestorSet[], question: ImageQuestion): Verified {
  let last: Verified = { ok: false, error: 'nil' };
  for (const [i, set] of sets.entries()) {
    last = verifySet(set, question, `.attestors[${i}]`);
    if (!last.ok) return last;
  }
  return last;
}

function verifySet(set: AttestorSet, question: ImageQuestion, path: string): Verified {
  const errors: string[] = [];
  const required = requiredCount(set);
  let verified = 0;
  for (const [i, attestor] of set.entries.entries()) {
    const at = `${path}.entries[${i}]`;
    const result =
      attestor.nested === undefined
        ? verifyOne(attestor, question, at)
        : verifySet(attestor.nested, question, `${at}.attestor`);
    if (!result.ok) errors.push(result.error);
    else if (++verified >= required) return result;
  }
  return { ok: false, error: errors.join('; ') };
}

function verifyOne(attestor: Attestor, question: ImageQuestion, path: string): Verified {
  const { record } = known(question, 'signatures');
  const digest = knownDigest(record, question.image);
  const { signatures = [] } = record;
  try {
    if (signatures.length === 0) throw new EvaluationError('no signatures found');
    const verified = acceptable(signatures, attestor, 'signatures');
    checkIdentity(verified, attestor);
    checkAnnotations(verified, attestor, question.entry);
    return { ok: true, digest };
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return { ok: false, error: `${path}${kindOf(attestor)}: ${error.message}` };
  }
}

/**
 * The statements about an image that an attestor signed. Throws `EvaluationError` when there is none.
 * Upstream: `FetchAttestations` in `pkg/image/verifiers/cpol/cosign/verifier.go`.
 */
export function fetchStatements(attestor: Attestor, type: string, question: ImageQuestion): readonly ImageStatement[] {
  const { record } = known(question, 'attestations');
  const statements = acceptable(record.attestations ?? [], attestor, 'attestations');
  const identified = statements.filter((statement) => statement.type === type);
  for (const statement of identified) checkIdentity([statement], attestor);
  checkAnnotations(statements, attestor, question.entry);
  return statements;
}

/** The part of an attestor's path that says what it is. */
export function kindOf({ keys, certificates, keyless }: Attestor): string {
  if (keys !== undefined) return '.keys';
  if (certificates !== undefined) return '.certificates';
  return keyless === undefined ? '' : '.keyless';
}

/** The record with the part that is needed; Cosign's own formats only. */
function known({ image, entry, record }: ImageQuestion, part: 'signatures' | 'attestations') {
  if (entry.type !== '' && entry.type !== 'Cosign') {
    throw new NotSupportedError(`verifyImages of type ${entry.type}`, `image ${image}`);
  }
  const found = record();
  if (found[part] === undefined) throw new NotSupportedError(`the ${part} of the image ${image} are not given`);
  return { record: found };
}

/** The digest of an image. Throws `NotSupportedError` when the record has none. */
export function knownDigest({ digest }: ImageRecord, image: string): string {
  if (digest !== undefined) return digest;
  throw new NotSupportedError(`the digest of the image ${image} is not given`);
}

/** Those that verify with the attestor's key, certificate or authority. */
function acceptable<T extends ImageSigner>(
  signed: readonly T[],
  attestor: Attestor,
  what: 'signatures' | 'attestations',
): readonly T[] {
  const check = compileSigner(attestor);
  const errors: string[] = [];
  const found = signed.filter((signer) => {
    const error = check(signer);
    if (error !== undefined) errors.push(error);
    return error === undefined;
  });
  if (found.length > 0) return found;
  throw new EvaluationError(`no matching ${what}: ${errors.join('\n ')}`);
}

/** Why a signature is none of the attestor's; `undefined` when it is. */
type SignerCheck = (signer: ImageSigner) => string | undefined;

function compileSigner({ keys, certificates, keyless }: Attestor): SignerCheck {
  const source = keys ?? certificates ?? keyless ?? {};
  const ignoresLog = getPath(source, 'rekor', 'ignoreTlog') === true;
  const unlogged: SignerCheck = ({ logged }) =>
    logged || ignoresLog ? undefined : 'signature not found in transparency log';
  const verifies =
    keys !== undefined
      ? byKey(keys)
      : certificates !== undefined
        ? byCertificate(certificates)
        : byIdentity(keyless ?? {});
  return (signer) => unlogged(signer) ?? verifies(signer);
}

function byKey(keys: JsonObject): SignerCheck {
  const pem = asString(keys['publicKeys']) ?? '';
  if (!pem.trim().startsWith('-----BEGIN PUBLIC KEY-----')) {
    const where = keys['secret'] !== undefined ? 'a Secret' : pem === '' ? 'a key management service' : pem;
    throw new NotSupportedError(`public keys from ${where}`);
  }
  const key = readKey(pem, 'failed to load public key from PEM: pem to public key: ');
  return (signer) => (signer.key !== undefined && sameKey(readKey(signer.key, ''), key) ? undefined : key.mismatch);
}

function byCertificate(certificates: JsonObject): SignerCheck {
  const pem = asString(certificates['cert']) ?? '';
  if (pem === '' || (asString(certificates['certChain']) ?? '') !== '') {
    throw new NotSupportedError('attestors with a certificate chain');
  }
  const key = readKey(pem, 'failed to load certificate: ');
  return ({ certificate, key: own }) => {
    const signed = certificate ?? own;
    return signed !== undefined && sameKey(readKey(signed, ''), key) ? undefined : key.mismatch;
  };
}

function byIdentity(keyless: JsonObject): SignerCheck {
  if ((asString(keyless['roots']) ?? '') !== '')
    throw new NotSupportedError('keyless attestors with roots of their own');
  return ({ identity }) => (identity === undefined ? 'no certificate found on signature' : undefined);
}

/** One signature must be of the identity that a keyless attestor names. Upstream: `matchSignatures`. */
function checkIdentity(signed: readonly ImageSigner[], { keyless }: Attestor): void {
  const wanted = (field: string) => asString(keyless?.[field]) ?? '';
  const [subject, subjectRegExp, issuer, issuerRegExp] = ['subject', 'subjectRegExp', 'issuer', 'issuerRegExp'].map(
    wanted,
  );
  const extensions = Object.entries((keyless?.['additionalExtensions'] ?? {}) as Readonly<Record<string, string>>);
  if (![subject, subjectRegExp, issuer, issuerRegExp].some(Boolean) && extensions.length === 0) return;
  const errors: string[] = [];
  for (const { identity } of signed) {
    if (identity === undefined) throw new EvaluationError('certificate not found');
    const error =
      mismatch('subject', subject ?? '', subjectRegExp ?? '', identity.subject, 'either') ??
      mismatch('issuer', issuer ?? '', issuerRegExp ?? '', identity.issuer, 'both') ??
      extensionMismatch(extensions, identity.extensions);
    if (error === undefined) return;
    errors.push(error);
  }
  throw new EvaluationError(errors.join('; '));
}

/** Of subjects one of text and pattern must fit, of issuers both. */
function mismatch(what: string, text: string, regExp: string, got: string, how: 'either' | 'both'): string | undefined {
  if (text === '' && regExp === '') return undefined;
  const failed = (wanted: string) => `${what} mismatch: expected ${wanted}, received ${got}`;
  const fitsText = text !== '' && wildcardMatch(text, got);
  const fitsRegExp = regExp !== '' && matchesRegExp(what, regExp, got);
  if (how === 'either') return fitsText || fitsRegExp ? undefined : failed(text === '' ? regExp : text);
  if (text !== '' && !fitsText) return failed(text);
  return regExp !== '' && !fitsRegExp ? failed(regExp) : undefined;
}

function matchesRegExp(what: string, source: string, text: string): boolean {
  try {
    return compileRe2(source).test(text);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    throw new EvaluationError(`invalid regexp for ${what}: ${source} : ${error.message}`);
  }
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  '1.3.6.1.4.1.57264.1.1': 'oidcIssuer',
  '1.3.6.1.4.1.57264.1.2': 'githubWorkflowTrigger',
  '1.3.6.1.4.1.57264.1.3': 'githubWorkflowSha',
  '1.3.6.1.4.1.57264.1.4': 'githubWorkflowName',
  '1.3.6.1.4.1.57264.1.5': 'githubWorkflowRepository',
  '1.3.6.1.4.1.57264.1.6': 'githubWorkflowRef',
};

function extensionMismatch(
  wanted: readonly (readonly [string, string])[],
  actual: Readonly<Record<string, string>>,
): string | undefined {
  for (const [key, value] of wanted) {
    const name = EXTENSIONS[key] ?? key;
    if (!Object.values(EXTENSIONS).includes(name)) return `invalid certificate extension ${key}`;
    const got = actual[name] ?? '';
    if (!wildcardMatch(value, got)) return `extension mismatch: expected ${value} for key ${key}, received ${got}`;
  }
  return undefined;
}

/** One signature must have all annotations that are wanted. Upstream: `checkAnnotations`. */
function checkAnnotations(signed: readonly ImageSigner[], attestor: Attestor, entry: ImageEntry): void {
  const wanted = Object.entries(attestor.annotations ?? entry.annotations ?? {});
  if (wanted.length === 0) return;
  const fits = signed.some(({ annotations }) => wanted.every(([key, value]) => annotations[key] === value));
  if (!fits) throw new EvaluationError('no signature matched the required annotations');
}
