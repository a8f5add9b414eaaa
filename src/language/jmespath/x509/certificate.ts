import { EvaluationError } from '../../../model/failure.ts';
import type { Json, JsonObject } from '../../../model/json.ts';
import { base64, type Der, DerReader, derBits, derInteger, derOid, derTime, elements, malformed, TAG } from './der.ts';
import { extensionFields, extensionsJson, orNull, readExtensions } from './extensions.ts';
import { decodeName } from './name.ts';
import { decodePem } from './pem.ts';
import { signatureAlgorithm } from './signature.ts';

/**
 * A PEM certificate, or request for one, as the Go structure in JSON: bytes in base64, lists that are empty null.
 * Only RSA keys. Throws `EvaluationError` with upstream's text for what is none, and Go's for most bad DER.
 * Upstream: kyverno pkg/engine/jmespath/functions.go, jpX509Decode; Go crypto/x509.
 */
export function decodeCertificate(pem: string): JsonObject {
  const block = decodePem(pem);
  if (block === undefined) throw new EvaluationError('failed to decode PEM block');
  if (block.type === 'CERTIFICATE') return certificate(block.bytes);
  if (block.type === 'CERTIFICATE REQUEST') return request(block.bytes);
  throw new EvaluationError('PEM block neither contains a CERTIFICATE or CERTIFICATE REQUEST');
}

function certificate(bytes: Uint8Array): JsonObject {
  const { fields, key } = certificateFields(bytes);
  return { ...fields, PublicKeyAlgorithm: 1, PublicKey: publicKey(key) };
}

/**
 * The fields of a certificate in DER, without its key, which may be of any kind. Throws `EvaluationError`.
 * Upstream: Go crypto/x509, ParseCertificate.
 */
export function certificateFields(bytes: Uint8Array): { readonly fields: JsonObject; readonly key: Der } {
  const what = 'malformed certificate';
  const whole = new DerReader(bytes).read(what, TAG.sequence);
  if (whole.bytes.length !== bytes.length) throw malformed('trailing data');
  const outer = new DerReader(whole.content);
  const signed = outer.read('malformed tbs certificate', TAG.sequence);
  const algorithm = outer.read('malformed algorithm identifier', TAG.sequence);
  const signature = outer.read('malformed signature', TAG.bitString);

  const body = new DerReader(signed.content);
  const version = body.optional('malformed version', 0xa0);
  const serial = body.read('malformed serial number', TAG.integer);
  body.read('malformed signature algorithm identifier', TAG.sequence);
  const issuer = body.read('malformed issuer', TAG.sequence);
  const [notBefore, notAfter] = elements(body.read('malformed validity', TAG.sequence).content, 'malformed validity');
  if (notBefore === undefined || notAfter === undefined) throw malformed('malformed validity');
  const subject = body.read('malformed issuer', TAG.sequence);
  const key = body.read('malformed spki', TAG.sequence);
  body.optional('malformed issuerUniqueID', 0x81);
  body.optional('malformed subjectUniqueID', 0x82);
  const wrapper = body.optional('malformed extensions', 0xa3);
  const list = wrapper && new DerReader(wrapper.content).read('malformed extensions', TAG.sequence);
  const extensions = list === undefined ? [] : readExtensions(list.content);

  const fields = {
    ...extensionFields(extensions),
    Raw: base64(whole.bytes),
    RawTBSCertificate: base64(signed.bytes),
    RawSubjectPublicKeyInfo: base64(key.bytes),
    RawSubject: base64(subject.bytes),
    RawIssuer: base64(issuer.bytes),
    Signature: base64(derBits(signature.content)),
    SignatureAlgorithm: signatureAlgorithm(algorithm.content),
    Version: version === undefined ? 1 : versionOf(version) + 1,
    // A number here, so large ones lose digits, as upstream.
    SerialNumber: Number(derInteger(serial.content)),
    Issuer: decodeName(issuer.content),
    Subject: decodeName(subject.content),
    NotBefore: derTime(notBefore),
    NotAfter: derTime(notAfter),
    Extensions: extensionsJson(extensions),
    ExtraExtensions: null,
  };
  return { fields, key };
}

function request(bytes: Uint8Array): JsonObject {
  const what = 'malformed certificate request';
  const whole = new DerReader(bytes).read(what, TAG.sequence);
  if (whole.bytes.length !== bytes.length) throw malformed('trailing data');
  const outer = new DerReader(whole.content);
  const signed = outer.read(what, TAG.sequence);
  const algorithm = outer.read(what, TAG.sequence);
  const signature = outer.read(what, TAG.bitString);

  const body = new DerReader(signed.content);
  const version = Number(derInteger(body.read(what, TAG.integer).content));
  const subject = body.read(what, TAG.sequence);
  const key = body.read(what, TAG.sequence);
  const attributes = elements(body.optional(what, 0xa0)?.content ?? new Uint8Array(), what, TAG.sequence);
  const requested = attributes.flatMap(requestedExtensions);
  const fields = extensionFields(requested);
  return {
    Raw: base64(whole.bytes),
    RawTBSCertificateRequest: base64(signed.bytes),
    RawSubjectPublicKeyInfo: base64(key.bytes),
    RawSubject: base64(subject.bytes),
    Version: version,
    Signature: base64(derBits(signature.content)),
    SignatureAlgorithm: signatureAlgorithm(algorithm.content),
    PublicKeyAlgorithm: 1,
    PublicKey: publicKey(key),
    Subject: decodeName(subject.content),
    Attributes: orNull(attributes.flatMap(attributeJson)),
    Extensions: extensionsJson(requested),
    ExtraExtensions: null,
    DNSNames: fields['DNSNames'] ?? null,
    EmailAddresses: fields['EmailAddresses'] ?? null,
    IPAddresses: fields['IPAddresses'] ?? null,
    URIs: fields['URIs'] ?? null,
  };
}

function versionOf({ content }: Der): number {
  return Number(derInteger(new DerReader(content).read('malformed version', TAG.integer).content));
}

const RSA = '1.2.840.113549.1.1.1';

function publicKey({ content }: Der): JsonObject {
  const reader = new DerReader(content);
  const algorithm = reader.enter('malformed public key algorithm identifier', TAG.sequence);
  const id = derOid(algorithm.read('malformed algorithm identifier', TAG.oid).content).join('.');
  if (id !== RSA) throw new EvaluationError('certificate should use rsa algorithm');
  const bits = derBits(reader.read('malformed subjectPublicKey', TAG.bitString).content);
  const [modulus, exponent] = elements(
    new DerReader(bits).read('invalid RSA public key', TAG.sequence).content,
    'invalid RSA public key',
  );
  if (modulus === undefined || exponent === undefined) throw malformed('invalid RSA public key');
  return { N: derInteger(modulus.content).toString(), E: Number(derInteger(exponent.content)) };
}

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';

function requestedExtensions({ content }: Der): ReturnType<typeof readExtensions> {
  const [type, values] = elements(content, 'malformed attribute');
  if (type === undefined || values === undefined || derOid(type.content).join('.') !== EXTENSION_REQUEST) return [];
  return elements(values.content, 'malformed extensions', TAG.sequence).flatMap((list) => readExtensions(list.content));
}

/**
 * An attribute as the outdated field `Attributes` shows it: of each extension the identifier and what follows it,
 * which is `critical` when that is given. Attributes of another shape are left out.
 */
function attributeJson({ content }: Der): readonly Json[] {
  const [type, values] = elements(content, 'malformed attribute');
  if (type === undefined || values === undefined) return [];
  try {
    const sets = elements(values.content, '', TAG.sequence).map((set) =>
      elements(set.content, '', TAG.sequence).map((pair) => {
        const [id, value] = elements(pair.content, '');
        if (id?.tag !== TAG.oid || value === undefined) throw malformed('');
        return { Type: derOid(id.content), Value: value.tag === TAG.boolean ? true : base64(value.content) };
      }),
    );
    return [{ Type: derOid(type.content), Value: sets }];
  } catch (error) {
    if (error instanceof EvaluationError) return [];
    throw error;
  }
}
