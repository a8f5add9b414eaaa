import { asArray, asObject, type Json } from '../../../model/json.ts';
import { badContainers, containersText, forbidden, type Objection, quoted, required, sortedSet } from '../finding.ts';
import type { ContainerView, PodView } from '../pod.ts';

const DEFAULT_CAPABILITIES: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

/** Only capabilities of the default set may be added. Upstream: `check_capabilities_baseline.go`. */
export function checkCapabilitiesBaseline(pod: PodView): Objection | undefined {
  return addedOutside(pod, DEFAULT_CAPABILITIES, 'non-default capabilities');
}

/** ALL must be dropped, only NET_BIND_SERVICE added. Upstream: `check_capabilities_restricted.go`. */
export function checkCapabilitiesRestricted(pod: PodView): Objection | undefined {
  const reason = 'unrestricted capabilities';
  const missing = badContainers(pod, (container) => {
    const path = `${container.field}.securityContext.capabilities.drop`;
    const dropped = listOf(container, 'drop');
    if (dropped.includes('ALL')) return undefined;
    return dropped.length === 0 ? required(path) : forbidden(path, sortedSet(dropped));
  });
  const added = addedOutside(pod, new Set(['NET_BIND_SERVICE']), reason);
  if (missing.names.length === 0) return added;
  const drop = `${containersText(missing.names)} must set securityContext.capabilities.drop=["ALL"]`;
  return {
    reason,
    detail: added === undefined ? drop : `${drop}; ${added.detail}`,
    fields: [...missing.fields, ...(added?.fields ?? [])],
  };
}

function addedOutside(pod: PodView, allowed: ReadonlySet<string>, reason: string): Objection | undefined {
  const all: string[] = [];
  const bad = badContainers(pod, (container) => {
    const outside = listOf(container, 'add').filter((name) => !allowed.has(name));
    if (outside.length === 0) return undefined;
    all.push(...outside);
    return forbidden(`${container.field}.securityContext.capabilities.add`, sortedSet(outside));
  });
  if (bad.names.length === 0) return undefined;
  const names = quoted(sortedSet(all));
  const detail = `${containersText(bad.names)} must not include ${names} in securityContext.capabilities.add`;
  return { reason, detail, fields: bad.fields };
}

function listOf(container: ContainerView, name: 'add' | 'drop'): readonly string[] {
  const capabilities = asObject(container.securityContext?.['capabilities']);
  return (asArray(capabilities?.[name]) ?? []).map((item: Json) => (typeof item === 'string' ? item : ''));
}
