import { asObject } from '../../model/json.ts';
import { checkCapabilitiesBaseline, checkCapabilitiesRestricted } from './checks/capabilities.ts';
import {
  checkHostPorts,
  checkHostProbes,
  checkPrivileged,
  checkPrivilegeEscalation,
  checkProcMount,
} from './checks/container.ts';
import { checkRunAsNonRoot, checkRunAsUser, checkWindowsHostProcess, seLinuxCheck } from './checks/identity.ts';
import { checkHostNamespaces, checkHostPathVolumes, checkRestrictedVolumes, sysctlsCheck } from './checks/pod-level.ts';
import {
  checkAppArmor,
  checkSeccompAnnotations,
  checkSeccompBaseline,
  checkSeccompRestricted,
} from './checks/profiles.ts';
import type { Finding, PodCheck } from './finding.ts';
import type { PodView } from './pod.ts';

/** A check with its id, as one version has it. */
interface SelectedCheck {
  readonly id: string;
  readonly check: PodCheck;
}

/**
 * The minor version that a policy names: `undefined` when the text is neither empty, `latest` nor `v1.N`; infinite
 * for the newest. Upstream: `ParseVersion` in `pkg/pss/evaluate.go`.
 */
export function parseMinor(version: string): number | undefined {
  if (version === '' || version === 'latest') return Number.POSITIVE_INFINITY;
  const match = /^v1\.(0|[1-9]\d*)$/.exec(version);
  if (match === null) return undefined;
  const minor = BigInt(match[1] ?? '0');
  return minor < 2n ** 63n ? Number(minor) : undefined;
}

/**
 * The checks of a level and version, in their order. `baseline` leaves out the restricted ones; any other level,
 * `privileged` too, has them all. A version only chooses between variants: none is too new for an old version.
 * Upstream: `evaluatePSS` in `pkg/pss/evaluate.go` over `k8s.io/pod-security-admission/policy`.
 */
export function checksOf(level: string, minor: number): (pod: PodView) => Finding[] {
  const checks = level === 'baseline' ? baselineChecks(minor) : allChecks(minor);
  return (pod) => {
    const findings: Finding[] = [];
    for (const { id, check } of checks) {
      const objection = check(pod);
      if (objection !== undefined) findings.push({ id, ...objection });
    }
    return findings;
  };
}

const RESTRICTED: ReadonlySet<string> = new Set([
  'allowPrivilegeEscalation',
  'capabilities_restricted',
  'restrictedVolumes',
  'runAsNonRoot',
  'runAsUser',
  'seccompProfile_restricted',
]);

function baselineChecks(minor: number): readonly SelectedCheck[] {
  return allChecks(minor).filter(({ id }) => !RESTRICTED.has(id));
}

function allChecks(minor: number): readonly SelectedCheck[] {
  const exceptWindows = (check: PodCheck): PodCheck => (minor >= 25 ? unlessWindows(check) : check);
  return [
    { id: 'allowPrivilegeEscalation', check: exceptWindows(checkPrivilegeEscalation) },
    { id: 'appArmorProfile', check: checkAppArmor },
    { id: 'capabilities_baseline', check: checkCapabilitiesBaseline },
    { id: 'capabilities_restricted', check: exceptWindows(checkCapabilitiesRestricted) },
    { id: 'hostNamespaces', check: checkHostNamespaces },
    { id: 'hostPathVolumes', check: checkHostPathVolumes },
    { id: 'hostPorts', check: checkHostPorts },
    { id: 'hostProbesAndHostLifecycle', check: checkHostProbes },
    { id: 'privileged', check: checkPrivileged },
    { id: 'procMount', check: checkProcMount },
    { id: 'restrictedVolumes', check: checkRestrictedVolumes },
    { id: 'runAsNonRoot', check: checkRunAsNonRoot },
    { id: 'runAsUser', check: checkRunAsUser },
    { id: 'seLinuxOptions', check: seLinuxCheck(minor) },
    { id: 'seccompProfile_baseline', check: minor >= 19 ? checkSeccompBaseline : checkSeccompAnnotations },
    { id: 'seccompProfile_restricted', check: exceptWindows(checkSeccompRestricted) },
    { id: 'sysctls', check: sysctlsCheck(minor) },
    { id: 'windowsHostProcess', check: checkWindowsHostProcess },
  ];
}

function unlessWindows(check: PodCheck): PodCheck {
  return (pod) => (asObject(pod.spec['os'])?.['name'] === 'windows' ? undefined : check(pod));
}
