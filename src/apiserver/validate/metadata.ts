import type { JsonObject } from '../../model/json.ts';
import { type FieldError, forbidden, invalid, invalidEach, invalidText, required, tooLong } from './field-error.ts';
import { type FieldPath, root } from './field-path.ts';
import { bool, byteLength, entries, has, int, obj, objs, optInt, str, strs } from './fields.ts';
import { goText } from './go-struct.ts';
import { jsonString } from './go-value.ts';
import { checkImmutable } from './immutable.ts';
import { checkLabels } from './label-selector.ts';
import { labelKey, labelName, type NameCheck } from './names.ts';

const META = root('metadata');
const ANNOTATIONS_LIMIT = 256 * 1024;

/**
 * Errors for the metadata of an object. `checkName` is the kind's rule for names.
 * Upstream: `ValidateObjectMetaAccessor` of apimachinery.
 */
export function checkMetadata(
  meta: JsonObject | undefined,
  namespaced: boolean,
  checkName: NameCheck,
  path: FieldPath = META,
): FieldError[] {
  const errors: FieldError[] = [];
  const generateName = str(meta, 'generateName');
  if (generateName !== '') {
    errors.push(...invalidEach(path.child('generateName'), generateName, checkName(generateName, true)));
  }
  const name = str(meta, 'name');
  if (name === '') errors.push(required(path.child('name'), 'name or generateName is required'));
  else errors.push(...invalidEach(path.child('name'), name, checkName(name, false)));
  errors.push(...checkNamespace(meta, namespaced, path));
  errors.push(...checkNonNegative(path.child('generation'), int(meta, 'generation')));
  errors.push(...checkLabels(path.child('labels'), meta, 'labels'));
  errors.push(...checkAnnotations(path.child('annotations'), meta));
  errors.push(...checkOwners(path.child('ownerReferences'), meta));
  errors.push(...checkFinalizers(path.child('finalizers'), meta));
  errors.push(...checkManagedFields(path.child('managedFields'), meta));
  return errors;
}

/** As `checkMetadata`, with the extra rule for finalizers of built-in kinds. Upstream: core `ValidateObjectMeta`. */
export function checkCoreMetadata(
  meta: JsonObject | undefined,
  namespaced: boolean,
  checkName: NameCheck,
): FieldError[] {
  return [...checkMetadata(meta, namespaced, checkName), ...checkKubeFinalizers(meta)];
}

function checkKubeFinalizers(meta: JsonObject | undefined): FieldError[] {
  return strs(meta, 'finalizers').flatMap((name, i) => checkKubeFinalizer(META.child('finalizers').index(i), name));
}

/** Upstream: `validateKubeFinalizerName`. */
export function checkKubeFinalizer(path: FieldPath, name: string): FieldError[] {
  if (name.includes('/') || ['kubernetes', 'orphan', 'foregroundDeletion'].includes(name)) return [];
  return [invalid(path, name, 'name is neither a standard finalizer name nor is it fully qualified')];
}

/** Upstream: `ValidateNonnegativeField`. */
export function checkNonNegative(path: FieldPath, value: bigint | undefined): FieldError[] {
  return value !== undefined && value < 0n ? [invalid(path, value, 'must be greater than or equal to 0')] : [];
}

/** The server empties the namespace of what belongs to none, so that is never an error here. */
function checkNamespace(meta: JsonObject | undefined, namespaced: boolean, path: FieldPath): FieldError[] {
  const namespace = str(meta, 'namespace');
  const at = path.child('namespace');
  if (!namespaced) return [];
  return namespace === '' ? [required(at)] : invalidEach(at, namespace, labelName(namespace, false));
}

/** Errors for the annotations of `meta`: keys and total size. Upstream: `ValidateAnnotations` of apimachinery. */
export function checkAnnotations(path: FieldPath, meta: JsonObject | undefined): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of entries(meta, 'annotations')) {
    errors.push(...invalidEach(path, key, labelKey(key.toLowerCase())));
    size += byteLength(key) + byteLength(value);
  }
  if (size > ANNOTATIONS_LIMIT) errors.push(tooLong(path, ANNOTATIONS_LIMIT));
  return errors;
}

function checkOwners(path: FieldPath, meta: JsonObject | undefined): FieldError[] {
  const errors: FieldError[] = [];
  let controller: string | undefined;
  for (const owner of objs(meta, 'ownerReferences')) {
    errors.push(...checkOwner(path, owner));
    if (!bool(owner, 'controller')) continue;
    const name = `${str(owner, 'kind')}/${str(owner, 'name')}`;
    if (controller === undefined) controller = name;
    else {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`;
      errors.push(invalidText(path, goText('[meta.OwnerReference', meta?.['ownerReferences']), detail));
    }
  }
  return errors;
}

function checkOwner(path: FieldPath, owner: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const apiVersion = str(owner, 'apiVersion');
  const slashes = apiVersion.split('/').length - 1;
  const version = slashes > 1 ? '' : slashes === 1 ? apiVersion.slice(apiVersion.indexOf('/') + 1) : apiVersion;
  if (version === '') errors.push(invalid(path.child('apiVersion'), apiVersion, 'version must not be empty'));
  for (const key of ['kind', 'name', 'uid']) {
    const value = str(owner, key);
    const text = key === 'uid' ? jsonString(value) : `"${value}"`;
    if (value === '') errors.push(invalidText(path.child(key), text, 'must not be empty'));
  }
  if (apiVersion === 'v1' && str(owner, 'kind') === 'Event') {
    const detail = '/v1, Kind=Event is disallowed from being an owner';
    errors.push(invalidText(path, goText('meta.OwnerReference', owner), detail));
  }
  return errors;
}

function checkFinalizers(path: FieldPath, meta: JsonObject | undefined): FieldError[] {
  const finalizers = strs(meta, 'finalizers');
  const errors = finalizers.flatMap((name) => invalidEach(path, name, labelKey(name)));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    const detail = 'finalizer orphan and foregroundDeletion cannot be both set';
    errors.push(invalidText(path, goText('[s', meta?.['finalizers']), detail));
  }
  return errors;
}

function checkManagedFields(path: FieldPath, meta: JsonObject | undefined): FieldError[] {
  return objs(meta, 'managedFields').flatMap((entry, i) => {
    const at = path.index(i);
    const errors: FieldError[] = [];
    const operation = str(entry, 'operation');
    if (operation !== 'Apply' && operation !== 'Update') {
      errors.push(invalidText(at.child('operation'), jsonString(operation), 'must be `Apply` or `Update`'));
    }
    const type = str(entry, 'fieldsType');
    if (type !== '' && type !== 'FieldsV1') {
      errors.push(invalid(at.child('fieldsType'), type, 'must be `FieldsV1`'));
    }
    if (byteLength(str(entry, 'manager')) > 128) errors.push(tooLong(at.child('manager'), 128));
    if (byteLength(str(entry, 'subresource')) > 256) errors.push(tooLong(at.child('subresource'), 256));
    return errors;
  });
}

const IMMUTABLE: readonly (readonly [string, string])[] = [
  ['name', 's'],
  ['namespace', 's'],
  ['uid', 's'],
  ['creationTimestamp', 't'],
  ['deletionTimestamp', '*t'],
  ['deletionGracePeriodSeconds', '*i'],
];

/** Errors for metadata that replaces `old`. Upstream: `ValidateObjectMetaAccessorUpdate` of apimachinery. */
export function checkMetadataUpdate(
  meta: JsonObject | undefined,
  old: JsonObject | undefined,
  path: FieldPath = META,
): FieldError[] {
  const errors: FieldError[] = [];
  if (has(old, 'deletionTimestamp')) errors.push(...checkNoNewFinalizers(meta, old, path));
  if (str(meta, 'resourceVersion') === '') {
    errors.push(invalid(path.child('resourceVersion'), '', 'must be specified for an update'));
  }
  if (int(meta, 'generation') < (optInt(old, 'generation') ?? 0n)) {
    errors.push(invalid(path.child('generation'), int(meta, 'generation'), 'must not be decremented'));
  }
  for (const [key, type] of IMMUTABLE) errors.push(...checkImmutable(path.child(key), type, meta?.[key], old?.[key]));
  errors.push(...checkLabels(path.child('labels'), meta, 'labels'));
  errors.push(...checkAnnotations(path.child('annotations'), meta));
  errors.push(...checkOwners(path.child('ownerReferences'), meta));
  errors.push(...checkManagedFields(path.child('managedFields'), meta));
  return errors;
}

function checkNoNewFinalizers(
  meta: JsonObject | undefined,
  old: JsonObject | undefined,
  path: FieldPath,
): FieldError[] {
  const before = new Set(strs(old, 'finalizers'));
  const extra = [...new Set(strs(meta, 'finalizers'))].filter((name) => !before.has(name)).sort();
  if (extra.length === 0) return [];
  const list = `[]string{${extra.map((name) => jsonString(name)).join(', ')}}`;
  const detail = `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
  return [forbidden(path.child('finalizers'), detail)];
}

/** As `checkMetadataUpdate`, with the extra rule for finalizers of built-in kinds. */
export function checkCoreMetadataUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  const meta = obj(object, 'metadata');
  return [...checkMetadataUpdate(meta, obj(old, 'metadata')), ...checkKubeFinalizers(meta)];
}
