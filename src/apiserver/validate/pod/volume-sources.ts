import { goQuote } from '../../../language/go-text.ts';
import type { JsonObject } from '../../../model/json.ts';
import {
  type FieldError,
  invalid,
  invalidEach,
  notSupported,
  notSupportedText,
  required,
  tooLong,
} from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { bool, byteLength, int, keysOf, obj, objs, optInt, optStr, size, str, strs } from '../fields.ts';

import { checkDnsLabel, dnsSubdomain, labelName, rangeComplaint, subdomainName } from '../names.ts';
import { checkDescendingPath, checkMode, checkNoBacksteps, checkRelativePath } from './paths.ts';

/** Checks one kind of volume source; `persistent`: as part of a PersistentVolume of that name. */
export type SourceCheck = (path: FieldPath, source: JsonObject, persistent?: string) => FieldError[];

/** `required` for each of the fields that is the empty string. */
export function requireStrings(
  path: FieldPath,
  object: JsonObject | undefined,
  ...keys: readonly string[]
): FieldError[] {
  return keys.filter((key) => str(object, key) === '').map((key) => required(path.child(key)));
}

const PARTITION = rangeComplaint(1, 255);

function checkPartition(path: FieldPath, source: JsonObject): FieldError[] {
  const partition = int(source, 'partition');
  return partition < 0n || partition > 255n ? [invalid(path.child('partition'), partition, PARTITION)] : [];
}

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

/** Upstream: `validateHostPathVolumeSource`. */
export const checkHostPath: SourceCheck = (path, source) => {
  if (str(source, 'path') === '') return requireStrings(path, source, 'path');
  const errors = checkNoBacksteps(path.child('path'), str(source, 'path'));
  const type = optStr(source, 'type');
  if (type !== undefined && !HOST_PATH_TYPES.includes(type)) {
    errors.push(notSupported(path.child('type'), type, HOST_PATH_TYPES));
  }
  return errors;
};

/** Upstream: `validateGitRepoVolumeSource`. */
export const checkGitRepo: SourceCheck = (path, source) => [
  ...requireStrings(path, source, 'repository'),
  ...checkDescendingPath(path.child('directory'), str(source, 'directory')),
];

const IQN = /iqn\.\d{4}-\d{2}\.([0-9A-Za-z\-.]+)(:[^,;*&$|\s]+)$/;
const EUI = /^eui.[0-9A-Za-z]{16}$/;
const NAA = /^naa.[0-9A-Za-z]{32}$/;

function isIscsiName(name: string): boolean {
  if (name.startsWith('iqn')) return IQN.test(name);
  return name.startsWith('eui') ? EUI.test(name) : NAA.test(name);
}

/** The sum of lengths that is too long together. */
export const ISCSI_TOO_LONG =
  'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';

/** Upstream: `validateISCSIVolumeSource` and `validateISCSIPersistentVolumeSource`. */
export const checkIscsi: SourceCheck = (path, source, persistent) => {
  const errors = requireStrings(path, source, 'targetPortal');
  const initiator = optStr(source, 'initiatorName');
  const portal = str(source, 'targetPortal');
  if (persistent !== undefined && initiator !== undefined && byteLength(`${persistent}:${portal}`) > 64) {
    errors.push(invalid(path.child('targetportal'), portal, ISCSI_TOO_LONG));
  }
  const start = `must be valid format${persistent === undefined ? ' starting with iqn, eui, or naa' : ''}`;
  const checkName = (at: FieldPath, name: string): void => {
    if (!/^(iqn|eui|naa)/.test(name)) errors.push(invalid(at, name, start));
    else if (!isIscsiName(name)) errors.push(invalid(at, name, 'must be valid format'));
  };
  const iqn = str(source, 'iqn');
  if (iqn === '') errors.push(required(path.child('iqn')));
  else checkName(path.child('iqn'), iqn);
  const lun = int(source, 'lun');
  if (lun < 0n || lun > 255n) errors.push(invalid(path.child('lun'), lun, rangeComplaint(0, 255)));
  const secret = obj(source, 'secretRef');
  if ((bool(source, 'chapAuthDiscovery') || bool(source, 'chapAuthSession')) && secret === undefined) {
    errors.push(required(path.child('secretRef')));
  }
  if (persistent !== undefined && secret !== undefined)
    errors.push(...requireStrings(path.child('secretRef'), secret, 'name'));
  if (initiator !== undefined) checkName(path.child('initiatorname'), initiator);
  return errors;
};

/** Upstream: `validateFCVolumeSource`. */
export const checkFibreChannel: SourceCheck = (path, source) => {
  const errors: FieldError[] = [];
  const targets = size(source, 'targetWWNs');
  const ids = size(source, 'wwids');
  const at = path.child('targetWWNs');
  if (targets === 0 && ids === 0) errors.push(required(at, 'must specify either targetWWNs or wwids, but not both'));
  if (targets > 0 && ids > 0) {
    const detail = 'targetWWNs and wwids can not be specified simultaneously';
    errors.push(invalid(at, source['targetWWNs'], detail));
  }
  if (targets > 0) {
    const lun = optInt(source, 'lun');
    if (lun === undefined) errors.push(required(path.child('lun'), 'lun is required if targetWWNs is specified'));
    else if (lun < 0n || lun > 255n) errors.push(invalid(path.child('lun'), lun, rangeComplaint(0, 255)));
  }
  return errors;
};

/** Upstream: `validateGCEPersistentDiskVolumeSource`. */
export const checkGceDisk: SourceCheck = (path, source) => [
  ...requireStrings(path, source, 'pdName'),
  ...checkPartition(path, source),
];

/** Upstream: `validateAWSElasticBlockStoreVolumeSource`. */
export const checkAwsDisk: SourceCheck = (path, source) => [
  ...requireStrings(path, source, 'volumeID'),
  ...checkPartition(path, source),
];

/** Upstream: `validateKeyToPath`. */
export function checkKeyToPath(path: FieldPath, item: JsonObject): FieldError[] {
  return [
    ...requireStrings(path, item, 'key', 'path'),
    ...checkRelativePath(path.child('path'), str(item, 'path')),
    ...checkMode(path.child('mode'), optInt(item, 'mode')),
  ];
}

function checkKeys(path: FieldPath, source: JsonObject, name: string): FieldError[] {
  return [
    ...requireStrings(path, source, name),
    ...checkMode(path.child('defaultMode'), optInt(source, 'defaultMode')),
    ...objs(source, 'items').flatMap((item, i) => checkKeyToPath(path.child('items').index(i), item)),
  ];
}

/** Upstream: `validateSecretVolumeSource`. */
export const checkSecret: SourceCheck = (path, source) => checkKeys(path, source, 'secretName');

/** Upstream: `validateConfigMapVolumeSource`. */
export const checkConfigMap: SourceCheck = (path, source) => checkKeys(path, source, 'name');

/** Upstream: `validatePersistentClaimVolumeSource`. */
export const checkClaim: SourceCheck = (path, source) => requireStrings(path, source, 'claimName');

/** Upstream: `validateNFSVolumeSource`. */
export const checkNfs: SourceCheck = (path, source) => {
  const errors = requireStrings(path, source, 'server', 'path');
  const value = str(source, 'path');
  if (!value.startsWith('/')) errors.push(invalid(path.child('path'), value, 'must be an absolute path'));
  return errors;
};

/** Upstream: `validateQuobyteVolumeSource`. */
export const checkQuobyte: SourceCheck = (path, source) => {
  const errors: FieldError[] = [];
  const registry = str(source, 'registry');
  const pairs = 'must be a host:port pair or multiple pairs separated by commas';
  if (registry === '') errors.push(required(path.child('registry'), pairs));
  else if (byteLength(str(source, 'tenant')) >= 65) {
    errors.push(required(path.child('tenant'), 'must be a UUID and may not exceed a length of 64 characters'));
  } else {
    for (const pair of registry.split(',')) {
      if (!isHostPort(pair)) errors.push(invalid(path.child('registry'), registry, pairs));
    }
  }
  errors.push(...requireStrings(path, source, 'volume'));
  return errors;
};

/** Upstream: `net.SplitHostPort`. */
function isHostPort(text: string): boolean {
  return /^(\[[^[\]]*\]|[^:[\]]*):[^:[\]]*$/.test(text);
}

/** Upstream: `validateGlusterfsVolumeSource` and `validateGlusterfsPersistentVolumeSource`. */
export const checkGlusterfs: SourceCheck = (path, source, persistent) => {
  const errors = requireStrings(path, source, 'endpoints', 'path');
  const namespace = optStr(source, 'endpointsNamespace');
  const at = path.child('endpointsNamespace');
  if (persistent === undefined || namespace === undefined) return errors;
  if (namespace === '') {
    errors.push(invalid(at, namespace, 'if the endpointnamespace is set, it must be a valid namespace name'));
  } else errors.push(...invalidEach(at, namespace, labelName(namespace, false)));
  return errors;
};

/** Upstream: `validateFlockerVolumeSource`. */
export const checkFlocker: SourceCheck = (path, source) => {
  const errors: FieldError[] = [];
  const [name, uuid] = [str(source, 'datasetName'), str(source, 'datasetUUID')];
  if (name === '' && uuid === '') errors.push(required(path, 'one of datasetName and datasetUUID is required'));
  if (name !== '' && uuid !== '') {
    errors.push(invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  }
  if (name.includes('/')) errors.push(invalid(path.child('datasetName'), name, "must not contain '/'"));
  return errors;
};

/** Upstream: `validateRBDVolumeSource`. */
export const checkRbd: SourceCheck = (path, source) => [
  ...(strs(source, 'monitors').length === 0 ? [required(path.child('monitors'))] : []),
  ...requireStrings(path, source, 'image'),
];

/** The fields that a reference to a secret must have. */
function checkSecretRef(path: FieldPath, source: JsonObject, persistent: string | undefined): FieldError[] {
  const secret = obj(source, 'secretRef');
  if (secret === undefined) return [];
  const keys = persistent === undefined ? ['name'] : ['name', 'namespace'];
  return requireStrings(path.child('secretRef'), secret, ...keys);
}

/** Upstream: `validateCinderVolumeSource`. */
export const checkCinder: SourceCheck = (path, source, persistent) => [
  ...requireStrings(path, source, 'volumeID'),
  ...checkSecretRef(path, source, persistent),
];

/** Upstream: `validateCephFSVolumeSource`. */
export const checkCephFs: SourceCheck = (path, source) =>
  strs(source, 'monitors').length === 0 ? [required(path.child('monitors'))] : [];

/** Upstream: `validateFlexVolumeSource`. */
export const checkFlex: SourceCheck = (path, source) => {
  const errors = requireStrings(path, source, 'driver');
  for (const key of keysOf(obj(source, 'options'))) {
    const namespace = `.${key.split('/', 1)[0]?.toLowerCase()}`;
    if (namespace.endsWith('.kubernetes.io') || namespace.endsWith('.k8s.io')) {
      const detail = 'kubernetes.io and k8s.io namespaces are reserved';
      errors.push(invalid(path.child('options').key(key), key, detail));
    }
  }
  return errors;
};

/** Upstream: `validateAzureFile` and `validateAzureFilePV`. */
export const checkAzureFile: SourceCheck = (path, source, persistent) => {
  const errors = requireStrings(path, source, 'secretName', 'shareName');
  if (persistent !== undefined && optStr(source, 'secretNamespace') === '') {
    errors.push(required(path.child('secretNamespace')));
  }
  return errors;
};

/** Upstream: `validateAzureDisk`. */
export const checkAzureDisk: SourceCheck = (path, source) => {
  const errors = requireStrings(path, source, 'diskName', 'diskURI');
  const uri = str(source, 'diskURI');
  const [caching, kind] = [optStr(source, 'cachingMode'), optStr(source, 'kind')];
  const modes = ['None', 'ReadOnly', 'ReadWrite'];
  const kinds = ['Dedicated', 'Managed', 'Shared'];
  if (caching !== undefined && !modes.includes(caching)) {
    errors.push(notSupported(path.child('cachingMode'), caching, modes));
  }
  if (kind !== undefined && !kinds.includes(kind)) errors.push(notSupported(path.child('kind'), kind, kinds));
  if (kind === 'Managed' && !uri.startsWith('/subscriptions/')) {
    const form = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
    errors.push(notSupportedText(path.child('diskURI'), goQuote(uri), [form]));
  }
  if (kind !== undefined && kind !== 'Managed' && !uri.startsWith('https://')) {
    const form = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';
    errors.push(notSupportedText(path.child('diskURI'), goQuote(uri), [form]));
  }
  return errors;
};

/** A check of nothing but fields that must not be empty. */
export function onlyRequired(...keys: readonly string[]): SourceCheck {
  return (path, source) => requireStrings(path, source, ...keys);
}

/** Upstream: `validateStorageOSVolumeSource`. */
export const checkStorageOs: SourceCheck = (path, source, persistent) => {
  const errors = requireStrings(path, source, 'volumeName');
  const [name, namespace] = [str(source, 'volumeName'), str(source, 'volumeNamespace')];
  if (name !== '') errors.push(...checkDnsLabel(path.child('volumeName'), name));
  if (namespace !== '') errors.push(...checkDnsLabel(path.child('volumeNamespace'), namespace));
  return [...errors, ...checkSecretRef(path, source, persistent)];
};

/** Upstream: `ValidateCSIDriverName`. */
export function checkDriverName(path: FieldPath, name: string): FieldError[] {
  if (name === '') return [required(path)];
  const length = byteLength(name) > 63 ? [tooLong(path, 63)] : [];
  return [...length, ...invalidEach(path, name, dnsSubdomain(name.toLowerCase()))];
}

/** Upstream: `validateCSIVolumeSource`. */
export const checkCsi: SourceCheck = (path, source) => {
  const errors = checkDriverName(path.child('driver'), str(source, 'driver'));
  const secret = obj(source, 'nodePublishSecretRef');
  if (secret === undefined) return errors;
  const name = str(secret, 'name');
  if (name === '') errors.push(required(path.child('nodePublishSecretRef', 'name')));
  else errors.push(...invalidEach(path.child('name'), name, subdomainName(name, false)));
  return errors;
};
