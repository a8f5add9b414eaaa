import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, forbidden } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { obj, size } from '../fields.ts';
import { checkLabels } from '../label-selector.ts';
import { checkAnnotations } from '../metadata.ts';
import { checkPodAnnotations, checkProfilesAgree } from './annotations.ts';
import type { PodOptions } from './options.ts';
import { checkPodSpec } from './spec.ts';

/** Errors for the pod template of a controller. Upstream: `ValidatePodTemplateSpec`. */
export function checkTemplate(path: FieldPath, template: JsonObject | undefined, options: PodOptions): FieldError[] {
  const meta = obj(template, 'metadata');
  const spec = obj(template, 'spec') ?? {};
  const errors = [
    ...checkTemplateMeta(path, template, options),
    ...checkPodSpec(path.child('spec'), spec, undefined, options),
    ...checkProfilesAgree(path.child('spec'), meta, spec),
  ];
  if (size(spec, 'ephemeralContainers') > 0) {
    const at = path.child('spec', 'ephemeralContainers');
    errors.push(forbidden(at, 'ephemeral containers not allowed in pod template'));
  }
  return errors;
}

/** The labels and annotations of a template. */
export function checkTemplateMeta(
  path: FieldPath,
  template: JsonObject | undefined,
  options: PodOptions,
): FieldError[] {
  const meta = obj(template, 'metadata');
  const at = path.child('annotations');
  return [
    ...checkLabels(path.child('labels'), meta, 'labels'),
    ...checkAnnotations(at, meta),
    ...checkPodAnnotations(at, meta, obj(template, 'spec') ?? {}, options),
  ];
}
