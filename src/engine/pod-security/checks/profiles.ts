import { compareBytes, goQuote } from '../../../language/go-text.ts';
import { asObject, asString, type JsonObject } from '../../../model/json.ts';
import {
  badContainers,
  containersText,
  type FieldFinding,
  forbidden,
  type Objection,
  plural,
  quoted,
  required,
  settersText,
  sortedSet,
} from '../finding.ts';
import type { PodView } from '../pod.ts';

const APPARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_PREFIX = 'container.seccomp.security.alpha.kubernetes.io/';

function isValidType(type: string): boolean {
  return type === 'RuntimeDefault' || type === 'Localhost';
}

function profileType(securityContext: JsonObject | undefined, profile: string): string | undefined {
  const found = asObject(securityContext?.[profile]);
  return found === undefined ? undefined : (asString(found['type']) ?? '');
}

interface BadTypes {
  readonly podIsBad: boolean;
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly fields: readonly FieldFinding[];
}

/** Pod and containers that set a profile to another type than RuntimeDefault and Localhost. */
function badTypes(pod: PodView, profile: string): BadTypes {
  const types: string[] = [];
  const fields: FieldFinding[] = [];
  const podType = profileType(pod.securityContext, profile);
  const podIsBad = podType !== undefined && !isValidType(podType);
  if (podIsBad) {
    types.push(podType);
    fields.push(forbidden(`spec.securityContext.${profile}.type`, podType));
  }
  const bad = badContainers(pod, ({ field, securityContext }) => {
    const type = profileType(securityContext, profile);
    if (type === undefined || isValidType(type)) return undefined;
    types.push(type);
    return forbidden(`${field}.securityContext.${profile}.type`, type);
  });
  return { podIsBad, names: bad.names, types: sortedSet(types), fields: [...fields, ...bad.fields] };
}

/** AppArmor profiles must be the default or local ones. Upstream: `check_appArmorProfile.go`. */
export function checkAppArmor(pod: PodView): Objection | undefined {
  const bad = badTypes(pod, 'appArmorProfile');
  const annotations = Object.keys(pod.annotations)
    .sort(compareBytes)
    .map((key) => ({ key, value: asString(pod.annotations[key]) ?? '' }))
    .filter(({ key, value }) => key.startsWith(APPARMOR_PREFIX) && !isValidAnnotation(value));
  if (bad.fields.length === 0 && annotations.length === 0) return undefined;
  const setters = bad.fields.length === 0 ? [] : [settersText(bad.podIsBad, bad.names)];
  if (annotations.length > 0) setters.push(plural('annotation', 'annotations', annotations.length));
  const values = [...bad.types, ...annotations.map(({ key, value }) => `${key}=${goQuote(value)}`).sort(compareBytes)];
  return {
    reason: plural('forbidden AppArmor profile', 'forbidden AppArmor profiles', values.length),
    detail: `${setters.join(' and ')} must not set AppArmor profile type to ${quoted(values)}`,
    fields: [...bad.fields, ...annotations.map(({ key, value }) => forbidden(`metadata.annotations[${key}]`, value))],
  };
}

function isValidAnnotation(value: string): boolean {
  return value === '' || value === 'runtime/default' || value.startsWith('localhost/');
}

/** Before 1.19: seccomp annotations. Upstream: `seccompProfileBaselineV1Dot0`. */
export function checkSeccompAnnotations(pod: PodView): Objection | undefined {
  const found = new Map<string, FieldFinding[]>();
  for (const key of [SECCOMP_POD, ...pod.containers.map(({ name }) => SECCOMP_PREFIX + name)]) {
    const value = Object.hasOwn(pod.annotations, key) ? (asString(pod.annotations[key]) ?? '') : undefined;
    if (value === undefined || value === 'docker/default' || (value !== '' && isValidAnnotation(value))) continue;
    const name = `${key}=${goQuote(value)}`;
    const fields = found.get(name) ?? [];
    found.set(name, [...fields, forbidden(`metadata.annotations[${key}]`, value)]);
  }
  if (found.size === 0) return undefined;
  const names = [...found.keys()].sort(compareBytes);
  const detail = `forbidden ${plural('annotation', 'annotations', names.length)} ${names.join(', ')}`;
  return { reason: 'seccompProfile', detail, fields: [...found.values()].flat() };
}

/** From 1.19: seccomp profiles must not be set to bad types. Upstream: `seccompProfileBaselineV1Dot19`. */
export function checkSeccompBaseline(pod: PodView): Objection | undefined {
  const bad = badTypes(pod, 'seccompProfile');
  if (bad.fields.length === 0) return undefined;
  const setters = settersText(bad.podIsBad, bad.names);
  const detail = `${setters} must not set securityContext.seccompProfile.type to ${quoted(bad.types)}`;
  return { reason: 'seccompProfile', detail, fields: bad.fields };
}

/** A good seccomp profile must be set for every container. Upstream: `check_seccompProfile_restricted.go`. */
export function checkSeccompRestricted(pod: PodView): Objection | undefined {
  const bad = checkSeccompBaseline(pod);
  if (bad !== undefined) return bad;
  if (profileType(pod.securityContext, 'seccompProfile') !== undefined) return undefined;
  const unset = badContainers(pod, ({ field, securityContext }) =>
    profileType(securityContext, 'seccompProfile') === undefined
      ? required(`${field}.securityContext.seccompProfile.type`)
      : undefined,
  );
  if (unset.names.length === 0) return undefined;
  const must = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"';
  return { reason: 'seccompProfile', detail: `pod or ${containersText(unset.names)} ${must}`, fields: unset.fields };
}
