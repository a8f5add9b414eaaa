import { objectAt } from '../default/mutable.ts';
import * as baseline from './baseline.ts';
import * as restricted from './restricted.ts';
import type { Check, PodView, Violation } from './view.ts';

/** A level of the pod security standards. */
export type Level = 'privileged' | 'baseline' | 'restricted';

const relaxedInUserNamespace =
  (check: Check): Check =>
  (pod) =>
    pod.spec['hostUsers'] === false ? undefined : check(pod);

const exceptWindows =
  (check: Check): Check =>
  (pod) =>
    objectAt(pod.spec, 'os')?.['name'] === 'windows' ? undefined : check(pod);

/**
 * What a pod violates at a level and Kubernetes minor version (infinite for `latest`): baseline checks first, each
 * group in the order of its ids. Upstream: `EvaluatePod` (pod-security-admission/policy/registry.go).
 */
export function evaluatePod(level: Level, minor: number, pod: PodView): readonly Violation[] {
  if (level === 'privileged') return [];
  const checks = level === 'baseline' ? baselineChecks(minor) : restrictedChecks(minor);
  return checks.map((check) => check(pod)).filter((violation) => violation !== undefined);
}

function baselineChecks(minor: number): readonly Check[] {
  return [
    baseline.appArmorProfile,
    baseline.capabilitiesBaseline,
    ...sharedChecks(minor, baseline.hostPathVolumes),
    minor >= 35 ? relaxedInUserNamespace(baseline.procMount) : baseline.procMount,
    baseline.seLinuxOptions(minor),
    minor >= 19 ? baseline.seccompBaseline : baseline.seccompAnnotations,
    baseline.sysctls(minor),
    baseline.windowsHostProcess,
  ];
}

function sharedChecks(minor: number, hostPaths: Check | undefined): readonly Check[] {
  return [
    baseline.hostNamespaces,
    ...(hostPaths === undefined ? [] : [hostPaths]),
    baseline.hostPorts,
    ...(minor >= 34 ? [baseline.hostProbes] : []),
    baseline.privileged,
  ];
}

/** Restricted checks take the place of the weaker baseline ones. */
function restrictedChecks(minor: number): readonly Check[] {
  const windows = (check: Check): Check => (minor >= 25 ? exceptWindows(check) : check);
  const users = (check: Check): Check => (minor >= 35 ? relaxedInUserNamespace(check) : check);
  return [
    baseline.appArmorProfile,
    ...(minor >= 22 ? [] : [baseline.capabilitiesBaseline]),
    ...sharedChecks(minor, undefined),
    ...(minor >= 35 ? [] : [baseline.procMount]),
    baseline.seLinuxOptions(minor),
    ...(minor >= 19 ? [] : [baseline.seccompAnnotations]),
    baseline.sysctls(minor),
    baseline.windowsHostProcess,
    ...(minor >= 8 ? [windows(restricted.allowPrivilegeEscalation)] : []),
    ...(minor >= 22 ? [windows(restricted.capabilitiesRestricted)] : []),
    ...(minor >= 35 ? [baseline.procMount] : []),
    restricted.restrictedVolumes,
    users(restricted.runAsNonRoot),
    ...(minor >= 23 ? [users(restricted.runAsUser)] : []),
    ...(minor >= 19 ? [windows(restricted.seccompRestricted)] : []),
  ];
}

/** `reason (detail), reason (detail)`. */
export function violationsText(violations: readonly Violation[]): string {
  return violations.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ');
}
