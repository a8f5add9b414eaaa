import type { Json, JsonObject } from '../../../model/json.ts';
import { type FieldError, forbidden, invalid, invalidEach, required, tooLong } from '../field-error.ts';
import { root } from '../field-path.ts';
import { bool, byteLength, has, keysOf, obj, optStr, str } from '../fields.ts';
import { checkImmutable, semanticEqual } from '../immutable.ts';
import { checkCoreMetadata, checkCoreMetadataUpdate } from '../metadata.ts';
import { configKey, subdomainName } from '../names.ts';

const MAX_SIZE = 1024 * 1024;
const LOCKED = 'field is immutable when `immutable` is set';

/** The number of bytes that base64 text stands for. */
function bytesOf(value: Json | undefined): Buffer {
  return Buffer.from(typeof value === 'string' ? value : '', 'base64');
}

/** Upstream: `ValidateConfigMap`. */
export function checkConfigMap(object: JsonObject): FieldError[] {
  const errors = checkCoreMetadata(obj(object, 'metadata'), true, subdomainName);
  const [data, binary] = [obj(object, 'data'), obj(object, 'binaryData')];
  let size = 0;
  for (const key of keysOf(data)) {
    const at = root('data').key(key);
    errors.push(...invalidEach(at, key, configKey(key)));
    if (has(binary, key)) errors.push(invalid(at, key, 'duplicate of key present in binaryData'));
    size += byteLength(str(data, key));
  }
  for (const key of keysOf(binary)) {
    errors.push(...invalidEach(root('binaryData').key(key), key, configKey(key)));
    size += bytesOf(binary?.[key]).length;
  }
  if (size > MAX_SIZE) errors.push(tooLong(root(''), MAX_SIZE));
  return errors;
}

/** What may not change in an object that says it is immutable. */
function checkLocked(object: JsonObject, old: JsonObject, keys: readonly string[]): FieldError[] {
  if (!bool(old, 'immutable')) return [];
  const errors = bool(object, 'immutable') ? [] : [forbidden(root('immutable'), LOCKED)];
  for (const key of keys) {
    if (!semanticEqual('{s', object[key], old[key])) errors.push(forbidden(root(key), LOCKED));
  }
  return errors;
}

/** Upstream: `ValidateConfigMapUpdate`. */
export function checkConfigMapUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  return [
    ...checkCoreMetadataUpdate(object, old),
    ...checkLocked(object, old, ['data', 'binaryData']),
    ...checkConfigMap(object),
  ];
}

/** Upstream: `ValidateSecret`. */
export function checkSecret(object: JsonObject): FieldError[] {
  const errors = checkCoreMetadata(obj(object, 'metadata'), true, subdomainName);
  const data = obj(object, 'data');
  const at = root('data');
  let size = 0;
  for (const key of keysOf(data)) {
    errors.push(...invalidEach(at.key(key), key, configKey(key)));
    size += bytesOf(data?.[key]).length;
  }
  if (size > MAX_SIZE) errors.push(tooLong(at, MAX_SIZE));
  return [...errors, ...checkSecretType(object, data)];
}

function checkSecretType(object: JsonObject, data: JsonObject | undefined): FieldError[] {
  const at = root('data');
  const missing = (key: string): FieldError[] => (data?.[key] === undefined ? [required(at.key(key))] : []);
  switch (str(object, 'type')) {
    case 'kubernetes.io/service-account-token': {
      const key = 'kubernetes.io/service-account.name';
      if (str(obj(obj(object, 'metadata'), 'annotations'), key) !== '') return [];
      return [required(root('metadata', 'annotations').key(key))];
    }
    case 'kubernetes.io/dockercfg':
      return checkDockerConfig(data, '.dockercfg');
    case 'kubernetes.io/dockerconfigjson':
      return checkDockerConfig(data, '.dockerconfigjson');
    case 'kubernetes.io/basic-auth': {
      const both = [...missing('username'), ...missing('password')];
      return both.length === 2 ? both : [];
    }
    case 'kubernetes.io/ssh-auth':
      return bytesOf(data?.['ssh-privatekey']).length === 0 ? [required(at.key('ssh-privatekey'))] : [];
    case 'kubernetes.io/tls':
      return [...missing('tls.crt'), ...missing('tls.key')];
    default:
      return [];
  }
}

function checkDockerConfig(data: JsonObject | undefined, key: string): FieldError[] {
  const at = root('data').key(key);
  if (data?.[key] === undefined) return [required(at)];
  const complaint = jsonComplaint(bytesOf(data[key]).toString('utf8'));
  return complaint === undefined ? [] : [invalid(at, '<secret contents redacted>', complaint)];
}

/** Why a text is no JSON object, in Go's words as far as they are known. */
function jsonComplaint(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const first = text.trimStart();
    if (first === '') return 'unexpected end of JSON input';
    if (!/^[[{"\-0-9tfn]/.test(first)) {
      return `invalid character '${[...first][0]}' looking for beginning of value`;
    }
    return 'unexpected end of JSON input';
  }
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
}

/** Upstream: `ValidateSecretUpdate`; a secret sent without a type keeps the stored one. */
export function checkSecretUpdate(sent: JsonObject, old: JsonObject): FieldError[] {
  const object = optStr(sent, 'type') ? sent : { ...sent, type: str(old, 'type') };
  return [
    ...checkCoreMetadataUpdate(object, old),
    ...checkImmutable(root('type'), '*s', object['type'] ?? '', old['type'] ?? ''),
    ...checkLocked(object, old, ['data']),
    ...checkSecret(object),
  ];
}
