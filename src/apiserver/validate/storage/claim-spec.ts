import type { JsonObject } from '../../../model/json.ts';
import {
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  invalidText,
  notSupported,
  required,
} from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { obj, optStr, str, strs } from '../fields.ts';
import { checkSelector } from '../label-selector.ts';
import { dnsSubdomain, labelName, subdomainName } from '../names.ts';
import { checkPositive, checkResourceQuantity, quantity } from '../quantities.ts';

/** How lenient a claim is checked because the stored one was so before. */
export interface ClaimOptions {
  readonly anySelectorValue: boolean;
  readonly anyDataGroup: boolean;
}

/** The options for a new claim. */
export const CLAIM_STRICT: ClaimOptions = { anySelectorValue: false, anyDataGroup: false };

/** Access modes of volumes, in the order in which errors name them. */
export const ACCESS_MODES: readonly string[] = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
/** Volume modes, in the order in which errors name them. */
export const VOLUME_MODES: readonly string[] = ['Block', 'Filesystem'];

/** Upstream: the access mode checks of claims and volumes. */
export function checkAccessModes(path: FieldPath, modes: readonly string[]): FieldError[] {
  const errors = modes
    .filter((mode) => !ACCESS_MODES.includes(mode))
    .map((mode) => notSupported(path, mode, ACCESS_MODES));
  const once = modes.includes('ReadWriteOncePod');
  if (once && modes.some((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode))) {
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  }
  return errors;
}

/** Upstream: `ValidatePersistentVolumeClaimSpec`. */
export function checkClaimSpec(path: FieldPath, spec: JsonObject | undefined, options: ClaimOptions): FieldError[] {
  const errors: FieldError[] = [];
  const modes = strs(spec, 'accessModes');
  if (modes.length === 0) errors.push(required(path.child('accessModes'), 'at least 1 access mode is required'));
  errors.push(
    ...checkSelector(path.child('selector'), obj(spec, 'selector'), { allowInvalidValues: options.anySelectorValue }),
  );
  errors.push(...checkAccessModes(path.child('accessModes'), modes));
  errors.push(...checkRequest(path.child('resources').key('storage'), spec));
  const storageClass = str(spec, 'storageClassName');
  if (storageClass !== '') {
    errors.push(...invalidEach(path.child('storageClassName'), storageClass, subdomainName(storageClass, false)));
  }
  const mode = optStr(spec, 'volumeMode');
  if (mode !== undefined && !VOLUME_MODES.includes(mode)) {
    errors.push(notSupported(path.child('volumeMode'), mode, VOLUME_MODES));
  }
  errors.push(...checkDataSources(path, spec, options));
  const attributes = str(spec, 'volumeAttributesClassName');
  if (attributes !== '') {
    const at = path.child('volumeAttributesClassName');
    errors.push(...invalidEach(at, attributes, subdomainName(attributes, false)));
  }
  return errors;
}

function checkRequest(path: FieldPath, spec: JsonObject | undefined): FieldError[] {
  const requests = obj(obj(spec, 'resources'), 'requests');
  if (requests?.['storage'] === undefined) return [required(path)];
  const value = quantity(requests['storage']);
  const errors = checkPositive(path, value);
  return errors.length > 0 ? errors : checkResourceQuantity(path, 'storage', value);
}

function checkDataSources(path: FieldPath, spec: JsonObject | undefined, options: ClaimOptions): FieldError[] {
  const [source, ref] = [obj(spec, 'dataSource'), obj(spec, 'dataSourceRef')];
  const errors: FieldError[] = [];
  if (source !== undefined) errors.push(...checkDataSource(path.child('dataSource'), source, options));
  if (ref !== undefined) {
    const at = path.child('dataSourceRef');
    errors.push(...checkDataSource(at, ref, options));
    const namespace = str(ref, 'namespace');
    if (namespace !== '') errors.push(...invalidEach(at.child('namespace'), namespace, labelName(namespace, false)));
  }
  if (source === undefined || ref === undefined) return errors;
  // Upstream hands the path itself over as the bad value; it prints as an empty Go struct.
  if (str(ref, 'namespace') !== '') {
    errors.push(invalidText(path, '{}', 'may not be specified when dataSourceRef.namespace is specified'));
  } else if (['apiGroup', 'kind', 'name'].some((key) => source[key] !== ref[key])) {
    errors.push(invalidText(path, '{}', 'must match dataSourceRef'));
  }
  return errors;
}

function checkDataSource(path: FieldPath, source: JsonObject, options: ClaimOptions): FieldError[] {
  const errors = ['name', 'kind'].filter((key) => str(source, key) === '').map((key) => required(path.child(key)));
  const group = str(source, 'apiGroup');
  const kind = str(source, 'kind');
  if (group === '' && kind !== 'PersistentVolumeClaim') {
    errors.push(invalid(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
  }
  if (group !== '' && !options.anyDataGroup) {
    errors.push(...invalidEach(path.child('apiGroup'), group, dnsSubdomain(group)));
  }
  return errors;
}
