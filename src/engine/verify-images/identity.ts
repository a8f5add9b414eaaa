import { readCertificate } from '../../language/certificate.ts';
import { compileRe2 } from '../../language/regex.ts';
import { wildcardMatch } from '../../language/wildcard.ts';
import { EvaluationError } from '../../model/failure.ts';
import type { ImageSigner } from '../../model/image.ts';
import { asString, type JsonObject } from '../../model/json.ts';

/** What a certificate says of its holder. */
interface Holder {
  readonly subjects: readonly string[];
  readonly issuer: string;
  readonly extension: (name: string) => string;
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  '1.3.6.1.4.1.57264.1.1': 'oidcIssuer',
  '1.3.6.1.4.1.57264.1.2': 'githubWorkflowTrigger',
  '1.3.6.1.4.1.57264.1.3': 'githubWorkflowSha',
  '1.3.6.1.4.1.57264.1.4': 'githubWorkflowName',
  '1.3.6.1.4.1.57264.1.5': 'githubWorkflowRepository',
  '1.3.6.1.4.1.57264.1.6': 'githubWorkflowRef',
};

/**
 * One signature must be of the identity that a keyless attestor names. Throws `EvaluationError` when none is.
 * Upstream: `matchSignatures` in `pkg/image/verifiers/cpol/cosign/cosign.go`.
 */
export function checkIdentity(signed: readonly ImageSigner[], keyless: JsonObject | undefined): void {
  const wanted = (field: string) => asString(keyless?.[field]) ?? '';
  const subject = { text: wanted('subject'), regExp: wanted('subjectRegExp') };
  const issuer = { text: wanted('issuer'), regExp: wanted('issuerRegExp') };
  const extensions = Object.entries((keyless?.['additionalExtensions'] ?? {}) as Readonly<Record<string, string>>);
  const anybody = [subject, issuer].every(({ text, regExp }) => text === '' && regExp === '');
  if (anybody && extensions.length === 0) return;
  const errors: string[] = [];
  for (const signer of signed) {
    const holder = holderOf(signer);
    if (holder === undefined) throw new EvaluationError('certificate not found');
    const error =
      subjectMismatch(subject, holder.subjects) ??
      issuerMismatch(issuer, holder.issuer) ??
      extensionMismatch(extensions, holder);
    if (error === undefined) return;
    errors.push(error);
  }
  throw new EvaluationError(errors.length === 0 ? 'invalid signature' : errors.join('; '));
}

function holderOf({ identity, certificate }: ImageSigner): Holder | undefined {
  if (identity !== undefined) {
    const { subject, issuer, extensions } = identity;
    const extension = (name: string) => (name === 'oidcIssuer' ? issuer : (extensions[name] ?? ''));
    return { subjects: subject === '' ? [] : [subject], issuer, extension };
  }
  if (certificate === undefined) return undefined;
  const { names, extensions } = readCertificate(certificate);
  const extension = (name: string) => {
    const [id = ''] = Object.entries(EXTENSIONS).find(([, known]) => known === name) ?? [];
    return Buffer.from(extensions.get(id) ?? new Uint8Array()).toString();
  };
  return { subjects: names, issuer: extension('oidcIssuer'), extension };
}

interface Wanted {
  readonly text: string;
  readonly regExp: string;
}

/** Of text and expression one must fit; a certificate that names nobody is let through. */
function subjectMismatch({ text, regExp }: Wanted, subjects: readonly string[]): string | undefined {
  if ((text === '' && regExp === '') || subjects.length === 0) return undefined;
  const compiled = regExp === '' ? undefined : compiledFor('subject', regExp);
  if (typeof compiled === 'string') return compiled;
  const fits = (subject: string) => (text !== '' && wildcardMatch(text, subject)) || compiled?.test(subject) === true;
  if (subjects.some(fits)) return undefined;
  return `subject mismatch: expected ${text === '' ? regExp : text}, received ${subjects.join(', ')}`;
}

/** Of text and expression both must fit. */
function issuerMismatch({ text, regExp }: Wanted, issuer: string): string | undefined {
  const failed = (wanted: string) => `issuer mismatch: expected ${wanted}, received ${issuer}`;
  if (text !== '' && !wildcardMatch(text, issuer)) return failed(text);
  const compiled = regExp === '' ? undefined : compiledFor('issuer', regExp);
  if (typeof compiled === 'string') return compiled;
  return compiled?.test(issuer) === false ? failed(regExp) : undefined;
}

/** A compiled expression, or why there is none. */
function compiledFor(what: string, source: string): RegExp | string {
  try {
    return compileRe2(source);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return `invalid regexp for ${what}: ${source} : ${error.message}`;
  }
}

function extensionMismatch(wanted: readonly (readonly [string, string])[], { extension }: Holder): string | undefined {
  for (const [key, value] of wanted) {
    const name = EXTENSIONS[key] ?? key;
    if (!Object.values(EXTENSIONS).includes(name)) return `invalid certificate extension ${key}`;
    const got = extension(name);
    if (!wildcardMatch(value, got)) return `extension mismatch: expected ${value} for key ${key}, received ${got}`;
  }
  return undefined;
}
