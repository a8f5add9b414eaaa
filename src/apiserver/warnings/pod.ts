import { goQuote } from '../../language/go-text.ts';
import { asArray, asString, type JsonObject } from '../../model/json.ts';
import { isUnset, type Mutable, objectAt, objectsAt } from '../default/mutable.ts';
import { warnOnIp } from './address.ts';
import { deprecatedLabel, warnOnNodeTerm } from './node-label.ts';
import type { Placed } from './placed.ts';
import { warnOnPorts } from './port.ts';
import { warnOnFraction, warnOnVolumes } from './volume.ts';

const OLD_ANNOTATIONS = [
  ['scheduler.alpha.kubernetes.io/critical-pod', 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  ['security.alpha.kubernetes.io/unsafe-sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
] as const;
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';

/**
 * Warnings on a pod (`path` is `""`) or a pod template (`path` is e.g. `spec.template`), in upstream's order.
 * Upstream: `warningsForPodSpecAndMeta` (pkg/api/pod/warnings.go).
 */
export function warnOnPod(pod: Mutable, path: string): readonly string[] {
  const spec = objectAt(pod, 'spec') ?? {};
  const metadata = objectAt(pod, 'metadata') ?? {};
  const annotations: JsonObject = objectAt(metadata, 'annotations') ?? {};
  const prefix = path === '' ? '' : `${path}.`;
  const at = `${prefix}spec`;
  const notes = `${prefix}metadata.annotations`;
  const containers = containersOf(spec, at);
  return [
    ...warnOnPlacement(spec, at),
    ...OLD_ANNOTATIONS.filter(([key]) => key in annotations).map(([key, text]) => `${notes}[${key}]: ${text}`),
    ...warnOnVolumes(objectsAt(spec, 'volumes'), `${at}.volumes`),
    ...warnOnNames(spec, at),
    ...warnOnFraction(objectAt(spec, 'overhead'), 'memory', `${at}.overhead`),
    ...warnOnFraction(objectAt(spec, 'overhead'), 'ephemeral-storage', `${at}.overhead`),
    ...warnOnSeccomp(objectAt(spec, 'securityContext'), annotations, SECCOMP_POD, notes),
    ...containers.flatMap((placed) => warnOnContainer(placed, spec, annotations, notes, path !== '')),
    ...warnOnPorts(containers),
    ...warnOnGracePeriod(spec, at),
    ...warnOnAffinity(spec, at),
    ...warnOnAddresses(spec, at),
  ];
}

function containersOf(spec: Mutable, path: string): readonly Placed[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    objectsAt(spec, list).map((container, i) => ({ container, path: `${path}.${list}[${i}]` })),
  );
}

function warnOnPlacement(spec: Mutable, path: string): readonly string[] {
  const warnings = Object.keys(objectAt(spec, 'nodeSelector') ?? {}).flatMap((key) => {
    const text = deprecatedLabel(key);
    return text === undefined ? [] : [`${path}.nodeSelector[${key}]: ${text}`];
  });
  const affinity = objectAt(objectAt(spec, 'affinity') ?? {}, 'nodeAffinity') ?? {};
  const head = `${path}.affinity.nodeAffinity`;
  const required = objectAt(affinity, 'requiredDuringSchedulingIgnoredDuringExecution') ?? {};
  objectsAt(required, 'nodeSelectorTerms').forEach((term, i) => {
    const at = `${head}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}]`;
    warnings.push(...warnOnNodeTerm(term, at, false));
  });
  objectsAt(affinity, 'preferredDuringSchedulingIgnoredDuringExecution').forEach((term, i) => {
    const at = `${head}.preferredDuringSchedulingIgnoredDuringExecution[${i}].preference`;
    warnings.push(...warnOnNodeTerm(objectAt(term, 'preference') ?? {}, at, true));
  });
  objectsAt(spec, 'topologySpreadConstraints').forEach((constraint, i) => {
    const at = `${path}.topologySpreadConstraints[${i}]`;
    const key = asString(constraint['topologyKey']);
    const text = deprecatedLabel(key);
    if (text !== undefined) warnings.push(`${at}.topologyKey: ${key} is ${text}`);
    if (isUnset(constraint, 'labelSelector')) warnings.push(noSelector(`${at}.labelSelector`));
  });
  return warnings;
}

function noSelector(path: string): string {
  return `${path}: a null labelSelector results in matching no pod`;
}

function warnOnNames(spec: Mutable, path: string): readonly string[] {
  const warnings: string[] = [];
  const repeated = (list: string, key: string, word: string): void => {
    const seen = new Set<string>();
    objectsAt(spec, list).forEach((item, i) => {
      const value = asString(item[key]) ?? '';
      if (seen.has(value)) warnings.push(`${path}.${list}[${i}].${key}: duplicate ${word} ${goQuote(value)}`);
      seen.add(value);
    });
  };
  repeated('hostAliases', 'ip', 'ip');
  repeated('imagePullSecrets', 'name', 'name');
  objectsAt(spec, 'imagePullSecrets').forEach((secret, i) => {
    const empty = (asString(secret['name']) ?? '') === '';
    if (empty) warnings.push(`${path}.imagePullSecrets[${i}].name: invalid empty name ""`);
  });
  return warnings;
}

function warnOnSeccomp(
  context: Mutable | undefined,
  annotations: JsonObject,
  key: string,
  notes: string,
): readonly string[] {
  if (!(key in annotations) || (context !== undefined && !isUnset(context, 'seccompProfile'))) return [];
  return [`${notes}[${key}]: non-functional in v1.27+; use the "seccompProfile" field instead`];
}

function warnOnContainer(
  { container, path }: Placed,
  spec: Mutable,
  annotations: JsonObject,
  notes: string,
  isTemplate: boolean,
): readonly string[] {
  const name = asString(container['name']) ?? '';
  const context = objectAt(container, 'securityContext');
  const warnings = [...warnOnSeccomp(context, annotations, `${SECCOMP_CONTAINER}${name}`, notes)];
  const key = `${APP_ARMOR}${name}`;
  const hasField = context !== undefined && !isUnset(context, 'appArmorProfile');
  if (isTemplate && !hasField && key in annotations && !matchesPodProfile(spec, asString(annotations[key]) ?? '')) {
    warnings.push(`${notes}[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`);
  }
  const resources = objectAt(container, 'resources') ?? {};
  for (const resource of ['memory', 'ephemeral-storage']) {
    for (const which of ['limits', 'requests']) {
      warnings.push(...warnOnFraction(objectAt(resources, which), resource, `${path}.resources.${which}`));
    }
  }
  return [...warnings, ...warnOnEnv(container, path)];
}

function matchesPodProfile(spec: Mutable, annotation: string): boolean {
  const profile = objectAt(objectAt(spec, 'securityContext') ?? {}, 'appArmorProfile');
  const local = 'localhost/';
  if (profile === undefined) return false;
  if (annotation.startsWith(local)) {
    return profile['type'] === 'Localhost' && profile['localhostProfile'] === annotation.slice(local.length);
  }
  return (
    (annotation === 'unconfined' && profile['type'] === 'Unconfined') ||
    (annotation === 'runtime/default' && profile['type'] === 'RuntimeDefault')
  );
}

function warnOnEnv(container: Mutable, path: string): readonly string[] {
  const seen = new Set<string>();
  return objectsAt(container, 'env').flatMap((entry, i) => {
    const name = asString(entry['name']) ?? '';
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const reference = `$(${name})`;
    const value = asString(entry['value']) ?? '';
    const extendsIt = isUnset(entry, 'valueFrom') && value !== reference && value.includes(reference);
    if (extendsIt) return [];
    return [`${path}.env[${i}]: hides previous definition of ${goQuote(name)}, which may be dropped when using apply`];
  });
}

function warnOnGracePeriod(spec: Mutable, path: string): readonly string[] {
  const period = spec['terminationGracePeriodSeconds'];
  return typeof period === 'bigint' && period < 0n
    ? [`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
    : [];
}

function warnOnAffinity(spec: Mutable, path: string): readonly string[] {
  const affinity = objectAt(spec, 'affinity') ?? {};
  return ['podAffinity', 'podAntiAffinity'].flatMap((which) => {
    const rules = objectAt(affinity, which) ?? {};
    const required = 'requiredDuringSchedulingIgnoredDuringExecution';
    const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
    return [
      ...objectsAt(rules, required).flatMap((term, i) =>
        isUnset(term, 'labelSelector') ? [noSelector(`${path}.affinity.${which}.${required}[${i}].labelSelector`)] : [],
      ),
      ...objectsAt(rules, preferred).flatMap((weighted, i) =>
        isUnset(objectAt(weighted, 'podAffinityTerm') ?? {}, 'labelSelector')
          ? [noSelector(`${path}.affinity.${which}.${preferred}[${i}].podAffinityTerm.labelSelector`)]
          : [],
      ),
    ];
  });
}

function warnOnAddresses(spec: Mutable, path: string): readonly string[] {
  const servers = asArray(objectAt(spec, 'dnsConfig')?.['nameservers']) ?? [];
  return [
    ...servers.flatMap((server, i) => warnOnIp(`${path}.dnsConfig.nameservers[${i}]`, asString(server) ?? '')),
    ...objectsAt(spec, 'hostAliases').flatMap((alias, i) =>
      warnOnIp(`${path}.hostAliases[${i}].ip`, asString(alias['ip']) ?? ''),
    ),
  ];
}
