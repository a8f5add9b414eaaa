import { goQuote } from '../../../language/go-text.ts';
import type { JsonObject } from '../../../model/json.ts';
import { asArray, asObject, type Json } from '../../../model/json.ts';
import { type FieldError, forbidden, invalid } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { entries, obj, optStr, str } from '../fields.ts';
import { allContainers } from './containers-of.ts';
import { DELETION_COST, isDeletionCost } from './deletion-cost.ts';
import type { PodOptions } from './options.ts';
import { checkDescendingPath } from './paths.ts';
import { checkTolerations } from './scheduling.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const TOLERATIONS = 'scheduler.alpha.kubernetes.io/tolerations';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';

/** Annotations that mean something for a pod. Upstream: `ValidatePodSpecificAnnotations`. */
export function checkPodAnnotations(
  path: FieldPath,
  meta: JsonObject | undefined,
  spec: JsonObject,
  options: PodOptions,
): FieldError[] {
  const annotations = obj(meta, 'annotations');
  if (annotations === undefined) return [];
  const errors: FieldError[] = [];
  const mirror = optStr(annotations, MIRROR);
  if (mirror !== undefined && str(spec, 'nodeName') === '') {
    errors.push(invalid(path.key(MIRROR), mirror, 'must set spec.nodeName if mirror pod annotation is set'));
  }
  errors.push(...checkTolerationsText(path, str(annotations, TOLERATIONS), options));
  if (!options.anyDeletionCost && !isDeletionCost(meta)) {
    errors.push(invalid(path.key(DELETION_COST), str(annotations, DELETION_COST), 'must be a 32bit integer'));
  }
  const pod = optStr(annotations, SECCOMP_POD);
  if (pod !== undefined) errors.push(...checkSeccompText(path.child(SECCOMP_POD), pod));
  for (const [key, value] of entries(meta, 'annotations')) {
    if (key.startsWith(SECCOMP_CONTAINER)) errors.push(...checkSeccompText(path.child(key), value));
  }
  for (const [key, value] of entries(meta, 'annotations')) {
    if (!key.startsWith(APPARMOR)) continue;
    const name = key.slice(APPARMOR.length);
    if (!allContainers(spec).some(([container]) => str(container, 'name') === name)) {
      errors.push(invalid(path.key(key), name, 'container not found'));
    }
    if (!/^($|runtime\/default$|unconfined$|localhost\/)/.test(value)) {
      errors.push(invalid(path.key(key), value, `invalid AppArmor profile name: ${goQuote(value)}`));
    }
  }
  return errors;
}

function checkTolerationsText(path: FieldPath, text: string, options: PodOptions): FieldError[] {
  if (text === '') return [];
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    return [invalid(path, TOLERATIONS, error instanceof Error ? error.message : String(error))];
  }
  const list = (asArray(value) ?? []).map((item) => asObject(item) ?? {});
  return checkTolerations(path.child(TOLERATIONS), list, options);
}

function checkSeccompText(path: FieldPath, profile: string): FieldError[] {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return [];
  if (profile.startsWith('localhost/')) return checkDescendingPath(path, profile.slice('localhost/'.length));
  return [invalid(path, profile, 'must be a valid seccomp profile')];
}

/** Upstream: `ValidatePodSpecificAnnotationUpdates`. */
export function checkPodAnnotationUpdates(
  path: FieldPath,
  pod: JsonObject,
  old: JsonObject,
  options: PodOptions,
): FieldError[] {
  const errors: FieldError[] = [];
  const meta = obj(pod, 'metadata');
  const now = obj(meta, 'annotations') ?? {};
  const before = obj(obj(old, 'metadata'), 'annotations') ?? {};
  const guard = (key: string, verb: string): void => {
    if (key.startsWith(APPARMOR)) errors.push(forbidden(path.key(key), `may not ${verb} AppArmor annotations`));
    if (key === MIRROR) errors.push(forbidden(path.key(key), `may not ${verb} mirror pod annotation`));
  };
  for (const [key, value] of entries(obj(old, 'metadata'), 'annotations')) {
    if (now[key] !== value) guard(key, 'remove or update');
  }
  for (const [key] of entries(meta, 'annotations')) if (!Object.hasOwn(before, key)) guard(key, 'add');
  errors.push(...checkPodAnnotations(path, meta, obj(pod, 'spec') ?? {}, options));
  return errors;
}

/** Profiles told both by annotation and by field must agree: seccomp, then AppArmor. */
export function checkProfilesAgree(path: FieldPath, meta: JsonObject | undefined, spec: JsonObject): FieldError[] {
  const annotations = obj(meta, 'annotations');
  if (annotations === undefined) return [];
  const errors: FieldError[] = [];
  const podContext = obj(spec, 'securityContext');
  const seccomp = (at: FieldPath, owner: JsonObject | undefined, key: string): void => {
    const profile = obj(owner, 'seccompProfile');
    const text = optStr(annotations, key);
    if (profile === undefined || text === undefined) return;
    errors.push(...checkAgree(at.child('securityContext', 'seccompProfile'), profile, text, 'seccomp'));
  };
  seccomp(path, podContext, SECCOMP_POD);
  const containers = allContainers(spec, path);
  for (const [container, at] of containers) {
    seccomp(at, obj(container, 'securityContext'), SECCOMP_CONTAINER + str(container, 'name'));
  }
  if (str(obj(spec, 'os'), 'name') === 'windows') return errors;
  for (const [container, at] of containers) {
    const profile = obj(obj(container, 'securityContext'), 'appArmorProfile') ?? obj(podContext, 'appArmorProfile');
    const text = optStr(annotations, APPARMOR + str(container, 'name'));
    if (profile === undefined || text === undefined) continue;
    errors.push(...checkAgree(at.child('securityContext', 'appArmorProfile'), profile, text, 'apparmor'));
  }
  return errors;
}

function checkAgree(path: FieldPath, profile: JsonObject, text: string, kind: 'seccomp' | 'apparmor'): FieldError[] {
  const wrongType = [forbidden(path.child('type'), `${kind} type in annotation and field must match`)];
  switch (str(profile, 'type')) {
    case 'Unconfined':
      return text === 'unconfined' ? [] : wrongType;
    case 'RuntimeDefault':
      return text === 'runtime/default' || (kind === 'seccomp' && text === 'docker/default') ? [] : wrongType;
    case 'Localhost':
      if (!text.startsWith('localhost/')) return wrongType;
      if (optStr(profile, 'localhostProfile') === text.slice('localhost/'.length)) return [];
      return [forbidden(path.child('localhostProfile'), `${kind} profile in annotation and field must match`)];
    default:
      return [];
  }
}
