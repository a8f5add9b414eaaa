import { readCertificates } from '../../language/certificate.ts';
import { EvaluationError, type InputError } from '../../model/failure.ts';
import { IMAGE_FORMATS, type ImageSigner, SIGNATURE_HASHES } from '../../model/image.ts';
import type { JsonObject } from '../../model/json.ts';
import { readKey } from './key.ts';
import type { RecordReader } from './record-reader.ts';

/** What may be said of a signature or an attestation. */
export const SIGNER_FIELDS = [
  'key',
  'certificate',
  'chain',
  'kms',
  'issuer',
  'subject',
  'extensions',
  'annotations',
  'logged',
  'loggedAt',
  'signatureAlgorithm',
  'digest',
  'format',
];

/** Who made a signature, and how. `maybeNobody`: an attestation that was not signed. Throws `InputError`. */
export function readSigner(source: JsonObject, at: string, reader: RecordReader, maybeNobody: boolean): ImageSigner {
  const { problem, text, texts, oneOf } = reader;
  const [key, certificate, chain] = [pem('key'), pem('certificate'), pem('chain')];
  const kms = text(source['kms'], `${at}.kms`);
  const [issuer, subject] = [text(source['issuer'], `${at}.issuer`), text(source['subject'], `${at}.subject`)];
  const isIdentity = issuer !== undefined || subject !== undefined;
  const format = oneOf(source['format'], `${at}.format`, IMAGE_FORMATS) ?? 'Cosign';
  const given = [key, certificate, kms].filter((part) => part !== undefined).length + (isIdentity ? 1 : 0);
  if (given !== 1 && !(given === 0 && maybeNobody && format === 'Notary')) {
    const hint = 'give one of `key`, `certificate`, `kms`, and `issuer` with `subject`';
    throw problem(at, 'does not say who signed', hint);
  }
  if (chain !== undefined && certificate === undefined) throw problem(`${at}.chain`, 'needs a `certificate`');
  const { logged = true } = source;
  if (typeof logged !== 'boolean') throw problem(`${at}.logged`, 'must be true or false');
  const loggedAt = time(text(source['loggedAt'], `${at}.loggedAt`));
  const digest = text(source['digest'], `${at}.digest`);
  const extensions = texts(source['extensions'], `${at}.extensions`);
  return {
    ...(key === undefined ? {} : { key }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(chain === undefined ? {} : { chain }),
    ...(kms === undefined ? {} : { kms }),
    ...(isIdentity ? { identity: { issuer: issuer ?? '', subject: subject ?? '', extensions } } : {}),
    ...(loggedAt === undefined ? {} : { loggedAt }),
    ...(digest === undefined ? {} : { digest }),
    annotations: texts(source['annotations'], `${at}.annotations`),
    logged,
    hash: oneOf(source['signatureAlgorithm'], `${at}.signatureAlgorithm`, SIGNATURE_HASHES) ?? 'sha256',
    format,
  };

  function pem(field: 'key' | 'certificate' | 'chain'): string | undefined {
    const written = text(source[field], `${at}.${field}`);
    if (written === undefined) return undefined;
    try {
      if (field === 'key') readKey(written, '');
      else readCertificates(written);
      return written;
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      throw problem(`${at}.${field}`, 'is no PEM', `paste the ${field}, from -----BEGIN to the last -----`);
    }
  }

  function time(written: string | undefined): number | undefined {
    if (written === undefined) return undefined;
    const milliseconds = Date.parse(written);
    if (!Number.isNaN(milliseconds)) return milliseconds;
    throw badTime(written);
  }

  function badTime(written: string): InputError {
    return problem(`${at}.loggedAt`, `is no time: \`${written}\``, 'write it as 2026-01-31T12:00:00Z');
  }
}
