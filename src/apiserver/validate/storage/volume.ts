import type { Json, JsonObject } from '../../../model/json.ts';
import {
  type FieldError,
  forbidden,
  invalidEach,
  invalidText,
  notSupported,
  notSupportedText,
  required,
} from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { has, obj, objs, optStr, size, str, strs } from '../fields.ts';
import { goDiff } from '../go-diff.ts';
import { goText } from '../go-struct.ts';
import { checkImmutable, semanticEqual } from '../immutable.ts';
import { checkCoreMetadata, checkCoreMetadataUpdate } from '../metadata.ts';
import { checkDnsLabel, checkSubdomain, subdomainName } from '../names.ts';
import { checkNodeSelector } from '../pod/affinity.ts';
import { hasBadNodeSelectorValue } from '../pod/options.ts';
import { checkNoBacksteps } from '../pod/paths.ts';
import {
  checkAwsDisk,
  checkAzureDisk,
  checkAzureFile,
  checkCephFs,
  checkCinder,
  checkDriverName,
  checkFibreChannel,
  checkFlex,
  checkFlocker,
  checkGceDisk,
  checkGlusterfs,
  checkHostPath,
  checkIscsi,
  checkNfs,
  checkQuobyte,
  checkRbd,
  checkStorageOs,
  onlyRequired,
  requireStrings,
  type SourceCheck,
} from '../pod/volume-sources.ts';
import { checkBasicResource, checkPositive, quantities } from '../quantities.ts';
import { checkAccessModes, VOLUME_MODES } from './claim-spec.ts';

const SPEC = root('spec');
const RECLAIM = ['Delete', 'Recycle', 'Retain'];

const checkLocal: SourceCheck = (path, source) => [
  ...requireStrings(path, source, 'path'),
  ...checkNoBacksteps(path.child('path'), str(source, 'path')),
];

const SECRETS = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
];

/** Upstream: `validateCSIPersistentVolumeSource`. */
const checkCsi: SourceCheck = (path, source) => {
  const errors = checkDriverName(path.child('driver'), str(source, 'driver'));
  errors.push(...requireStrings(path, source, 'volumeHandle'));
  for (const key of SECRETS) {
    const secret = obj(source, key);
    if (secret === undefined) continue;
    const [name, namespace] = [str(secret, 'name'), str(secret, 'namespace')];
    const at = path.child(key);
    errors.push(...(name === '' ? [required(at.child('name'))] : checkSubdomain(at.child('name'), name)));
    errors.push(
      ...(namespace === '' ? [required(at.child('namespace'))] : checkDnsLabel(at.child('namespace'), namespace)),
    );
  }
  return errors;
};

/** Sources by field: the check, and the names in paths where upstream's differ. */
const SOURCES: readonly (readonly [string, SourceCheck, { readonly path?: string; readonly second?: string }?])[] = [
  ['hostPath', checkHostPath],
  ['gcePersistentDisk', checkGceDisk, { path: 'persistentDisk' }],
  ['awsElasticBlockStore', checkAwsDisk],
  ['glusterfs', checkGlusterfs],
  ['flocker', checkFlocker],
  ['nfs', checkNfs],
  ['rbd', checkRbd],
  ['quobyte', checkQuobyte],
  ['cephfs', checkCephFs, { second: 'cephFS' }],
  ['iscsi', checkIscsi],
  ['cinder', checkCinder],
  ['fc', checkFibreChannel],
  ['flexVolume', checkFlex],
  ['azureFile', checkAzureFile],
  ['vsphereVolume', onlyRequired('volumePath')],
  ['photonPersistentDisk', onlyRequired('pdID')],
  ['portworxVolume', onlyRequired('volumeID')],
  ['azureDisk', checkAzureDisk],
  ['scaleIO', onlyRequired('gateway', 'system', 'volumeName')],
  ['local', checkLocal],
  ['storageos', checkStorageOs],
  ['csi', checkCsi],
];

function checkSources(path: FieldPath, spec: JsonObject, name: string): FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  for (const [field, check, names] of SOURCES) {
    const source = obj(spec, field);
    if (source === undefined) continue;
    if (count > 0 && field !== 'flexVolume') {
      errors.push(forbidden(path.child(names?.second ?? field), 'may not specify more than 1 volume type'));
      continue;
    }
    count++;
    errors.push(...check(path.child(names?.path ?? field), source, name));
    if (field === 'local' && !has(spec, 'nodeAffinity')) {
      errors.push(required(path.child('nodeAffinity'), 'Local volume requires node affinity'));
    }
  }
  if (count === 0) errors.push(required(path, 'must specify a volume type'));
  return errors;
}

/** Upstream: `ValidatePersistentVolumeSpec`. */
function checkVolumeSpec(path: FieldPath, spec: JsonObject, name: string, anyAffinityValue: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const modes = strs(spec, 'accessModes');
  if (modes.length === 0) errors.push(required(path.child('accessModes')));
  errors.push(...checkAccessModes(path.child('accessModes'), modes));
  const capacity = obj(spec, 'capacity');
  const capacityAt = path.child('capacity');
  if (size(spec, 'capacity') === 0) errors.push(required(capacityAt));
  if (!has(capacity, 'storage') || size(spec, 'capacity') > 1) {
    errors.push(notSupportedText(capacityAt, goText('{q', capacity), ['storage']));
  }
  for (const [key, value] of quantities(capacity)) {
    errors.push(...checkBasicResource(capacityAt.key(key), value), ...checkPositive(capacityAt.key(key), value));
  }
  const reclaim = str(spec, 'persistentVolumeReclaimPolicy');
  const reclaimAt = path.child('persistentVolumeReclaimPolicy');
  if (reclaim !== '' && !RECLAIM.includes(reclaim)) errors.push(notSupported(reclaimAt, reclaim, RECLAIM));
  const affinity = obj(spec, 'nodeAffinity');
  const needed = obj(affinity, 'required');
  const affinityAt = path.child('nodeAffinity', 'required');
  if (needed !== undefined) errors.push(...checkNodeSelector(affinityAt, needed, anyAffinityValue));
  else if (affinity !== undefined) errors.push(required(affinityAt, 'must specify required node constraints'));
  errors.push(...checkSources(path, spec, name));
  const hostPath = obj(spec, 'hostPath');
  if (hostPath !== undefined && isRoot(str(hostPath, 'path')) && reclaim === 'Recycle') {
    errors.push(forbidden(reclaimAt, "may not be 'recycle' for a hostPath mount of '/'"));
  }
  const storageClass = str(spec, 'storageClassName');
  if (storageClass !== '') {
    errors.push(...invalidEach(path.child('storageClassName'), storageClass, subdomainName(storageClass, false)));
  }
  const mode = optStr(spec, 'volumeMode');
  if (mode !== undefined && !VOLUME_MODES.includes(mode)) {
    errors.push(notSupported(path.child('volumeMode'), mode, VOLUME_MODES));
  }
  const attributes = optStr(spec, 'volumeAttributesClassName');
  if (attributes === undefined) return errors;
  const at = path.child('volumeAttributesClassName');
  if (attributes === '') errors.push(required(at, 'an empty string is disallowed'));
  else errors.push(...invalidEach(at, attributes, subdomainName(attributes, false)));
  if (!has(spec, 'csi')) {
    errors.push(required(path.child('csi'), 'has to be specified when using volumeAttributesClassName'));
  }
  return errors;
}

/** Whether a path is the root when written plainly. Upstream: `path.Clean(p) == "/"`. */
function isRoot(path: string): boolean {
  if (!path.startsWith('/')) return false;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.length === 0;
}

function checkWhole(volume: JsonObject, anyAffinityValue: boolean): FieldError[] {
  const meta = obj(volume, 'metadata');
  return [
    ...checkCoreMetadata(meta, false, subdomainName),
    ...checkVolumeSpec(SPEC, obj(volume, 'spec') ?? {}, str(meta, 'name'), anyAffinityValue),
  ];
}

const MOUNTABLE = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'nfs',
  'rbd',
  'quobyte',
  'iscsi',
  'cinder',
  'cephfs',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
];

function checkMountOption(volume: JsonObject): FieldError[] {
  const key = 'volume.beta.kubernetes.io/mount-options';
  if (MOUNTABLE.some((field) => has(obj(volume, 'spec'), field))) return [];
  if (!has(obj(obj(volume, 'metadata'), 'annotations'), key)) return [];
  return [forbidden(root('metadata', 'annotations', key), 'may not specify mount options for this volume type')];
}

/** Upstream: `ValidatePersistentVolume` of core and of `pkg/volume/validation`. */
export function checkVolume(volume: JsonObject): FieldError[] {
  return [...checkWhole(volume, false), ...checkMountOption(volume)];
}

const BETA_LABELS: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
};

/** Upstream: both `ValidatePersistentVolume`s and `ValidatePersistentVolumeUpdate`. */
export function checkVolumeUpdate(volume: JsonObject, old: JsonObject): FieldError[] {
  const [spec, before] = [obj(volume, 'spec') ?? {}, obj(old, 'spec') ?? {}];
  const anyValue = hasBadNodeSelectorValue(obj(obj(before, 'nodeAffinity'), 'required'));
  const whole = checkWhole(volume, anyValue);
  const errors = [...whole, ...checkMountOption(volume), ...whole];
  const [csi, oldCsi] = [obj(spec, 'csi'), obj(before, 'csi')];
  let now = spec;
  if (csi !== undefined && oldCsi !== undefined && !has(oldCsi, 'controllerExpandSecretRef')) {
    const kept: Record<string, Json> = { ...csi };
    delete kept['controllerExpandSecretRef'];
    now = { ...spec, csi: kept };
  }
  if (!semanticEqual('core.PersistentVolumeSource', now, before)) {
    const diff = goDiff('core.PersistentVolumeSource', before, now);
    const at = SPEC.child('persistentvolumesource');
    errors.push(forbidden(at, `spec.persistentvolumesource is immutable after creation\n${diff}`));
  }
  errors.push(...checkImmutable(root('volumeMode'), '*s', spec['volumeMode'], before['volumeMode']));
  errors.push(...checkAffinityChange(spec, before));
  const attributes = 'volumeAttributesClassName';
  if (has(before, attributes) && !has(spec, attributes)) {
    errors.push(forbidden(SPEC.child(attributes), 'update from non-nil value to nil is forbidden'));
  }
  return errors;
}

function checkAffinityChange(spec: JsonObject, before: JsonObject): FieldError[] {
  const [now, then] = [obj(spec, 'nodeAffinity'), obj(before, 'nodeAffinity')];
  if (then === undefined) return [];
  if (semanticEqual('*core.VolumeNodeAffinity', now, withNewLabels(then, now))) return [];
  const shown = goText('*core.VolumeNodeAffinity', now);
  const detail = 'field is immutable, except for updating from beta label to GA';
  return [invalidText(root('nodeAffinity'), shown, detail)];
}

/** The old affinity with labels renamed where the new one did so as is allowed. */
function withNewLabels(old: JsonObject, now: JsonObject | undefined): JsonObject {
  const required = obj(old, 'required');
  if (required === undefined) return old;
  const terms = objs(obj(now, 'required'), 'nodeSelectorTerms');
  const rename = (list: readonly JsonObject[], wanted: readonly JsonObject[]): readonly JsonObject[] =>
    list.map((item, i) => {
      const key = str(wanted[i], 'key');
      return (BETA_LABELS[str(item, 'key')] ?? '') === key ? { ...item, key } : item;
    });
  const renamed = objs(required, 'nodeSelectorTerms').map((term, i) => ({
    ...term,
    matchExpressions: rename(objs(term, 'matchExpressions'), objs(terms[i], 'matchExpressions')),
    matchFields: rename(objs(term, 'matchFields'), objs(terms[i], 'matchFields')),
  }));
  return { ...old, required: { ...required, nodeSelectorTerms: renamed } };
}

/** Upstream: `ValidatePersistentVolumeStatusUpdate`. */
export function checkVolumeStatus(volume: JsonObject, old: JsonObject): FieldError[] {
  return checkCoreMetadataUpdate(volume, old);
}
