import type { JsonObject } from '../../../model/json.ts';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  invalidText,
  notFound,
  required,
} from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { has, obj, objs, optStr, str } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { checkDnsLabel, subdomainName } from '../names.ts';
import { allContainers } from './containers-of.ts';

const MIRROR = 'kubernetes.io/config.mirror';

/** Whether the pod is the mirror of one that a node runs from a file. */
export function isMirrorPod(meta: JsonObject | undefined): boolean {
  return has(obj(meta, 'annotations'), MIRROR);
}

/** Upstream: `validatePodResourceClaims`. */
export function checkResourceClaims(path: FieldPath, spec: JsonObject, meta: JsonObject | undefined): FieldError[] {
  const names = new Set<string>();
  return objs(spec, 'resourceClaims').flatMap((claim, i) => {
    if (isMirrorPod(meta)) return [forbidden(root(''), 'static pods do not support resource claims')];
    const at = path.index(i);
    const errors: FieldError[] = [];
    const name = str(claim, 'name');
    if (name === '') errors.push(required(at.child('name')));
    else if (names.has(name)) errors.push(duplicate(at.child('name'), name));
    else {
      errors.push(...checkDnsLabel(at.child('name'), name));
      names.add(name);
    }
    const keys = ['resourceClaimName', 'resourceClaimTemplateName'];
    const given = keys.filter((key) => has(claim, key));
    const refuse = (detail: string): void => {
      errors.push(invalidText(at, goText('core.PodResourceClaim', claim), detail));
    };
    if (given.length === 2)
      refuse('at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified');
    if (given.length === 0) refuse('must specify one of: `resourceClaimName`, `resourceClaimTemplateName`');
    for (const key of given) {
      const value = optStr(claim, key) ?? '';
      errors.push(...invalidEach(at.child(key), value, subdomainName(value, false)));
    }
    return errors;
  });
}

/** Upstream: `validateFileKeyRefVolumes`. */
export function checkFileKeyVolumes(path: FieldPath, spec: JsonObject): FieldError[] {
  const volumes = new Map(objs(spec, 'volumes').map((volume) => [str(volume, 'name'), volume]));
  return allContainers(spec, path).flatMap(([container, at]) =>
    objs(container, 'env').flatMap((variable, i) => {
      const ref = obj(obj(variable, 'valueFrom'), 'fileKeyRef');
      if (ref === undefined) return [];
      const name = str(ref, 'volumeName');
      const where = at.child('env').index(i).child('valueFrom', 'fileKeyRef', 'volumeName');
      const volume = volumes.get(name);
      if (volume === undefined) return [notFound(where, name)];
      return has(volume, 'emptyDir') ? [] : [invalid(where, name, 'referenced volume must be of type emptyDir')];
    }),
  );
}
