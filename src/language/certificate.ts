import { X509Certificate } from 'node:crypto';
import { EvaluationError } from '../model/failure.ts';
import { asArray, asObject, asString, type Json, type JsonObject } from '../model/json.ts';
import { decodeBase64Bytes } from './jmespath/base64.ts';
import { certificateFields } from './jmespath/x509/certificate.ts';
import { type Der, DerReader, elements, TAG } from './jmespath/x509/der.ts';
import { ascii, ipText } from './jmespath/x509/general-names.ts';
import { type PublicKey, publicKeyOf } from './public-key.ts';

/** An X.509 certificate. */
export interface Certificate {
  readonly key: PublicKey;
  /** In base64. */
  readonly raw: string;
  readonly subject: string;
  readonly issuer: string;
  /** The subject's common name, else its organization. */
  readonly name: string;
  /** The subject as Go prints it, e.g. `CN=web,O=Example`. */
  readonly subjectText: string;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly isAuthority: boolean;
  readonly hasConstraints: boolean;
  /** How many intermediates may stand below; `undefined`: any number. */
  readonly maxPathLength: number | undefined;
  /** Bits as in Go; 0: any use. */
  readonly keyUsage: number;
  /** Numbers as in Go: 0 any use, 3 code signing. `unknown` stands for those that Go has no number for. */
  readonly extendedUsage: readonly (number | 'unknown')[];
  readonly unhandled: readonly string[];
  /** DNS names, e-mail addresses, IP addresses, URIs. */
  readonly names: readonly string[];
  /** Values of extensions by identifier, e.g. `1.3.6.1.4.1.57264.1.1`. */
  readonly extensions: ReadonlyMap<string, Uint8Array>;
  /** Node's own view of it. */
  readonly node: X509Certificate;
}

/** Did the holder of `parent`'s key sign the certificate? */
export function isSignedBy({ node }: Certificate, parent: Certificate): boolean {
  return node.verify(parent.node.publicKey);
}

/** Every certificate in a PEM text. Throws `EvaluationError` for other blocks, other text at the end, and bad DER. */
export function readCertificates(pem: string): readonly Certificate[] {
  const found: Certificate[] = [];
  let rest = pem.trim();
  while (rest.length > 0) {
    const match = BLOCK.exec(rest);
    if (match === null) throw new EvaluationError('error during PEM decoding');
    found.push(readDer(Buffer.from((match[2] ?? '').replaceAll(/\s/g, ''), 'base64')));
    rest = rest.slice(match.index + match[0].length);
  }
  return found;
}

const BLOCK = /-----BEGIN ([^\n-]+)-----[ \t\r]*\n([A-Za-z0-9+/=\s]*?)-----END \1-----[ \t\r]*(?:\n|$)/;

/** Those of a PEM text's blocks that are certificates. Upstream: Go crypto/x509, AppendCertsFromPEM. */
export function findCertificates(pem: string): readonly Certificate[] {
  return [...pem.matchAll(new RegExp(BLOCK, 'g'))].flatMap(([, type, body = '']) => {
    if (type !== 'CERTIFICATE') return [];
    try {
      return [readDer(Buffer.from(body.replaceAll(/\s/g, ''), 'base64'))];
    } catch (error) {
      if (error instanceof EvaluationError) return [];
      throw error;
    }
  });
}

/** The first certificate of a PEM text, which may be in base64 as a whole. Throws `EvaluationError`. */
export function readCertificate(text: string): Certificate {
  const [first] = readCertificates(unwrapped(text));
  if (first === undefined) throw new EvaluationError('no certs found in pem file');
  return first;
}

function unwrapped(text: string): string {
  try {
    return Buffer.from(decodeBase64Bytes(text)).toString();
  } catch (error) {
    if (error instanceof EvaluationError) return text;
    throw error;
  }
}

function readDer(bytes: Uint8Array): Certificate {
  const { fields } = certificateFields(bytes);
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(bytes);
  } catch {
    throw new EvaluationError('x509: malformed certificate');
  }
  const list = (field: string): readonly Json[] => asArray(fields[field]) ?? [];
  const text = (field: string) => asString(fields[field]) ?? '';
  const subject = asObject(fields['Subject']) ?? {};
  const [length, zero] = [Number(fields['MaxPathLen'] ?? 0), fields['MaxPathLenZero'] === true];
  const extensions = new Map(
    list('Extensions').map((extension) => {
      const { Id: id = null, Value: value = null } = asObject(extension) ?? {};
      return [identifier(id), Buffer.from(asString(value) ?? '', 'base64')];
    }),
  );
  return {
    node: parsed,
    key: publicKeyOf(parsed.publicKey),
    raw: text('Raw'),
    subject: text('RawSubject'),
    issuer: text('RawIssuer'),
    name: asString(subject['CommonName']) || asString((asArray(subject['Organization']) ?? [])[0]) || '',
    subjectText: nameText(subject),
    notBefore: Date.parse(text('NotBefore')),
    notAfter: Date.parse(text('NotAfter')),
    isAuthority: fields['IsCA'] === true,
    hasConstraints: fields['BasicConstraintsValid'] === true,
    maxPathLength: fields['BasicConstraintsValid'] === true && (length > 0 || zero) ? length : undefined,
    keyUsage: Number(fields['KeyUsage'] ?? 0),
    extendedUsage: [...list('ExtKeyUsage').map(Number), ...list('UnknownExtKeyUsage').map(() => 'unknown' as const)],
    unhandled: list('UnhandledCriticalExtensions').map(identifier),
    names: alternativeNames(extensions.get('2.5.29.17')),
    extensions,
  };
}

function identifier(value: Json): string {
  return (asArray(value) ?? []).map(String).join('.');
}

function alternativeNames(extension: Uint8Array | undefined): readonly string[] {
  if (extension === undefined) return [];
  const what = 'invalid subject alternative names';
  const all = elements(new DerReader(extension).read(what, TAG.sequence).content, what);
  const ofKind = (tag: number, read: (name: Der) => string) => all.filter((name) => name.tag === tag).map(read);
  return [
    ...ofKind(0x82, ascii),
    ...ofKind(0x81, ascii),
    ...ofKind(0x87, ({ content }) => ipText(content)),
    ...ofKind(0x86, ascii),
  ];
}

const ATTRIBUTES: readonly (readonly [string, string])[] = [
  ['SERIALNUMBER', 'SerialNumber'],
  ['CN', 'CommonName'],
  ['POSTALCODE', 'PostalCode'],
  ['STREET', 'StreetAddress'],
  ['L', 'Locality'],
  ['ST', 'Province'],
  ['OU', 'OrganizationalUnit'],
  ['O', 'Organization'],
  ['C', 'Country'],
];

/** Upstream: Go crypto/x509/pkix, `Name.String` for names of common attributes. */
function nameText(subject: JsonObject): string {
  return ATTRIBUTES.flatMap(([short, field]) => {
    const value = subject[field];
    const items = (asArray(value) ?? (asString(value) ? [value ?? ''] : [])).map(String);
    return items.length === 0 ? [] : [items.map((item) => `${short}=${escaped(item)}`).join('+')];
  }).join(',');
}

function escaped(value: string): string {
  return value.replaceAll(/[,+"\\<>;]|^[ #]| $/g, '\\$&');
}
