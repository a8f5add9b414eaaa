import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { timeFields, truncateTime } from '../../../language/go-time.ts';
import { jsonError } from '../../../language/jmespath/go-json-error.ts';
import { randomText } from '../../../language/jmespath/random-text.ts';
import { decodeCertificate } from '../../../language/jmespath/x509/certificate.ts';
import { readYaml } from '../../../language/jmespath/yaml.ts';
import { EvaluationError } from '../../../model/failure.ts';
import { type JsonObject, parseJson } from '../../../model/json.ts';
import type { CelHost } from '../host.ts';
import { InternalError } from '../internal-error.ts';
import { asMade } from '../made.ts';
import { CelError, CelTimestamp, type CelValue, entriesOf, typeNameOf } from '../values.ts';
import { bytesAt, durationAt, listAt, textAt, timeAt } from './arguments.ts';
import type { FunctionBody, FunctionTable } from './function.ts';
import { encoded, protobufJson } from './json-encoding.ts';
import { nativeText } from './native-text.ts';

const GZIP_HEADER = 10;
const DEFAULT_RANDOM = '[0-9a-z]{8}';
const ACCOUNT = 'system:serviceaccount:';

/**
 * Encodings, hashes, certificates, times and the other small libraries that Kyverno adds, by overload.
 * Upstream: `github.com/kyverno/sdk/extensions/cel/libs`, `ext/encoders.go` of cel-go.
 */
export const DATA_FUNCTIONS: FunctionTable = {
  base64_decode_string: (args) => decodedBase64(textAt(args, 0)),
  base64_encode_bytes: (args) => Buffer.from(bytesAt(args, 0)).toString('base64'),
  json_encode_dyn: ([value = null]) => protobufJson(value),
  marshal_dyn_string: ([, value = null]) => encoded(value),
  unmarshal_string_dyn: ([, text = null]) => {
    const json = nativeText(text);
    if (json instanceof CelError) return json;
    const problem = jsonError(json);
    return problem === undefined ? parseJson(json, 'float') : new CelError(problem);
  },
  parse_string_dyn: guarded((args) => readYaml(textAt(args, 1)), 'error converting YAML to JSON: '),
  ...both('md5_string', (args) => hash('md5', textAt(args, 0))),
  ...both('sha1_string', (args) => hash('sha1', textAt(args, 0))),
  ...both('sha256_string', (args) => hash('sha256', textAt(args, 0))),
  ...both(
    'random_string',
    guarded((args, host) => random(textAt(args, 0), host)),
  ),
  ...both(
    'random_string_default_expr',
    guarded((_, host) => random(DEFAULT_RANDOM, host)),
  ),
  ...both('list_of_object_to_map', (args) =>
    objectsToMap(listAt(args, 0), listAt(args, 1), textAt(args, 2), textAt(args, 3)),
  ),
  ...both('parse_service_account_string', (args) => {
    const name = textAt(args, 0);
    const [, namespace = '', account = ''] = /^([^:]*):(.*)$/s.exec(name.slice(ACCOUNT.length)) ?? [];
    const known = name.startsWith(ACCOUNT);
    return { Name: known ? account : '', Namespace: known ? namespace : '' };
  }),
  x509_decode_string: guarded((args) => certificateFields(decodeCertificate(textAt(args, 0)))),
  time_now: (_, host) => {
    if (host.now === undefined) return new CelError('the time is not known here');
    return new CelTimestamp(BigInt(Math.floor(host.now())) * 1_000_000n);
  },
  time_to_cron: (args) => {
    const { minute, hour, day, month, weekday } = timeFields(timeAt(args, 0));
    return [minute, hour, day, month, weekday].join(' ');
  },
  time_truncate: (args) => {
    const { ns, offset } = truncateTime(timeAt(args, 0), durationAt(args, 1).ns);
    return new CelTimestamp(ns, offset);
  },
  compress_any_bytes: ([value = null]) => {
    const text = nativeText(value);
    return text instanceof CelError ? text : new Uint8Array(gzipSync(text));
  },
  decompress_bytes_string: (args) => {
    const bytes = bytesAt(args, 0);
    try {
      return gunzipSync(bytes).toString('utf8');
    } catch {
      const isShort = bytes.length < GZIP_HEADER;
      return new CelError(isShort ? (bytes.length === 0 ? 'EOF' : 'unexpected EOF') : 'gzip: invalid header');
    }
  },
};

/** The same function under its name alone and with the name of its library before. */
function both(id: string, body: FunctionBody): FunctionTable {
  return { [`${id}_prefixed`]: body, [`${id}_non_prefixed`]: body };
}

/** Turns an `EvaluationError` into an error of the expression. */
function guarded(body: FunctionBody, prefix = ''): FunctionBody {
  return (args, host) => {
    try {
      return body(args, host);
    } catch (error) {
      if (error instanceof EvaluationError) return new CelError(prefix + error.message);
      throw error;
    }
  };
}

function hash(algorithm: string, text: string): string {
  return createHash(algorithm).update(text).digest('hex');
}

function random(pattern: string, host: CelHost): CelValue {
  if (pattern === '') return '';
  const next = host.random;
  return next === undefined ? new CelError('random numbers are not given here') : randomText(pattern, { next });
}

function decodedBase64(text: string): CelValue {
  const bare = text.replaceAll(/[\r\n]/g, '');
  const bad = /[^A-Za-z0-9+/]/.exec(bare.replace(/={1,2}$/, ''));
  const unpadded = bare.replace(/={1,2}$/, '');
  const padding = bare.length - unpadded.length;
  const fits = padding === 0 ? unpadded.length % 4 !== 1 : bare.length % 4 === 0;
  if (bad === null && fits) return new Uint8Array(Buffer.from(unpadded, 'base64'));
  const end = padding === 0 ? unpadded.length - 1 : unpadded.length;
  return new CelError(`illegal base64 data at input byte ${bad?.index ?? end}`);
}

function objectsToMap(
  keys: readonly CelValue[],
  values: readonly CelValue[],
  keyName: string,
  valueName: string,
): CelValue {
  if (keys.length !== values.length) {
    const lengths = `list1: ${keys.length}, list2: ${values.length}`;
    return new CelError(`listObjToMap must take lists of equal length. ${lengths}`);
  }
  const result: Record<string, CelValue> = {};
  for (const [index, one] of keys.entries()) {
    const key = fieldOf(one, keyName);
    if (typeof key !== 'string') {
      return new CelError('the passed key name cannot be handled as a string in the key object list');
    }
    result[key] = fieldOf(values[index] ?? null, valueName) ?? null;
  }
  return asMade(result);
}

const GO_TYPES: Readonly<Record<string, string>> = {
  null_type: 'nil',
  bool: 'bool',
  int: 'int64',
  uint: 'uint64',
  double: 'float64',
  string: 'string',
  bytes: '[]uint8',
};

function fieldOf(value: CelValue, name: string): CelValue | undefined {
  const entries = entriesOf(value);
  if (entries !== undefined) return entries.find(([key]) => key === name)?.[1];
  const type = GO_TYPES[typeNameOf(value)] ?? '[]interface {}';
  throw new InternalError(`interface conversion: interface {} is ${type}, not map[interface {}]interface {}`);
}

/** Fields of a certificate that this library shows, `Subject` and others not among them. */
const CERTIFICATE_FIELDS = `Raw RawTBSCertificate RawSubjectPublicKeyInfo RawSubject RawIssuer Signature
  PublicKeyAlgorithm PublicKey SerialNumber Issuer NotBefore NotAfter KeyUsage Extensions ExtraExtensions ExtKeyUsage
  BasicConstraintsValid IsCA MaxPathLen MaxPathLenZero AuthorityKeyId OCSPServer IssuingCertificateURL DNSNames
  EmailAddresses IPAddresses PermittedDNSDomainsCritical PermittedDNSDomains ExcludedDNSDomains PermittedIPRanges
  ExcludedIPRanges PermittedEmailAddresses ExcludedEmailAddresses PermittedURIDomains ExcludedURIDomains
  CRLDistributionPoints PolicyIdentifiers`.split(/\s+/);

function certificateFields(certificate: JsonObject): CelValue {
  const isRequest = !Object.hasOwn(certificate, 'RawTBSCertificate');
  if (isRequest) return certificate;
  return Object.fromEntries(CERTIFICATE_FIELDS.map((field) => [field, certificate[field] ?? null]));
}
