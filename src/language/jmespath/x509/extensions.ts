import type { Json, JsonObject } from '../../../model/json.ts';
import { base64, type Der, DerReader, derBits, derInteger, derOid, elements, malformed, TAG } from './der.ts';
import { ascii, decodeGeneralNames } from './general-names.ts';
import { decodeNameConstraints } from './name-constraints.ts';

/** An extension of a certificate or of a request for one. */
export interface Extension {
  readonly id: readonly number[];
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** Reads a list of extensions. */
export function readExtensions(content: Uint8Array): readonly Extension[] {
  return elements(content, 'malformed extension', TAG.sequence).map((entry) => {
    const reader = new DerReader(entry.content);
    const id = derOid(reader.read('malformed extension OID field', TAG.oid).content);
    const critical = (reader.optional('malformed extension critical field', TAG.boolean)?.content[0] ?? 0) !== 0;
    return { id, critical, value: reader.read('malformed extension value field', TAG.octetString).content };
  });
}

/** Extensions as Go's `[]pkix.Extension` in JSON. */
export function extensionsJson(extensions: readonly Extension[]): Json {
  return orNull(extensions.map(({ id, critical, value }) => ({ Id: id, Critical: critical, Value: base64(value) })));
}

/** Null in place of an empty list: Go's encoder tells a list that was never filled so. */
export function orNull(list: readonly Json[]): Json {
  return list.length === 0 ? null : list;
}

/** The fields that have no extension: what a certificate without extensions shows. */
const ABSENT: JsonObject = {
  AuthorityKeyId: null,
  BasicConstraintsValid: false,
  CRLDistributionPoints: null,
  DNSNames: null,
  EmailAddresses: null,
  ExcludedDNSDomains: null,
  ExcludedEmailAddresses: null,
  ExcludedIPRanges: null,
  ExcludedURIDomains: null,
  ExtKeyUsage: null,
  IPAddresses: null,
  InhibitAnyPolicy: 0,
  InhibitAnyPolicyZero: false,
  InhibitPolicyMapping: 0,
  InhibitPolicyMappingZero: false,
  IsCA: false,
  IssuingCertificateURL: null,
  KeyUsage: 0,
  MaxPathLen: 0,
  MaxPathLenZero: false,
  OCSPServer: null,
  PermittedDNSDomains: null,
  PermittedDNSDomainsCritical: false,
  PermittedEmailAddresses: null,
  PermittedIPRanges: null,
  PermittedURIDomains: null,
  Policies: null,
  PolicyIdentifiers: null,
  PolicyMappings: null,
  RequireExplicitPolicy: 0,
  RequireExplicitPolicyZero: false,
  SubjectKeyId: null,
  URIs: null,
  UnknownExtKeyUsage: null,
};

/** The fields of Go's `x509.Certificate` that extensions fill. Upstream: Go crypto/x509/parser.go, processExtensions. */
export function extensionFields(extensions: readonly Extension[]): JsonObject {
  let fields = ABSENT;
  const unhandled: Json[] = [];
  for (const extension of extensions) {
    const read = READERS.get(extension.id.join('.'));
    const found = read?.(extension);
    if (found !== undefined) fields = { ...fields, ...found };
    else if (extension.critical) unhandled.push(extension.id);
  }
  return { ...fields, UnhandledCriticalExtensions: orNull(unhandled) };
}

/** Gives fields, or `undefined` for an extension that counts as unknown. */
type ExtensionReader = (extension: Extension) => JsonObject | undefined;

const READERS: ReadonlyMap<string, ExtensionReader> = new Map<string, ExtensionReader>([
  [
    '2.5.29.14',
    ({ value }) => ({ SubjectKeyId: base64(one(value, 'invalid subject key identifier', TAG.octetString).content) }),
  ],
  ['2.5.29.15', ({ value }) => ({ KeyUsage: keyUsage(one(value, 'invalid key usage', TAG.bitString).content) })],
  ['2.5.29.17', subjectAlternativeNames],
  ['2.5.29.19', basicConstraints],
  ['2.5.29.30', decodeNameConstraints],
  ['2.5.29.31', distributionPoints],
  ['2.5.29.32', policies],
  ['2.5.29.33', policyMappings],
  ['2.5.29.35', authorityKey],
  ['2.5.29.36', policyConstraints],
  ['2.5.29.37', extendedKeyUsage],
  ['2.5.29.54', inhibitAnyPolicy],
  ['1.3.6.1.5.5.7.1.1', authorityInformation],
]);

function one(value: Uint8Array, what: string, tag: number): Der {
  return new DerReader(value).read(what, tag);
}

function inside(value: Uint8Array, what: string): DerReader {
  return new DerReader(value).enter(what, TAG.sequence);
}

function keyUsage(content: Uint8Array): number {
  const bits = derBits(content);
  let usage = 0;
  for (let i = 0; i < 9; i++) if (((bits[i >> 3] ?? 0) >> (7 - (i & 7))) & 1) usage |= 1 << i;
  return usage;
}

function subjectAlternativeNames({ value }: Extension): JsonObject | undefined {
  const names = decodeGeneralNames(one(value, 'invalid subject alternative names', TAG.sequence).content);
  if (names.dns.length + names.email.length + names.ip.length + names.uris.length === 0) return undefined;
  return {
    DNSNames: orNull(names.dns),
    EmailAddresses: orNull(names.email),
    IPAddresses: orNull(names.ip),
    URIs: orNull(names.uris),
  };
}

function basicConstraints({ value }: Extension): JsonObject {
  const reader = inside(value, 'invalid basic constraints');
  const isCa = (reader.optional('invalid basic constraints', TAG.boolean)?.content[0] ?? 0) !== 0;
  const length = reader.optional('invalid basic constraints', TAG.integer);
  const maxPathLength = length === undefined ? -1 : Number(derInteger(length.content));
  return { BasicConstraintsValid: true, IsCA: isCa, MaxPathLen: maxPathLength, MaxPathLenZero: maxPathLength === 0 };
}

function distributionPoints({ value }: Extension): JsonObject {
  const urls: string[] = [];
  const what = 'invalid CRL distribution point';
  for (const point of elements(one(value, what, TAG.sequence).content, what, TAG.sequence)) {
    const name = new DerReader(point.content).optional(what, 0xa0);
    const full = name && new DerReader(name.content).optional(what, 0xa0);
    for (const entry of full === undefined ? [] : elements(full.content, what)) {
      if (entry.tag !== 0x86) break;
      urls.push(ascii(entry));
    }
  }
  return { CRLDistributionPoints: orNull(urls) };
}

function policies({ value }: Extension): JsonObject {
  const what = 'invalid certificate policies';
  const ids = elements(one(value, what, TAG.sequence).content, what, TAG.sequence).map((policy) =>
    derOid(new DerReader(policy.content).read(what, TAG.oid).content),
  );
  return { Policies: orNull(ids.map((id) => id.join('.'))), PolicyIdentifiers: ids };
}

function policyMappings({ value }: Extension): JsonObject {
  const what = 'invalid policy mappings extension';
  const mappings = elements(one(value, what, TAG.sequence).content, what, TAG.sequence).map((mapping) => {
    const [issuer, subject] = elements(mapping.content, what, TAG.oid).map((id) => derOid(id.content).join('.'));
    if (issuer === undefined || subject === undefined) throw malformed(what);
    return { IssuerDomainPolicy: issuer, SubjectDomainPolicy: subject };
  });
  return { PolicyMappings: orNull(mappings) };
}

function authorityKey({ value }: Extension): JsonObject {
  const id = inside(value, 'invalid authority key identifier').optional('invalid authority key identifier', 0x80);
  return { AuthorityKeyId: base64(id?.content) };
}

function policyConstraints({ value }: Extension): JsonObject {
  const reader = inside(value, 'invalid policy constraints extension');
  const fields: Record<string, Json> = {};
  for (const [tag, name] of [
    [0x80, 'RequireExplicitPolicy'],
    [0x81, 'InhibitPolicyMapping'],
  ] as const) {
    const found = reader.optional('invalid policy constraints extension', tag);
    if (found === undefined) continue;
    fields[name] = Number(derInteger(found.content));
    fields[`${name}Zero`] = fields[name] === 0;
  }
  return fields;
}

function inhibitAnyPolicy({ value }: Extension): JsonObject {
  const skip = Number(derInteger(one(value, 'invalid inhibit any policy extension', TAG.integer).content));
  return { InhibitAnyPolicy: skip, InhibitAnyPolicyZero: skip === 0 };
}

/** Go's numbers for the usages it knows. */
const USAGES: ReadonlyMap<string, number> = new Map([
  ['2.5.29.37.0', 0],
  ['1.3.6.1.5.5.7.3.1', 1],
  ['1.3.6.1.5.5.7.3.2', 2],
  ['1.3.6.1.5.5.7.3.3', 3],
  ['1.3.6.1.5.5.7.3.4', 4],
  ['1.3.6.1.5.5.7.3.5', 5],
  ['1.3.6.1.5.5.7.3.6', 6],
  ['1.3.6.1.5.5.7.3.7', 7],
  ['1.3.6.1.5.5.7.3.8', 8],
  ['1.3.6.1.5.5.7.3.9', 9],
  ['1.3.6.1.4.1.311.10.3.3', 10],
  ['2.16.840.1.113730.4.1', 11],
  ['1.3.6.1.4.1.311.2.1.22', 12],
  ['1.3.6.1.4.1.311.61.1.1', 13],
]);

function extendedKeyUsage({ value }: Extension): JsonObject {
  const what = 'invalid extended key usages';
  const known: number[] = [];
  const unknown: Json[] = [];
  for (const entry of elements(one(value, what, TAG.sequence).content, what, TAG.oid)) {
    const id = derOid(entry.content);
    const usage = USAGES.get(id.join('.'));
    if (usage === undefined) unknown.push(id);
    else known.push(usage);
  }
  return { ExtKeyUsage: orNull(known), UnknownExtKeyUsage: orNull(unknown) };
}

function authorityInformation({ value }: Extension): JsonObject {
  const what = 'invalid authority info access';
  const found = { OCSPServer: [] as string[], IssuingCertificateURL: [] as string[] };
  for (const access of elements(one(value, what, TAG.sequence).content, what, TAG.sequence)) {
    const [method, location] = elements(access.content, what);
    if (method === undefined || location?.tag !== 0x86) continue;
    const id = derOid(method.content).join('.');
    if (id === '1.3.6.1.5.5.7.48.1') found.OCSPServer.push(ascii(location));
    else if (id === '1.3.6.1.5.5.7.48.2') found.IssuingCertificateURL.push(ascii(location));
  }
  return { OCSPServer: orNull(found.OCSPServer), IssuingCertificateURL: orNull(found.IssuingCertificateURL) };
}
