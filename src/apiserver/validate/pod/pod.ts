import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, forbidden } from '../field-error.ts';
import { root } from '../field-path.ts';
import { has, obj, objs, size, str } from '../fields.ts';
import { checkCoreMetadata } from '../metadata.ts';
import { subdomainName } from '../names.ts';
import { checkPodAnnotations, checkProfilesAgree } from './annotations.ts';
import { checkImageSpace } from './containers.ts';
import { type PodOptions, podOptions } from './options.ts';
import { checkPodSpec } from './spec.ts';

const SPEC = root('spec');

/** Metadata and spec of a pod. Upstream: `validatePodMetadataAndSpec`. */
export function checkPod(pod: JsonObject, options: PodOptions): FieldError[] {
  const meta = obj(pod, 'metadata');
  const spec = obj(pod, 'spec') ?? {};
  const errors = [
    ...checkCoreMetadata(meta, true, subdomainName),
    ...checkPodAnnotations(root('metadata', 'annotations'), meta, spec, options),
    ...checkPodSpec(SPEC, spec, meta, options),
  ];
  if (str(spec, 'serviceAccountName') === '') {
    for (const [i, volume] of objs(spec, 'volumes').entries()) {
      for (const [j, source] of objs(obj(volume, 'projected'), 'sources').entries()) {
        if (!has(source, 'serviceAccountToken')) continue;
        const at = SPEC.child('volumes').index(i).child('projected', 'sources').index(j);
        errors.push(
          forbidden(at.child('serviceAccountToken'), 'must not be specified when serviceAccountName is not set'),
        );
      }
    }
  }
  for (const list of ['containers', 'initContainers']) {
    errors.push(...objs(spec, list).flatMap((container, i) => checkImageSpace(SPEC.child(list).index(i), container)));
  }
  return errors;
}

/** Upstream: `ValidatePodCreate`. */
export function checkPodCreate(pod: JsonObject): FieldError[] {
  const spec = obj(pod, 'spec') ?? {};
  const errors = checkPod(pod, { ...podOptions(undefined), isPod: true });
  if (size(spec, 'ephemeralContainers') > 0) {
    errors.push(forbidden(SPEC.child('ephemeralContainers'), 'cannot be set on create'));
  }
  if (str(spec, 'nodeName') !== '' && size(spec, 'schedulingGates') > 0) {
    const detail = 'cannot be set until all schedulingGates have been cleared';
    errors.push(forbidden(SPEC.child('nodeName'), detail));
  }
  return [...errors, ...checkProfilesAgree(SPEC, obj(pod, 'metadata'), spec)];
}
