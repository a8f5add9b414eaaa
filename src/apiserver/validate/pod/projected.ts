import { goQuote } from '../../../language/go-text.ts';
import type { JsonObject } from '../../../model/json.ts';
import {
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  invalidText,
  notSupportedText,
  required,
  tooLong,
} from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { byteLength, has, int, keysOf, obj, objs, optInt, optStr, str } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { checkSelector, selectorText } from '../label-selector.ts';
import { type Complaints, checkDomainKey, subdomainName } from '../names.ts';
import { checkSignerName } from '../signer-name.ts';
import { checkDownwardFile } from './downward.ts';
import type { PodOptions } from './options.ts';
import { checkMode, checkRelativePath } from './paths.ts';
import { checkKeyToPath } from './volume-sources.ts';

/** Upstream: `validateProjectedVolumeSource`. */
export function checkProjected(path: FieldPath, source: JsonObject, options: PodOptions): FieldError[] {
  const errors = checkMode(path.child('defaultMode'), optInt(source, 'defaultMode'));
  const taken = new Set<string>();
  const take = (file: string, shown: string): void => {
    if (taken.has(file)) errors.push(invalid(path, shown, 'conflicting duplicate paths'));
    taken.add(file);
  };
  for (const [i, item] of objs(source, 'sources').entries()) {
    const at = path.child('sources').index(i);
    let kinds = 0;
    const each = (kind: string, check: (at: FieldPath, part: JsonObject) => void): void => {
      const part = obj(item, kind);
      if (part === undefined) return;
      kinds++;
      check(at.child(kind), part);
    };
    for (const kind of ['secret', 'configMap']) {
      each(kind, (at, part) => {
        if (str(part, 'name') === '') errors.push(required(at.child('name')));
        for (const [j, key] of objs(part, 'items').entries()) {
          errors.push(...checkKeyToPath(at.child('items').index(j), key));
          if (str(key, 'path') !== '') take(str(key, 'path'), str(part, 'name'));
        }
      });
    }
    each('downwardAPI', (at, part) => {
      for (const file of objs(part, 'items')) {
        errors.push(...checkDownwardFile(at, file));
        if (str(file, 'path') !== '') take(str(file, 'path'), str(file, 'path'));
      }
    });
    each('serviceAccountToken', (at, part) => errors.push(...checkToken(path, at, part, options)));
    each('clusterTrustBundle', (at, part) => {
      errors.push(...checkTrustBundle(at, part));
      take(str(part, 'path'), str(part, 'path'));
    });
    each('podCertificate', (at, part) => errors.push(...checkCertificate(at, part, take)));
    if (kinds > 1) errors.push(forbidden(at, 'may not specify more than 1 volume type per source'));
  }
  return errors;
}

function checkToken(volume: FieldPath, path: FieldPath, token: JsonObject, options: PodOptions): FieldError[] {
  const errors: FieldError[] = [];
  const seconds = int(token, 'expirationSeconds');
  const at = path.child('expirationSeconds');
  if (seconds < 600n) errors.push(invalid(at, seconds, 'may not specify a duration less than 10 minutes'));
  if (seconds > 2n ** 32n) errors.push(invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds'));
  if (str(token, 'path') === '') errors.push(required(volume.child('path')));
  else if (!options.anyTokenPath) errors.push(...checkRelativePath(volume.child('path'), str(token, 'path')));
  return errors;
}

function checkTrustBundle(path: FieldPath, bundle: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const [name, signer] = [optStr(bundle, 'name'), optStr(bundle, 'signerName')];
  if (name !== undefined && signer !== undefined) {
    const shown = goText('core.ClusterTrustBundleProjection', bundle);
    errors.push(invalidText(path, shown, 'only one of name and signerName may be used'));
  } else if (name !== undefined) {
    const at = path.child('name');
    if (name === '') errors.push(required(at, 'must be a valid object name'));
    const complaints = trustBundleName(name).map((text) => `not a valid clustertrustbundlename: ${text}`);
    errors.push(...invalidEach(at, name, complaints));
    if (has(bundle, 'labelSelector')) {
      const shown = selectorText(obj(bundle, 'labelSelector'));
      errors.push(invalidText(path.child('labelSelector'), shown, 'labelSelector must be unset if name is specified'));
    }
  } else if (signer !== undefined) {
    if (signer === '') errors.push(required(path.child('signerName'), 'must be a valid signer name'));
    errors.push(...checkSignerName(path.child('signerName'), signer));
    errors.push(...checkSelector(path.child('labelSelector'), obj(bundle, 'labelSelector')));
  } else errors.push(required(path, 'either name or signerName must be specified'));
  if (str(bundle, 'path') === '') errors.push(required(path.child('path')));
  errors.push(...checkRelativePath(path.child('path'), str(bundle, 'path')));
  return errors;
}

/** Upstream: `ValidateClusterTrustBundleName` of the signer that the name tells. */
function trustBundleName(name: string): Complaints {
  const colon = name.lastIndexOf(':');
  if (colon < 0) return subdomainName(name, false);
  const signer = name.slice(0, colon).replaceAll(':', '/');
  const prefix = `${signer.replaceAll('/', ':')}:`;
  return subdomainName(name.slice(prefix.length), false);
}

const KEY_TYPES = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'];

function checkCertificate(
  path: FieldPath,
  certificate: JsonObject,
  take: (file: string, shown: string) => void,
): FieldError[] {
  const signer = str(certificate, 'signerName');
  const errors = checkSignerName(path.child('signerName'), signer);
  if (has(certificate, 'userAnnotations')) {
    errors.push(...checkUserAnnotations(path.child('userAnnotations'), obj(certificate, 'userAnnotations')));
  }
  const type = str(certificate, 'keyType');
  if (!KEY_TYPES.includes(type)) errors.push(notSupportedText(path.child('keyType'), goQuote(type), KEY_TYPES));
  const seconds = optInt(certificate, 'maxExpirationSeconds');
  if (seconds !== undefined) {
    const host = signer.split('/', 1)[0] ?? '';
    const max = host === 'kubernetes.io' || host.endsWith('.kubernetes.io') ? 86400n : 7862400n;
    const at = path.child('maxExpirationSeconds');
    if (seconds < 3600n) errors.push(invalid(at, seconds, 'if provided, maxExpirationSeconds must be >= 3600'));
    if (seconds > max) errors.push(invalid(at, seconds, `if provided, maxExpirationSeconds must be <= ${max}`));
  }
  let paths = 0;
  for (const key of ['credentialBundlePath', 'keyPath', 'certificateChainPath']) {
    const file = str(certificate, key);
    if (file === '') continue;
    paths++;
    errors.push(...checkRelativePath(path.child(key), file));
    take(file, file);
  }
  if (paths === 0) {
    const detail = 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath';
    errors.push(required(path, detail));
  }
  return errors;
}

function checkUserAnnotations(path: FieldPath, annotations: JsonObject | undefined): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const key of keysOf(annotations)) {
    errors.push(...checkDomainKey(path, key.toLowerCase()));
    size += byteLength(key) + byteLength(str(annotations, key));
  }
  if (size > 262144) errors.push(tooLong(path, 262144));
  return errors;
}
