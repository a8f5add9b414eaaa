import type { Json, JsonObject } from '../../../model/json.ts';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  invalidText,
  notSupported,
  required,
  tooLong,
} from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { byteLength, entries, has, obj, objs, optInt, optStr, size, str, strs } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { checkImmutable, semanticEqual } from '../immutable.ts';
import { checkSelector } from '../label-selector.ts';
import { checkCoreMetadata, checkCoreMetadataUpdate, checkNonNegative } from '../metadata.ts';
import { checkLabelKey, subdomainName } from '../names.ts';
import { checkDriverName } from '../pod/volume-sources.ts';
import { checkNotNegative, quantity } from '../quantities.ts';

function checkProvisioner(path: FieldPath, name: string): FieldError[] {
  return name === '' ? [required(path)] : checkLabelKey(path, name.toLowerCase());
}

function checkParameters(object: JsonObject, allowEmpty: boolean): FieldError[] {
  const at = root('parameters');
  const parameters = entries(object, 'parameters');
  const errors: FieldError[] = parameters.length > 512 ? [tooLong(at, 512)] : [];
  let total = 0;
  for (const [key, value] of parameters) {
    if (key === '') errors.push(invalid(at, key, 'field can not be empty.'));
    total += byteLength(key) + byteLength(value);
  }
  if (total > 262144) errors.push(tooLong(at, 262144));
  if (!allowEmpty && parameters.length === 0) errors.push(required(at, 'must contain at least one key/value pair'));
  return errors;
}

/** Upstream: `ValidateStorageClass`. */
export function checkStorageClass(object: JsonObject): FieldError[] {
  const errors = [
    ...checkCoreMetadata(obj(object, 'metadata'), false, subdomainName),
    ...checkProvisioner(root('provisioner'), str(object, 'provisioner')),
    ...checkParameters(object, true),
  ];
  const reclaim = str(object, 'reclaimPolicy');
  const policies = ['Delete', 'Retain'];
  if (reclaim !== '' && !policies.includes(reclaim))
    errors.push(notSupported(root('reclaimPolicy'), reclaim, policies));
  const mode = optStr(object, 'volumeBindingMode');
  const modes = ['Immediate', 'WaitForFirstConsumer'];
  if (mode === undefined) errors.push(required(root('volumeBindingMode')));
  else if (!modes.includes(mode)) errors.push(notSupported(root('volumeBindingMode'), mode, modes));
  return [...errors, ...checkTopologies(object)];
}

function checkTopologies(object: JsonObject): FieldError[] {
  const terms: string[] = [];
  return objs(object, 'allowedTopologies').flatMap((term, i) => {
    const at = root('allowedTopologies').index(i).child('matchLabelExpressions');
    const byKey = new Map<string, readonly string[]>();
    const errors: FieldError[] = [];
    for (const [j, requirement] of objs(term, 'matchLabelExpressions').entries()) {
      const where = at.index(j);
      const key = str(requirement, 'key');
      const values = strs(requirement, 'values');
      if (values.length === 0) errors.push(required(where.child('values')));
      for (const [k, value] of values.entries()) {
        if (values.indexOf(value) < k) errors.push(duplicate(where.child('values').index(k), value));
      }
      errors.push(...checkLabelKey(where.child('key'), key));
      if (byKey.has(key)) errors.push(duplicate(where.child('key'), key));
      byKey.set(key, [...new Set(values)].sort());
    }
    const text = JSON.stringify([...byKey].sort(([a], [b]) => (a < b ? -1 : 1)));
    // Upstream compares with an empty term for each term there is: no expressions are a duplicate at once.
    if (terms.includes(text) || byKey.size === 0) errors.push(duplicate(at, ''));
    terms.push(text);
    return errors;
  });
}

/** Upstream: `ValidateStorageClass` and `ValidateStorageClassUpdate`. */
export function checkStorageClassUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  const fixed: readonly (readonly [string, string])[] = [
    ['parameters', '{s'],
    ['provisioner', 's'],
    ['reclaimPolicy', '*s'],
    ['volumeBindingMode', '*s'],
  ];
  return [
    ...checkStorageClass(object),
    ...checkCoreMetadataUpdate(object, old),
    ...fixed.flatMap(([key, type]) => checkImmutable(root(key), type, object[key], old[key])),
  ];
}

/** Upstream: `ValidateVolumeAttributesClass`. */
export function checkAttributesClass(object: JsonObject): FieldError[] {
  return [
    ...checkCoreMetadata(obj(object, 'metadata'), false, subdomainName),
    ...checkProvisioner(root('driverName'), str(object, 'driverName')),
    ...checkParameters(object, false),
  ];
}

/** Upstream: `ValidateVolumeAttributesClassUpdate`. */
export function checkAttributesClassUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  const errors = checkCoreMetadataUpdate(object, old);
  if (str(object, 'driverName') !== str(old, 'driverName')) {
    errors.push(forbidden(root('driverName'), 'updates to driverName are forbidden.'));
  }
  if (!semanticEqual('{s', object['parameters'], old['parameters'])) {
    errors.push(forbidden(root('parameters'), 'updates to parameters are forbidden.'));
  }
  return [...errors, ...checkAttributesClass(object)];
}

const SPEC = root('spec');

/** Upstream: `validateCSIDriverSpec`. */
function checkDriverSpec(object: JsonObject): FieldError[] {
  const spec = obj(object, 'spec') ?? {};
  const errors: FieldError[] = [];
  const mustBe = (key: string, shown = key): void => {
    if (!has(spec, key)) errors.push(required(SPEC.child(shown)));
  };
  mustBe('attachRequired', 'attachedRequired');
  mustBe('podInfoOnMount');
  mustBe('storageCapacity');
  const policy = optStr(spec, 'fsGroupPolicy');
  const policies = ['File', 'None', 'ReadWriteOnceWithFSType'];
  if (policy !== undefined && !policies.includes(policy)) {
    errors.push(notSupported(SPEC.child('fsGroupPolicy'), policy, policies));
  }
  errors.push(...checkTokenRequests(SPEC.child('tokenRequests'), objs(spec, 'tokenRequests')));
  for (const mode of strs(spec, 'volumeLifecycleModes')) {
    if (mode === 'Persistent' || mode === 'Ephemeral') continue;
    errors.push(notSupported(SPEC.child('volumeLifecycleModes'), mode, ['Persistent', 'Ephemeral']));
  }
  mustBe('seLinuxMount');
  const period = optInt(spec, 'nodeAllocatableUpdatePeriodSeconds');
  if (period !== undefined && period < 10n) {
    const detail = 'must be greater than or equal to 10 seconds';
    errors.push(invalid(SPEC.child('nodeAllocatableUpdatePeriodSeconds'), period, detail));
  }
  const secrets = 'serviceAccountTokenInSecrets';
  if (has(spec, secrets) && size(spec, 'tokenRequests') === 0) {
    const detail = 'serviceAccountTokenInSecrets is set but no tokenRequests are specified';
    errors.push(invalidText(SPEC.child(secrets), goText('*b', spec[secrets]), detail));
  }
  return errors;
}

function checkTokenRequests(path: FieldPath, requests: readonly JsonObject[]): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, request] of requests.entries()) {
    const audience = str(request, 'audience');
    if (seen.has(audience)) {
      errors.push(duplicate(path.index(i).child('audience'), audience));
      continue;
    }
    seen.add(audience);
    const seconds = optInt(request, 'expirationSeconds');
    const at = path.index(i).child('expirationSeconds');
    if (seconds === undefined) continue;
    if (seconds < 600n) errors.push(invalid(at, seconds, 'may not specify a duration less than 10 minutes'));
    if (seconds > 2n ** 32n) errors.push(invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds'));
  }
  return errors;
}

/** Upstream: `ValidateCSIDriver`. */
export function checkDriver(object: JsonObject): FieldError[] {
  return [...checkCoreMetadata(obj(object, 'metadata'), false, subdomainName), ...checkDriverSpec(object)];
}

/** Upstream: `ValidateCSIDriverUpdate`. */
export function checkDriverUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  const [now, then] = [obj(object, 'spec'), obj(old, 'spec')];
  const same = (shown: string, type: string, key: string): FieldError[] =>
    checkImmutable(SPEC.child(shown), type, now?.[key], then?.[key]);
  return [
    ...checkCoreMetadataUpdate(object, old),
    ...checkDriverSpec(object),
    ...same('attachedRequired', '*b', 'attachRequired'),
    ...same('volumeLifecycleModes', '[s', 'volumeLifecycleModes'),
  ];
}

/** Upstream: `ValidateCSINode`. */
export function checkCsiNode(object: JsonObject): FieldError[] {
  const errors = checkCoreMetadata(obj(object, 'metadata'), false, subdomainName);
  const seen = new Set<string>();
  for (const [i, driver] of objs(obj(object, 'spec'), 'drivers').entries()) {
    const at = SPEC.child('drivers').index(i);
    const [name, id] = [str(driver, 'name'), str(driver, 'nodeID')];
    errors.push(...checkDriverName(at.child('name'), name));
    if (id === '') errors.push(required(at.child('nodeID')));
    if (byteLength(id) > 256) errors.push(invalid(at.child('nodeID'), id, 'must be 256 characters or less'));
    errors.push(...checkNonNegative(at.child('allocatable', 'count'), optInt(obj(driver, 'allocatable'), 'count')));
    if (seen.has(name)) errors.push(duplicate(at.child('name'), name));
    seen.add(name);
    const keys = strs(driver, 'topologyKeys');
    for (const [j, key] of keys.entries()) {
      if (key === '') errors.push(required(at));
      if (keys.indexOf(key) < j) errors.push(duplicate(at, key));
      errors.push(...checkLabelKey(at, key));
    }
  }
  return errors;
}

/** Upstream: `ValidateCSINodeUpdate`. */
export function checkCsiNodeUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  const errors = checkCsiNode(object);
  const without = (driver: JsonObject): JsonObject => {
    const copy: Record<string, Json> = { ...driver };
    delete copy['allocatable'];
    return copy;
  };
  for (const before of objs(obj(old, 'spec'), 'drivers')) {
    for (const driver of objs(obj(object, 'spec'), 'drivers')) {
      if (str(before, 'name') !== str(driver, 'name')) continue;
      errors.push(...checkImmutable(SPEC.child('drivers'), '*storage.CSINodeDriver', without(driver), without(before)));
    }
  }
  return errors;
}

function checkWholeCapacity(object: JsonObject, anyValue: boolean): FieldError[] {
  const name = str(object, 'storageClassName');
  return [
    ...checkCoreMetadata(obj(object, 'metadata'), true, subdomainName),
    ...checkSelector(root('nodeTopology'), obj(object, 'nodeTopology'), { allowInvalidValues: anyValue }),
    ...invalidEach(root('storageClassName'), name, subdomainName(name, false)),
    ...(has(object, 'capacity') ? checkNotNegative(root('capacity'), quantity(object['capacity'])) : []),
  ];
}

/** Upstream: `ValidateCSIStorageCapacity`. */
export function checkStorageCapacity(object: JsonObject): FieldError[] {
  return checkWholeCapacity(object, false);
}

/** Upstream: `ValidateCSIStorageCapacity` and `ValidateCSIStorageCapacityUpdate`. */
export function checkStorageCapacityUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  const anyValue = checkSelector(root(''), obj(old, 'nodeTopology')).length > 0;
  return [
    ...checkWholeCapacity(object, anyValue),
    ...checkCoreMetadataUpdate(object, old),
    ...checkImmutable(root('nodeTopology'), '*meta.LabelSelector', object['nodeTopology'], old['nodeTopology']),
    ...checkImmutable(root('storageClassName'), 's', object['storageClassName'], old['storageClassName']),
  ];
}

/** Upstream: `ValidateVolumeAttachment`, without the checks of an inline volume. */
export function checkAttachment(object: JsonObject): FieldError[] {
  const spec = obj(object, 'spec');
  const source = obj(spec, 'source');
  const errors = [
    ...checkCoreMetadata(obj(object, 'metadata'), false, subdomainName),
    ...checkDriverName(SPEC.child('attacher'), str(spec, 'attacher')),
  ];
  const [inline, name] = [has(source, 'inlineVolumeSpec'), optStr(source, 'persistentVolumeName')];
  const one = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  if (!inline && name === undefined) errors.push(required(SPEC.child('source'), one));
  else if (inline && name !== undefined) errors.push(forbidden(SPEC.child('source'), one));
  else if (name === '') {
    errors.push(required(SPEC.child('source', 'persistentVolumeName'), 'must specify non empty persistentVolumeName'));
  }
  const node = str(spec, 'nodeName');
  errors.push(...invalidEach(SPEC.child('nodeName'), node, subdomainName(node, false)));
  if (name === undefined) return errors;
  return [...errors, ...invalidEach(root('spec.source.persistentVolumeName'), name, subdomainName(name, false))];
}

/** Upstream: `ValidateVolumeAttachmentUpdate`. */
export function checkAttachmentUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  return [
    ...checkAttachment(object),
    ...checkImmutable(SPEC, 'storage.VolumeAttachmentSpec', object['spec'], old['spec']),
  ];
}
