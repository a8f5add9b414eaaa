import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, invalid, invalidEach, invalidText, required } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { obj, objs, optInt, optStr, str } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { checkLabels } from '../label-selector.ts';
import { checkDnsLabel, checkLabelKey, rangeComplaint, subdomainName } from '../names.ts';
import { checkContainerResourceName } from '../resource-names.ts';
import { checkAffinity } from './affinity.ts';
import { checkContainers, checkEphemeralContainers, checkInitContainers, type PodContext } from './containers.ts';
import { checkDns, checkHostAliases, checkHostNetwork, checkHostnameOverride, checkHostUsers } from './network.ts';
import type { PodOptions } from './options.ts';
import { checkPodResources } from './pod-resources.ts';
import { checkEnum } from './pull-policy.ts';
import { checkFileKeyVolumes, checkResourceClaims } from './resource-claims.ts';
import { checkResources } from './resources.ts';
import { checkGates, checkSpread, checkTolerations } from './scheduling.ts';
import { checkPodSecurity } from './security.ts';
import { checkVolumes } from './volumes.ts';
import { checkHostProcess, checkOs } from './windows.ts';

const NO_CLAIMS: ReadonlySet<string> = new Set();

/** Errors for a pod's spec; `meta` is the pod's metadata, absent in a template. Upstream: `ValidatePodSpec`. */
export function checkPodSpec(
  path: FieldPath,
  spec: JsonObject,
  meta: JsonObject | undefined,
  options: PodOptions,
): FieldError[] {
  const errors: FieldError[] = [];
  const grace = optInt(spec, 'terminationGracePeriodSeconds');
  if (grace === undefined) errors.push(required(path.child('terminationGracePeriodSeconds')));
  const { volumes, errors: volumeErrors } = checkVolumes(path.child('volumes'), spec, str(meta, 'name'), options);
  const claims = new Set(objs(spec, 'resourceClaims').map((claim) => str(claim, 'name')));
  claims.delete('');
  const pod: PodContext = { spec, volumes, claims, options, grace };
  errors.push(
    ...volumeErrors,
    ...checkResourceClaims(path.child('resourceClaims'), spec, meta),
    ...checkContainers(path.child('containers'), pod),
    ...checkInitContainers(path.child('initContainers'), pod),
    ...checkEphemeralContainers(path.child('ephemeralContainers'), pod),
    ...checkPodResources(path, spec, claims, options),
    ...checkHostNetwork(path, spec, options),
    ...checkEnum(path.child('restartPolicy'), str(spec, 'restartPolicy'), ['Always', 'OnFailure', 'Never']),
    ...checkEnum(path.child('dnsPolicy'), str(spec, 'dnsPolicy'), DNS_POLICIES),
    ...checkLabels(path.child('nodeSelector'), spec, 'nodeSelector'),
    ...checkPodSecurity(path.child('securityContext'), spec, options),
    ...checkAffinity(path.child('affinity'), spec, options),
    ...checkDns(path.child('dnsConfig'), spec),
    ...objs(spec, 'readinessGates').flatMap((gate, i) =>
      checkLabelKey(path.child('readinessGates').index(i).child('conditionType'), str(gate, 'conditionType')),
    ),
    ...checkGates(path.child('schedulingGates'), spec),
    ...checkSpread(path.child('topologySpreadConstraints'), spec, options),
    ...checkHostProcess(path, spec),
    ...checkHostUsers(path, spec, options),
    ...checkHostnameOverride(path.child('hostnameOverride'), spec),
    ...checkNames(path, spec, ['serviceAccountName', 'nodeName']),
    ...checkDeadline(path.child('activeDeadlineSeconds'), optInt(spec, 'activeDeadlineSeconds'), 1n),
  );
  for (const key of ['hostname', 'subdomain']) {
    const name = str(spec, key);
    if (name !== '') errors.push(...checkDnsLabel(path.child(key), name));
  }
  errors.push(
    ...checkTolerations(path.child('tolerations'), objs(spec, 'tolerations'), options),
    ...checkHostAliases(path.child('hostAliases'), spec),
    ...checkNames(path, spec, ['priorityClassName']),
  );
  const runtime = optStr(spec, 'runtimeClassName');
  if (runtime !== undefined) {
    errors.push(...invalidEach(path.child('runtimeClassName'), runtime, subdomainName(runtime, false)));
  }
  const preemption = optStr(spec, 'preemptionPolicy');
  if (preemption !== undefined) {
    errors.push(...checkEnum(path.child('preemptionPolicy'), preemption, ['PreemptLowerPriority', 'Never']));
  }
  const overhead = obj(spec, 'overhead');
  if (overhead !== undefined) {
    const as = { limits: overhead };
    errors.push(...checkResources(path.child('overhead'), as, checkContainerResourceName, NO_CLAIMS, options));
  }
  errors.push(
    ...checkOs(path, spec),
    ...checkSchedulingGroup(path.child('schedulingGroup', 'podGroupName'), obj(spec, 'schedulingGroup')),
    ...checkFileKeyVolumes(path, spec),
  );
  return errors;
}

const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

function checkNames(path: FieldPath, spec: JsonObject, keys: readonly string[]): FieldError[] {
  return keys.flatMap((key) => {
    const name = str(spec, key);
    return name === '' ? [] : invalidEach(path.child(key), name, subdomainName(name, false));
  });
}

/** `activeDeadlineSeconds` from `least` on. */
export function checkDeadline(path: FieldPath, seconds: bigint | undefined, least: bigint): FieldError[] {
  if (seconds === undefined || (seconds >= least && seconds <= 2147483647n)) return [];
  return [invalid(path, seconds, rangeComplaint(least, 2147483647n))];
}

function checkSchedulingGroup(path: FieldPath, group: JsonObject | undefined): FieldError[] {
  if (group === undefined) return [];
  const name = optStr(group, 'podGroupName');
  if (name !== undefined) return invalidEach(path, name, subdomainName(name, false));
  return [invalidText(path, goText('*s', undefined), 'must specify one of: `podGroupName`')];
}
