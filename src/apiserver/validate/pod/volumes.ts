import { goQuote } from '../../../language/go-text.ts';
import type { JsonObject } from '../../../model/json.ts';
import { duplicate, type FieldError, forbidden, invalid, required } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { byteLength, has, obj, objs, optInt, optStr, str } from '../fields.ts';
import { checkDnsLabel, subdomainName } from '../names.ts';
import { quantity, sign } from '../quantities.ts';
import { checkClaimTemplate } from './claim-template.ts';
import { checkDownwardFile } from './downward.ts';
import type { PodOptions } from './options.ts';
import { checkMode } from './paths.ts';
import { checkProjected } from './projected.ts';
import { checkPullPolicy } from './pull-policy.ts';
import {
  checkAwsDisk,
  checkAzureDisk,
  checkAzureFile,
  checkCephFs,
  checkCinder,
  checkClaim,
  checkConfigMap,
  checkCsi,
  checkFibreChannel,
  checkFlex,
  checkFlocker,
  checkGceDisk,
  checkGitRepo,
  checkGlusterfs,
  checkHostPath,
  checkIscsi,
  checkNfs,
  checkQuobyte,
  checkRbd,
  checkSecret,
  checkStorageOs,
  ISCSI_TOO_LONG,
  onlyRequired,
  requireStrings,
  type SourceCheck,
} from './volume-sources.ts';

/** The sources of a volume by the names of mounts: what can be mounted. */
export type Volumes = ReadonlyMap<string, JsonObject>;

interface Volume {
  readonly name: string;
  readonly podName: string;
  readonly path: FieldPath;
  readonly options: PodOptions;
}

interface Source {
  readonly field: string;
  /** The name in error paths, where upstream's differs from the field's. */
  readonly path?: string;
  /** The name in the path of the error about a second source. */
  readonly second?: string;
  readonly check: (path: FieldPath, source: JsonObject, volume: Volume) => FieldError[];
  /** Also checked when the source is the second one. */
  readonly always?: (source: JsonObject, volume: Volume) => FieldError[];
}

function plain(field: string, check: SourceCheck, names: { path?: string; second?: string } = {}): Source {
  return { field, check: (path, source) => check(path, source), ...names };
}

/** In upstream's order: the first one present counts, each further one is refused. */
const SOURCES: readonly Source[] = [
  plain('hostPath', checkHostPath),
  plain('gitRepo', checkGitRepo),
  plain('gcePersistentDisk', checkGceDisk, { path: 'persistentDisk' }),
  plain('awsElasticBlockStore', checkAwsDisk),
  plain('secret', checkSecret),
  plain('nfs', checkNfs),
  { field: 'iscsi', check: (path, source) => checkIscsi(path, source), always: checkIscsiName },
  plain('glusterfs', checkGlusterfs),
  plain('flocker', checkFlocker),
  plain('persistentVolumeClaim', checkClaim),
  plain('rbd', checkRbd),
  plain('cinder', checkCinder),
  plain('cephfs', checkCephFs, { second: 'cephFS' }),
  plain('quobyte', checkQuobyte),
  { field: 'downwardAPI', second: 'downwarAPI', check: (path, source) => checkDownwardApi(path, source) },
  plain('fc', checkFibreChannel),
  plain('flexVolume', checkFlex),
  plain('configMap', checkConfigMap),
  plain('azureFile', checkAzureFile),
  plain('vsphereVolume', onlyRequired('volumePath')),
  plain('photonPersistentDisk', onlyRequired('pdID')),
  plain('portworxVolume', onlyRequired('volumeID')),
  plain('azureDisk', checkAzureDisk),
  plain('storageos', checkStorageOs),
  { field: 'projected', check: (path, source, volume) => checkProjected(path, source, volume.options) },
  plain('scaleIO', onlyRequired('gateway', 'system', 'volumeName')),
  plain('csi', checkCsi),
  { field: 'ephemeral', check: checkEphemeral },
  { field: 'image', check: checkImage },
];

function checkIscsiName(source: JsonObject, { name, path }: Volume): FieldError[] {
  if (!has(source, 'initiatorName')) return [];
  if (byteLength(`${name}:${str(source, 'targetPortal')}`) <= 64) return [];
  return [invalid(path.child('name'), name, ISCSI_TOO_LONG)];
}

function checkDownwardApi(path: FieldPath, source: JsonObject): FieldError[] {
  return [
    ...checkMode(path.child('defaultMode'), optInt(source, 'defaultMode')),
    ...objs(source, 'items').flatMap((file) => checkDownwardFile(path, file)),
  ];
}

function checkEphemeral(
  path: FieldPath,
  source: JsonObject,
  { name, podName, path: volumePath }: Volume,
): FieldError[] {
  const template = obj(source, 'volumeClaimTemplate');
  const at = path.child('volumeClaimTemplate');
  const errors = template === undefined ? [required(at)] : checkClaimTemplate(at, template);
  if (podName === '' || name === '') return errors;
  const claim = `${podName}-${name}`;
  for (const detail of subdomainName(claim, false)) {
    errors.push(invalid(volumePath.child('name'), name, `PVC name ${goQuote(claim)}: ${detail}`));
  }
  return errors;
}

function checkImage(path: FieldPath, source: JsonObject, { options }: Volume): FieldError[] {
  const errors = options.isPod ? requireStrings(path, source, 'reference') : [];
  return [...errors, ...checkPullPolicy(path.child('pullPolicy'), str(source, 'pullPolicy'))];
}

function checkSources(volume: JsonObject, context: Volume): FieldError[] {
  const errors: FieldError[] = [];
  const { path } = context;
  let count = 0;
  const emptyDir = obj(volume, 'emptyDir');
  if (emptyDir !== undefined) {
    count++;
    if (sign(quantity(emptyDir['sizeLimit'])) < 0) {
      const at = path.child('emptyDir', 'sizeLimit');
      errors.push(forbidden(at, 'SizeLimit field must be a valid resource quantity'));
    }
  }
  for (const source of SOURCES) {
    const value = obj(volume, source.field);
    if (value === undefined) continue;
    if (count > 0) {
      errors.push(forbidden(path.child(source.second ?? source.field), 'may not specify more than 1 volume type'));
    } else {
      count++;
      errors.push(...source.check(path.child(source.path ?? source.field), value, context));
    }
    errors.push(...(source.always?.(value, context) ?? []));
  }
  if (count === 0) errors.push(required(path, 'must specify a volume type'));
  return errors;
}

/**
 * Errors for a pod's volumes, and the volumes that are fine: only those can be mounted. `podName` is `""` in a
 * template. Upstream: `ValidateVolumes`.
 */
export function checkVolumes(
  path: FieldPath,
  spec: JsonObject,
  podName: string,
  options: PodOptions,
): { readonly volumes: Volumes; readonly errors: FieldError[] } {
  const list = objs(spec, 'volumes');
  const errors: FieldError[] = [];
  const volumes = new Map<string, JsonObject>();
  const created = new Set(
    list
      .filter((volume) => podName !== '' && has(volume, 'ephemeral'))
      .map((volume) => `${podName}-${str(volume, 'name')}`),
  );
  for (const [i, volume] of list.entries()) {
    const at = path.index(i);
    const name = str(volume, 'name');
    const own = checkSources(volume, { name, podName, path: at, options });
    if (name === '') own.push(required(at.child('name')));
    else own.push(...checkDnsLabel(at.child('name'), name));
    if (volumes.has(name)) own.push(duplicate(at.child('name'), name));
    if (own.length === 0) volumes.set(name, volume);
    else errors.push(...own);
    const claim = optStr(obj(volume, 'persistentVolumeClaim'), 'claimName');
    if (claim !== undefined && created.has(claim)) {
      const detail = 'must not reference a PVC that gets created for an ephemeral volume';
      errors.push(invalid(at.child('persistentVolumeClaim', 'claimName'), claim, detail));
    }
  }
  return { volumes, errors };
}
