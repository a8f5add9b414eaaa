import { asArray, asObject, asString, type Json, type JsonObject } from '../../../model/json.ts';
import {
  badContainers,
  containersText,
  type FieldFinding,
  forbidden,
  type Objection,
  plural,
  quoted,
  required,
  sortedSet,
} from '../finding.ts';
import type { ContainerView, PodView } from '../pod.ts';

/** Containers must set `allowPrivilegeEscalation: false`. Upstream: `check_allowPrivilegeEscalation.go`. */
export function checkPrivilegeEscalation(pod: PodView): Objection | undefined {
  const bad = badContainers(pod, ({ field, securityContext }) => {
    const path = `${field}.securityContext.allowPrivilegeEscalation`;
    if (securityContext === undefined) return required(path);
    const value = securityContext['allowPrivilegeEscalation'] ?? null;
    if (value === null) return forbidden(path, 'nil');
    return value === true ? forbidden(path, true) : undefined;
  });
  if (bad.names.length === 0) return undefined;
  const detail = `${containersText(bad.names)} must set securityContext.allowPrivilegeEscalation=false`;
  return { reason: 'allowPrivilegeEscalation != false', detail, fields: bad.fields };
}

/** Containers must not be privileged. Upstream: `check_privileged.go`. */
export function checkPrivileged(pod: PodView): Objection | undefined {
  const bad = badContainers(pod, ({ field, securityContext }) =>
    securityContext?.['privileged'] === true ? forbidden(`${field}.securityContext.privileged`, true) : undefined,
  );
  if (bad.names.length === 0) return undefined;
  const detail = `${containersText(bad.names)} must not set securityContext.privileged=true`;
  return { reason: 'privileged', detail, fields: bad.fields };
}

/** Containers must keep the default /proc mount. Upstream: `check_procMount.go`. */
export function checkProcMount(pod: PodView): Objection | undefined {
  const types: string[] = [];
  const bad = badContainers(pod, ({ field, securityContext }) => {
    const type = asString(securityContext?.['procMount']);
    if (type === undefined || type === 'Default') return undefined;
    types.push(type);
    return forbidden(`${field}.securityContext.procMount`, type);
  });
  if (bad.names.length === 0) return undefined;
  const types_ = quoted(sortedSet(types));
  const detail = `${containersText(bad.names)} must not set securityContext.procMount to ${types_}`;
  return { reason: 'procMount', detail, fields: bad.fields };
}

/** Containers must not use host ports. Upstream: `check_hostPorts.go`. */
export function checkHostPorts(pod: PodView): Objection | undefined {
  const ports: string[] = [];
  const bad = badContainers(pod, ({ field, value }) => {
    const found = (asArray(value['ports']) ?? []).flatMap((item, i): FieldFinding[] => {
      const port = Number(asObject(item)?.['hostPort'] ?? 0);
      if (port === 0) return [];
      ports.push(String(port));
      return [forbidden(`${field}.ports[${i}].hostPort`, port)];
    });
    return found.length === 0 ? undefined : found;
  });
  if (bad.names.length === 0) return undefined;
  const used = sortedSet(ports);
  const verb = plural('uses', 'use', bad.names.length);
  const detail = `${containersText(bad.names)} ${verb} ${plural('hostPort', 'hostPorts', used.length)} ${used.join(', ')}`;
  return { reason: 'hostPort', detail, fields: bad.fields };
}

/** Probes and lifecycle hooks must not name a host. It names no fields. Upstream: `check_hostProbesAndhostLifecycle.go`. */
export function checkHostProbes(pod: PodView): Objection | undefined {
  const names: string[] = [];
  const hosts: string[] = [];
  for (const container of pod.containers) {
    const found = namedHosts(container);
    if (found.length > 0) names.push(container.name);
    hosts.push(...found);
  }
  if (hosts.length === 0) return undefined;
  const named = sortedSet(names);
  const used = sortedSet(hosts);
  const what = plural('probe or lifecycle host', 'probe or lifecycle hosts', used.length);
  const detail = `${containersText(named)} ${plural('uses', 'use', named.length)} ${what} ${quoted(used)}`;
  return { reason: 'probe or lifecycle host', detail, fields: [] };
}

function namedHosts({ value }: ContainerView): readonly string[] {
  const lifecycle = asObject(value['lifecycle']);
  const handlers: readonly (Json | undefined)[] = [
    value['livenessProbe'],
    value['readinessProbe'],
    value['startupProbe'],
    lifecycle?.['postStart'],
    lifecycle?.['preStop'],
  ];
  return handlers.flatMap((handler) => hostsOf(asObject(handler)));
}

function hostsOf(handler: JsonObject | undefined): readonly string[] {
  if (handler === undefined) return [];
  const hosts = [asObject(handler['httpGet'])?.['host'], asObject(handler['tcpSocket'])?.['host']];
  return hosts.filter((host): host is string => typeof host === 'string' && host !== '');
}
