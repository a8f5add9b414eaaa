import { goQuote } from '../../../language/go-text.ts';
import type { Json, JsonObject } from '../../../model/json.ts';
import { type FieldError, forbidden, invalid, invalidEach, notSupported, notSupportedText } from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { entries, has, obj, optStr, str } from '../fields.ts';
import { goDiff } from '../go-diff.ts';
import { checkImmutable, semanticEqual } from '../immutable.ts';
import { checkSelector } from '../label-selector.ts';
import { checkCoreMetadata, checkCoreMetadataUpdate } from '../metadata.ts';
import { labelKey, subdomainName } from '../names.ts';
import { checkBasicResource, checkResourceQuantity, compareQuantity, quantities, quantity } from '../quantities.ts';
import { isNativeResource } from '../resource-names.ts';
import { CLAIM_STRICT, type ClaimOptions, checkClaimSpec } from './claim-spec.ts';

const SPEC = root('spec');
const CLASS = 'volume.beta.kubernetes.io/storage-class';

function claimOptions(old: JsonObject): ClaimOptions {
  const spec = obj(old, 'spec');
  return {
    anyDataGroup: has(obj(spec, 'dataSource'), 'apiGroup') || has(obj(spec, 'dataSourceRef'), 'apiGroup'),
    anySelectorValue: checkSelector(root(''), obj(spec, 'selector')).length > 0,
  };
}

/** Upstream: `ValidatePersistentVolumeClaim`. */
export function checkClaim(claim: JsonObject, options: ClaimOptions = CLAIM_STRICT): FieldError[] {
  return [
    ...checkCoreMetadata(obj(claim, 'metadata'), true, subdomainName),
    ...checkClaimSpec(SPEC, obj(claim, 'spec'), options),
  ];
}

/** Upstream: `ValidatePersistentVolumeClaimUpdate`. */
export function checkClaimUpdate(claim: JsonObject, old: JsonObject): FieldError[] {
  const errors = [...checkCoreMetadataUpdate(claim, old), ...checkClaim(claim, claimOptions(old))];
  const [spec, before] = [obj(claim, 'spec') ?? {}, obj(old, 'spec') ?? {}];
  const now: Record<string, Json> = { ...spec };
  const then: Record<string, Json> = { ...before };
  const take = (into: Record<string, Json>, from: JsonObject, key: string): void => {
    const value = from[key];
    if (value === undefined) delete into[key];
    else into[key] = value;
  };
  if (str(before, 'volumeName') === '') take(then, now, 'volumeName');
  const annotation = (object: JsonObject): string | undefined =>
    optStr(obj(obj(object, 'metadata'), 'annotations'), CLASS);
  const [oldClass, newClass] = [annotation(old), annotation(claim)];
  const [oldName, newName] = [optStr(before, 'storageClassName'), optStr(spec, 'storageClassName')];
  const fromAnnotation = oldClass !== undefined && oldName === undefined && newName === oldClass;
  if (fromAnnotation && (newClass === undefined || newClass === oldClass)) delete now['storageClassName'];
  else {
    if ((oldClass ?? '') !== (newClass ?? '')) {
      const at = root('metadata', 'annotations', CLASS);
      errors.push(invalid(at, newClass ?? '', 'field is immutable'));
    }
    const fromNil = newName !== undefined && oldName === undefined;
    if (fromNil && (oldClass === undefined || newName === oldClass)) take(now, then, 'storageClassName');
  }
  if (str(obj(claim, 'status'), 'phase') === 'Bound') {
    const requests = obj(obj(now, 'resources'), 'requests');
    if (requests !== undefined) {
      const storage = obj(obj(before, 'resources'), 'requests')?.['storage'] ?? '0';
      now['resources'] = { ...obj(now, 'resources'), requests: { ...requests, storage } };
    }
    take(now, then, 'volumeAttributesClassName');
  }
  if (!semanticEqual('core.PersistentVolumeClaimSpec', now, then)) {
    const detail =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    errors.push(forbidden(SPEC, `${detail}\n${goDiff('core.PersistentVolumeClaimSpec', then, now)}`));
  }
  errors.push(...checkShrink(claim, old));
  errors.push(...checkImmutable(root('volumeMode'), '*s', spec['volumeMode'], before['volumeMode']));
  return [...errors, ...checkAttributesClass(spec, before, old)];
}

function checkShrink(claim: JsonObject, old: JsonObject): FieldError[] {
  const size = (object: JsonObject): Json | undefined =>
    obj(obj(obj(object, 'spec'), 'resources'), 'requests')?.['storage'];
  const wanted = quantity(size(claim));
  if (compareQuantity(wanted, quantity(size(old))) >= 0) return [];
  const actual = quantity(obj(obj(old, 'status'), 'capacity')?.['storage']);
  if (compareQuantity(wanted, actual) > 0) return [];
  return [forbidden(SPEC.child('resources', 'requests', 'storage'), 'field can not be less than status.capacity')];
}

function checkAttributesClass(spec: JsonObject, before: JsonObject, old: JsonObject): FieldError[] {
  const key = 'volumeAttributesClassName';
  const [now, then] = [optStr(spec, key), optStr(before, key)];
  const current = 'currentVolumeAttributesClassName';
  if (now === then || !has(obj(old, 'status'), current) || (now !== undefined && now !== '')) return [];
  const what = now === undefined ? 'nil' : 'empty string';
  return [forbidden(SPEC.child(key), `update to ${what} is forbidden when status.${current} is not nil`)];
}

const RESIZE_STATES = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
].sort();

function checkResourceKey(path: FieldPath, name: string): FieldError[] {
  const complaints = labelKey(name);
  if (complaints.length > 0) return invalidEach(path, name, complaints);
  return isNativeResource(name) && name !== 'storage' ? [notSupportedText(path, goQuote(name), ['storage'])] : [];
}

/** Upstream: `ValidatePersistentVolumeClaimStatusUpdate`. */
export function checkClaimStatus(claim: JsonObject, old: JsonObject): FieldError[] {
  const status = obj(claim, 'status');
  const at = root('status');
  const errors = checkCoreMetadataUpdate(claim, old);
  for (const [name, value] of quantities(obj(status, 'capacity'))) {
    errors.push(...checkBasicResource(at.child('capacity').key(name), value));
  }
  const states = at.child('allocatedResourceStatuses');
  for (const [name, state] of entries(status, 'allocatedResourceStatuses')) {
    errors.push(...checkResourceKey(states, name));
    if (!RESIZE_STATES.includes(state)) errors.push(notSupported(states, name, RESIZE_STATES));
  }
  const allocated = at.child('allocatedResources');
  for (const [name, value] of quantities(obj(status, 'allocatedResources'))) {
    const wrong = [...checkResourceKey(allocated, name)];
    if (wrong.length === 0) wrong.push(...checkBasicResource(allocated.key(name), value));
    errors.push(...(wrong.length > 0 ? wrong : checkResourceQuantity(allocated.key(name), 'storage', value)));
  }
  return errors;
}
