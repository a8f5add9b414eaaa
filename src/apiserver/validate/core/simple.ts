import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, invalidText } from '../field-error.ts';
import { root } from '../field-path.ts';
import { has, obj, str, strs } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { checkCoreMetadata, checkCoreMetadataUpdate, checkKubeFinalizer } from '../metadata.ts';
import { checkLabelKey, labelName, subdomainName } from '../names.ts';
import { podOptions } from '../pod/options.ts';
import { checkTemplate } from '../pod/template.ts';

function checkFinalizers(object: JsonObject, indexed: boolean): FieldError[] {
  const at = root('spec', 'finalizers');
  return strs(obj(object, 'spec'), 'finalizers').flatMap((name, i) => {
    const where = indexed ? at.index(i) : at;
    return [...checkLabelKey(where, name), ...checkKubeFinalizer(where, name)];
  });
}

/** Upstream: `ValidateNamespace`. */
export function checkNamespace(object: JsonObject): FieldError[] {
  return [...checkCoreMetadata(obj(object, 'metadata'), false, labelName), ...checkFinalizers(object, false)];
}

/** Upstream: `ValidateNamespace` and `ValidateNamespaceUpdate`. */
export function checkNamespaceUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  return [...checkNamespace(object), ...checkCoreMetadataUpdate(object, old)];
}

/** Upstream: `ValidateNamespaceStatusUpdate`. */
export function checkNamespaceStatus(object: JsonObject, old: JsonObject): FieldError[] {
  const errors = checkCoreMetadataUpdate(object, old);
  const phase = str(obj(object, 'status'), 'phase');
  const deleting = has(obj(object, 'metadata'), 'deletionTimestamp');
  if (phase === (deleting ? 'Terminating' : 'Active')) return errors;
  const detail = deleting
    ? "may only be 'Terminating' if `deletionTimestamp` is not empty"
    : "may only be 'Active' if `deletionTimestamp` is empty";
  return [...errors, invalidText(root('status', 'Phase'), goText('s', phase), detail)];
}

/** Upstream: `ValidateNamespaceFinalizeUpdate`. */
export function checkNamespaceFinalize(object: JsonObject, old: JsonObject): FieldError[] {
  return [...checkCoreMetadataUpdate(object, old), ...checkFinalizers(object, true)];
}

/** Upstream: `ValidateServiceAccount`. */
export function checkServiceAccount(object: JsonObject): FieldError[] {
  return checkCoreMetadata(obj(object, 'metadata'), true, subdomainName);
}

/** Upstream: `ValidateServiceAccountUpdate`. */
export function checkServiceAccountUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  return [...checkCoreMetadataUpdate(object, old), ...checkServiceAccount(object)];
}

/** Upstream: `ValidatePodTemplate`. */
export function checkPodTemplate(object: JsonObject): FieldError[] {
  return [
    ...checkCoreMetadata(obj(object, 'metadata'), true, subdomainName),
    ...checkTemplate(root('template'), obj(object, 'template'), podOptions(undefined)),
  ];
}

/** Upstream: `ValidatePodTemplateUpdate`. */
export function checkPodTemplateUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  return [
    ...checkCoreMetadataUpdate(object, old),
    ...checkTemplate(root('template'), obj(object, 'template'), podOptions(obj(old, 'template'))),
  ];
}
