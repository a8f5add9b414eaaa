import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, forbidden, invalid, notFound, notSupported, required } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { bool, has, obj, objs, optStr, str } from '../fields.ts';
import { checkDescendingPath, checkNoBacksteps } from './paths.ts';
import type { Volumes } from './volumes.ts';

/** Upstream: `ValidateVolumeMounts`. */
export function checkMounts(path: FieldPath, container: JsonObject, volumes: Volumes): FieldError[] {
  const devices = new Map(objs(container, 'volumeDevices').map((item) => [str(item, 'name'), str(item, 'devicePath')]));
  const devicePaths = new Set(devices.values());
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, mount] of objs(container, 'volumeMounts').entries()) {
    const at = path.index(i);
    const [name, mountPath] = [str(mount, 'name'), str(mount, 'mountPath')];
    if (name === '') errors.push(required(at.child('name')));
    if (!volumes.has(name)) errors.push(notFound(at.child('name'), name));
    if (mountPath === '') errors.push(required(at.child('mountPath')));
    if (seen.has(mountPath)) errors.push(invalid(at.child('mountPath'), mountPath, 'must be unique'));
    seen.add(mountPath);
    if (devices.has(name)) errors.push(invalid(at.child('name'), name, 'must not already exist in volumeDevices'));
    if (devicePaths.has(mountPath)) {
      errors.push(invalid(at.child('mountPath'), mountPath, 'must not already exist as a path in volumeDevices'));
    }
    const [subPath, expression] = [str(mount, 'subPath'), str(mount, 'subPathExpr')];
    if (subPath !== '') errors.push(...checkDescendingPath(path.child('subPath'), subPath));
    if (expression !== '') {
      if (subPath !== '') {
        const detail = 'subPathExpr and subPath are mutually exclusive';
        errors.push(invalid(at.child('subPathExpr'), expression, detail));
      }
      errors.push(...checkDescendingPath(path.child('subPathExpr'), expression));
    }
    errors.push(...checkPropagation(path.child('mountPropagation'), mount, container));
    errors.push(...checkRecursiveReadOnly(path.child('recursiveReadOnly'), mount));
  }
  return errors;
}

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];

function checkPropagation(path: FieldPath, mount: JsonObject, container: JsonObject): FieldError[] {
  const propagation = optStr(mount, 'mountPropagation');
  if (propagation === undefined) return [];
  const errors = PROPAGATIONS.includes(propagation) ? [] : [notSupported(path, propagation, PROPAGATIONS)];
  if (propagation === 'Bidirectional' && !bool(obj(container, 'securityContext'), 'privileged')) {
    errors.push(forbidden(path, 'Bidirectional mount propagation is available only to privileged containers'));
  }
  return errors;
}

function checkRecursiveReadOnly(path: FieldPath, mount: JsonObject): FieldError[] {
  const value = optStr(mount, 'recursiveReadOnly');
  if (value === undefined || value === 'Disabled') return [];
  if (value !== 'Enabled' && value !== 'IfPossible') {
    return [notSupported(path, value, ['Disabled', 'Enabled', 'IfPossible'])];
  }
  const errors: FieldError[] = [];
  if (!bool(mount, 'readOnly')) errors.push(forbidden(path, 'may only be specified when readOnly is true'));
  if (has(mount, 'mountPropagation') && str(mount, 'mountPropagation') !== 'None') {
    errors.push(forbidden(path, 'may only be specified when mountPropagation is None or not specified'));
  }
  return errors;
}

/** Upstream: `ValidateVolumeDevices`. */
export function checkDevices(path: FieldPath, container: JsonObject, volumes: Volumes): FieldError[] {
  const mounts = new Map(objs(container, 'volumeMounts').map((item) => [str(item, 'name'), str(item, 'mountPath')]));
  const mountPaths = new Set(mounts.values());
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const paths = new Set<string>();
  for (const [i, device] of objs(container, 'volumeDevices').entries()) {
    const nameAt = path.index(i).child('name');
    const pathAt = path.index(i).child('devicePath');
    const [name, devicePath] = [str(device, 'name'), str(device, 'devicePath')];
    const volume = volumes.get(name);
    if (name === '') errors.push(required(nameAt));
    if (names.has(name)) errors.push(invalid(nameAt, name, 'must be unique'));
    if (volume === undefined) errors.push(notFound(nameAt, name));
    else if (!has(volume, 'persistentVolumeClaim') && !has(volume, 'ephemeral')) {
      const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.push(invalid(nameAt, name, detail));
    }
    if (devicePath === '') errors.push(required(pathAt));
    if (paths.has(devicePath)) errors.push(invalid(pathAt, devicePath, 'must be unique'));
    if (devicePath !== '' && checkNoBacksteps(pathAt, devicePath).length > 0) {
      errors.push(invalid(pathAt, devicePath, "can not contain backsteps ('..')"));
    } else paths.add(devicePath);
    if (mounts.has(name)) errors.push(invalid(nameAt, name, 'must not already exist in volumeMounts'));
    if (mountPaths.has(devicePath)) {
      errors.push(invalid(pathAt, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    if (name !== '') names.add(name);
  }
  return errors;
}
