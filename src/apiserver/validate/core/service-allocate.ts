import type { Json, JsonObject } from '../../../model/json.ts';
import { type FieldError, invalid, invalidText } from '../field-error.ts';
import { root } from '../field-path.ts';
import { has, int, objs, optBool, optStr, size, str, strs } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { contains, parseCidr, parseIp } from '../ip.ts';
import { checkClusterIps } from './service-ips.ts';

/**
 * What a service asks to be allocated: its addresses and node ports. The cluster is the reference one: IPv4 alone,
 * addresses from 10.96.0.0/16, node ports 30000-32767; what other services hold is not looked at.
 * Upstream: `pkg/registry/core/service/storage/alloc.go`.
 */

const SPEC = root('spec');
const POLICY = SPEC.child('ipFamilyPolicy');
const RANGE = '10.96.0.0/16';
const HOST_BITS = 0xffffn;
/** The network and the broadcast address. */
const RESERVED = [0n, HOST_BITS];
const [FIRST_PORT, LAST_PORT] = [30000n, 32767n];

/** The type needs an address within the cluster. */
export function needsIp(spec: JsonObject | undefined): boolean {
  return str(spec, 'type') !== 'ExternalName';
}

/** The type needs a port on every node. */
export function needsNodePort(spec: JsonObject | undefined): boolean {
  return ['NodePort', 'LoadBalancer'].includes(str(spec, 'type'));
}

/** Whether a load balancer asks the nodes if they have the service. */
export function needsHealthCheck(spec: JsonObject | undefined): boolean {
  return str(spec, 'type') === 'LoadBalancer' && str(spec, 'externalTrafficPolicy') === 'Local';
}

/** The spec with what an update leaves out but the stored service has. Upstream: `patchAllocatedValues`. */
export function withStored(spec: JsonObject, old: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...spec };
  if (needsIp(old) && needsIp(spec)) {
    if (str(spec, 'clusterIP') === '' && has(old, 'clusterIP')) merged['clusterIP'] = str(old, 'clusterIP');
    if (size(spec, 'clusterIPs') === 0 && size(old, 'clusterIPs') > 0)
      merged['clusterIPs'] = [...strs(old, 'clusterIPs')];
  }
  if ([old, spec].every((item) => needsNodePort(item) && allocatesPorts(item)))
    merged['ports'] = storedNodePorts(spec, old);
  if (needsHealthCheck(old) && needsHealthCheck(spec) && int(spec, 'healthCheckNodePort') === 0n) {
    merged['healthCheckNodePort'] = int(old, 'healthCheckNodePort');
  }
  return withMatchingIps(merged, old);
}

function storedNodePorts(spec: JsonObject, old: JsonObject): readonly JsonObject[] {
  const known = new Map(objs(old, 'ports').map((port) => [str(port, 'name'), int(port, 'nodePort')] as const));
  const before = new Set(objs(old, 'ports').map((port) => int(port, 'nodePort')));
  const used = new Set(
    objs(spec, 'ports')
      .map((port) => int(port, 'nodePort'))
      .filter((port) => before.has(port)),
  );
  return objs(spec, 'ports').map((port) => {
    const stored = known.get(str(port, 'name')) ?? 0n;
    if (int(port, 'nodePort') !== 0n || stored === 0n || used.has(stored)) return port;
    return { ...port, nodePort: stored };
  });
}

function sameList(a: JsonObject | undefined, b: JsonObject | undefined, key: string): boolean {
  const [left, right] = [strs(a, key), strs(b, key)];
  return left.length === right.length && left.every((item, i) => item === right[i]);
}

/** Keeps `clusterIP` and `clusterIPs` in step for clients that know only one. Upstream: `normalizeClusterIPs`. */
export function withMatchingIps(spec: JsonObject, old: JsonObject | undefined): JsonObject {
  const ip = str(spec, 'clusterIP');
  const ips = strs(spec, 'clusterIPs');
  if (old === undefined) return ip !== '' && ips.length === 0 ? { ...spec, clusterIPs: [ip] } : spec;
  const oldIp = str(old, 'clusterIP');
  if (oldIp === ip) {
    return ips.length === 0 && size(old, 'clusterIPs') > 0
      ? { ...spec, clusterIPs: [...strs(old, 'clusterIPs')] }
      : spec;
  }
  if (!sameList(spec, old, 'clusterIPs')) return spec;
  return { ...spec, clusterIPs: oldIp !== '' && ip === '' ? [] : [ip] };
}

/** The spec without addresses that an update to a type without them just repeats. Upstream: `dropTypeDependentFields`. */
export function withoutUnneeded(spec: JsonObject, old: JsonObject): JsonObject {
  const isSame = str(spec, 'clusterIP') === str(old, 'clusterIP') && sameList(spec, old, 'clusterIPs');
  if (!needsIp(old) || needsIp(spec) || !isSame) return spec;
  const kept: Record<string, Json> = { ...spec };
  delete kept['clusterIP'];
  delete kept['clusterIPs'];
  return kept;
}

/** A spec after allocation, or what stopped it. */
export interface Allocated {
  readonly spec: JsonObject;
  readonly errors: readonly FieldError[];
}

/**
 * Allocates for a new service, or for one that replaces `old`. Addresses that are free to choose stay empty; `isDryRun`
 * takes any node port.
 */
export function allocate(spec: JsonObject, old: JsonObject | undefined, isDryRun = true): Allocated {
  const families = withFamilies(spec, old);
  if (families.errors.length > 0) return families;
  const wrong = ipErrors(families.spec, old, isDryRun);
  if (wrong.length > 0) return { spec: families.spec, errors: wrong };
  const allocated = withNodePorts(families.spec, old, isDryRun);
  if (allocated.errors.length > 0 || !needsHealthCheck(spec) || int(spec, 'healthCheckNodePort') !== 0n) {
    return allocated;
  }
  return { spec: { ...allocated.spec, healthCheckNodePort: FIRST_PORT }, errors: [] };
}

/** Upstream: `initIPFamilyFields`. */
function withFamilies(spec: JsonObject, old: JsonObject | undefined): Allocated {
  if (str(spec, 'type') === 'ExternalName' || keepsPreferDualStack(spec, old)) return { spec, errors: [] };
  const headlessNoSelector = str(spec, 'clusterIP') === 'None' && size(spec, 'selector') === 0;
  const policy =
    optStr(spec, 'ipFamilyPolicy') ??
    optStr(old, 'ipFamilyPolicy') ??
    (headlessNoSelector ? 'RequireDualStack' : 'SingleStack');
  const merged: Record<string, Json> = { ...spec, ipFamilyPolicy: policy };
  const wrong = checkClusterIps(merged, old);
  if (wrong.length > 0) return { spec: merged, errors: wrong };
  const errors: FieldError[] = [];
  const refuse = (detail: string): void => {
    errors.push(invalidText(POLICY, goText('s', policy), detail));
  };
  if (old !== undefined) releaseSecond(merged, old, policy, refuse);
  const ips = strs(merged, 'clusterIPs');
  const families = [...strs(merged, 'ipFamilies')];
  if (policy === 'SingleStack') {
    const detail = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
    if (ips.length === 2) refuse(`${detail} cluster IPs are specified`);
    if (families.length === 2) refuse(`${detail} IP families are specified`);
  }
  for (const [i, ip] of ips.entries()) {
    if (ip === 'None') break;
    if (i < families.length) continue;
    if (parseIp(ip)?.version === 4) families.push('IPv4');
    else {
      const shown = goText('[s', merged['clusterIPs']);
      errors.push(invalidText(SPEC.child('clusterIPs').index(i), shown, 'IPv6 is not configured on this cluster'));
    }
  }
  if (errors.length > 0) return { spec: merged, errors };
  if (headlessNoSelector) {
    if (families.length === 0) families.push('IPv4');
    if (families.length < 2 && policy !== 'SingleStack') families.push(families[0] === 'IPv4' ? 'IPv6' : 'IPv4');
    return { spec: { ...merged, ipFamilies: families }, errors };
  }
  if (policy === 'RequireDualStack') refuse('this cluster is not configured for dual-stack services');
  for (const [i, family] of families.entries()) {
    if (family === 'IPv4') continue;
    const at = SPEC.child('ipFamilies').index(i);
    errors.push(invalidText(at, goText('s', family), 'not configured on this cluster'));
  }
  return { spec: { ...merged, ipFamilies: families.length === 0 ? ['IPv4'] : families }, errors };
}

/** Upstream: `isMatchingPreferDualStackClusterIPFields`. */
function keepsPreferDualStack(spec: JsonObject, old: JsonObject | undefined): boolean {
  if (old === undefined || !sameList(spec, old, 'clusterIPs') || !sameList(spec, old, 'ipFamilies')) return false;
  const policies = [optStr(spec, 'ipFamilyPolicy'), optStr(old, 'ipFamilyPolicy')];
  return needsIp(spec) && needsIp(old) && policies.every((policy) => policy === 'PreferDualStack');
}

function releaseSecond(
  spec: Record<string, Json>,
  old: JsonObject,
  policy: string,
  refuse: (detail: string) => void,
): void {
  for (const [key, what] of [
    ['clusterIPs', 'cluster IP'],
    ['ipFamilies', 'IP family'],
  ] as const) {
    const [now, then] = [strs(spec, key), strs(old, key)];
    if (policy === 'SingleStack') {
      if (sameList(spec, old, key) && now.length > 1) spec[key] = now.slice(0, 1);
    } else if (now.length > 0 && now.length < then.length) {
      refuse(`must be 'SingleStack' to release the secondary ${what}`);
    }
  }
}

function ipErrors(spec: JsonObject, old: JsonObject | undefined, isDryRun: boolean): FieldError[] {
  const range = parseCidr(RANGE);
  const ip = strs(spec, 'clusterIPs')[0];
  if (!needsIp(spec) || ip === undefined || ip === '' || ip === 'None' || range === undefined) return [];
  if (old !== undefined && needsIp(old)) return [];
  const address = parseIp(ip);
  if (address === undefined || (contains(range, address) && !RESERVED.includes(address.bits & HOST_BITS))) return [];
  const reason = isDryRun
    ? `the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${RANGE}`
    : 'the provided network does not match the current range';
  const shown = goText('[s', spec['clusterIPs']);
  return [invalidText(SPEC.child('clusterIPs'), shown, `failed to allocate IP ${ip}: ${reason}`)];
}

/** Upstream: `initNodePorts`. */
function withNewPorts(spec: JsonObject, isDryRun: boolean): Allocated {
  const ports = objs(spec, 'ports');
  const taken: bigint[] = [];
  const ofPort = new Map<bigint, bigint>();
  const filled: JsonObject[] = [];
  for (const [i, port] of ports.entries()) {
    const [number, own] = [int(port, 'port'), int(port, 'nodePort')];
    const known = ofPort.get(number);
    if (own === 0n && !allocatesPorts(spec)) filled.push(port);
    else if (own === known || (own === 0n && known !== undefined)) filled.push({ ...port, nodePort: known ?? own });
    else {
      const requested = known === undefined ? firstRequested(ports, number) : own;
      const complaint = requested === 0n ? undefined : portComplaint(requested, taken, isDryRun);
      if (complaint !== undefined) return { spec, errors: [portError(i, requested, complaint)] };
      const chosen = requested === 0n ? nextPort(taken) : requested;
      taken.push(chosen);
      if (known === undefined) ofPort.set(number, chosen);
      filled.push({ ...port, nodePort: chosen });
    }
  }
  return { spec: { ...spec, ports: filled }, errors: [] };
}

/** Upstream: `updateNodePorts`. */
function withChangedPorts(spec: JsonObject, old: JsonObject, isDryRun: boolean): Allocated {
  const before = new Set(objs(old, 'ports').map((port) => int(port, 'nodePort')));
  const taken: bigint[] = [];
  const filled: JsonObject[] = [];
  for (const [i, port] of objs(spec, 'ports').entries()) {
    const own = int(port, 'nodePort');
    if (own === 0n && !allocatesPorts(spec)) filled.push(port);
    else {
      const isNew = own !== 0n && !before.has(own) && !taken.includes(own);
      const complaint = isNew ? portComplaint(own, taken, isDryRun) : undefined;
      if (complaint !== undefined) return { spec, errors: [portError(i, own, complaint)] };
      const chosen = own === 0n ? nextPort(taken) : own;
      if (own === 0n || isNew) taken.push(chosen);
      filled.push({ ...port, nodePort: chosen });
    }
  }
  return { spec: { ...spec, ports: filled }, errors: [] };
}

function withNodePorts(spec: JsonObject, old: JsonObject | undefined, isDryRun: boolean): Allocated {
  if (!needsNodePort(spec) || size(spec, 'ports') === 0) return { spec, errors: [] };
  return old === undefined ? withNewPorts(spec, isDryRun) : withChangedPorts(spec, old, isDryRun);
}

function allocatesPorts(spec: JsonObject): boolean {
  return str(spec, 'type') === 'NodePort' || optBool(spec, 'allocateLoadBalancerNodePorts') !== false;
}

function firstRequested(ports: readonly JsonObject[], number: bigint): bigint {
  return int(
    ports.find((port) => int(port, 'port') === number && int(port, 'nodePort') !== 0n),
    'nodePort',
  );
}

/** A port as a dry run makes one up. */
function nextPort(taken: readonly bigint[]): bigint {
  return taken.length === 0 ? LAST_PORT + 2n : taken.reduce((a, b) => (a > b ? a : b)) + 1n;
}

function portComplaint(port: bigint, taken: readonly bigint[], isDryRun: boolean): string | undefined {
  if (!isDryRun && (port < FIRST_PORT || port > LAST_PORT)) {
    return `provided port is not in the valid range. The range of valid ports is ${FIRST_PORT}-${LAST_PORT}`;
  }
  return taken.includes(port) ? 'provided port is already allocated' : undefined;
}

function portError(i: number, port: bigint, complaint: string): FieldError {
  return invalid(SPEC.child('ports').index(i).child('nodePort'), port, complaint);
}
