import { goJson } from '../../language/go-text.ts';
import { asArray, asString, type Json, type JsonObject } from '../../model/json.ts';
import { ensureObject, isUnset, type Mutable, objectAt, objectsAt } from '../default/mutable.ts';
import type { ApiStatus } from '../status/status.ts';
import { invalid } from '../status/texts.ts';
import { type FieldError, invalidMessage } from '../validate/index.ts';
import { contains, parseCidr, parseIp } from '../validate/ip.ts';

/** The service range of the reference cluster. */
const RANGE = '10.96.0.0/16';
const HOST_BITS = 0xffffn;
const FAMILY = 'IPv4';
/** What a dry run hands out. */
const DRY_RUN_IP = '10.96.0.0';
const FIRST_DRY_RUN_PORT = 32769n;
const PORT_RANGE = [30000n, 32767n] as const;

/** What allocation needs to know beside the service. */
export interface ServiceNetwork {
  readonly dryRun: boolean;
  /** Node ports of the other services. */
  readonly takenPorts: ReadonlySet<bigint>;
}

/**
 * Fills in IP families, cluster IPs and node ports, before validation, as a dry run does: the numbers are
 * placeholders. Upstream: `beginCreate`, `beginUpdate`, `alloc.go` (pkg/registry/core/service/storage).
 */
export function allocateService(service: Mutable, old: JsonObject | undefined, network: ServiceNetwork) {
  const spec = ensureObject(service, 'spec');
  const oldSpec = old === undefined ? undefined : ((old['spec'] ?? {}) as Mutable);
  if (oldSpec !== undefined) keepAllocated(spec, oldSpec);
  if (!isUnset(spec, 'clusterIP') && isUnset(spec, 'clusterIPs')) spec['clusterIPs'] = [spec['clusterIP'] ?? ''];
  return allocateAddresses(service, spec, oldSpec) ?? allocatePorts(service, spec, oldSpec, network);
}

function needsClusterIP(spec: JsonObject): boolean {
  return spec['type'] !== 'ExternalName';
}

function needsNodePort(spec: JsonObject): boolean {
  return (
    spec['type'] === 'NodePort' || (spec['type'] === 'LoadBalancer' && spec['allocateLoadBalancerNodePorts'] !== false)
  );
}

function needsHealthCheckPort(spec: JsonObject): boolean {
  return spec['type'] === 'LoadBalancer' && spec['externalTrafficPolicy'] === 'Local';
}

function keepAllocated(spec: Mutable, old: Mutable): void {
  if (needsClusterIP(old) && needsClusterIP(spec)) {
    if (isUnset(spec, 'clusterIP')) copy(spec, old, 'clusterIP');
    if (isUnset(spec, 'clusterIPs')) copy(spec, old, 'clusterIPs');
  }
  if (needsNodePort(old) && needsNodePort(spec)) {
    const used = nodePorts(old).filter((port) => nodePorts(spec).includes(port));
    const byName = new Map(objectsAt(old, 'ports').map((port) => [asString(port['name']) ?? '', port['nodePort']]));
    for (const port of objectsAt(spec, 'ports')) {
      const before = byName.get(asString(port['name']) ?? '');
      if (isUnset(port, 'nodePort') && typeof before === 'bigint' && !used.includes(before)) port['nodePort'] = before;
    }
  }
  if (needsHealthCheckPort(old) && needsHealthCheckPort(spec) && isUnset(spec, 'healthCheckNodePort')) {
    copy(spec, old, 'healthCheckNodePort');
  }
}

function copy(spec: Mutable, old: Mutable, key: string): void {
  const value = old[key];
  if (value !== undefined) spec[key] = value;
}

function nodePorts(spec: Mutable): readonly Json[] {
  return objectsAt(spec, 'ports').flatMap((port) => (typeof port['nodePort'] === 'bigint' ? [port['nodePort']] : []));
}

function allocateAddresses(service: Mutable, spec: Mutable, old: Mutable | undefined): ApiStatus | undefined {
  if (!needsClusterIP(spec)) return undefined;
  const headless = spec['clusterIP'] === 'None';
  const withoutSelector = Object.keys(objectAt(spec, 'selector') ?? {}).length === 0;
  if (isUnset(spec, 'ipFamilyPolicy')) {
    spec['ipFamilyPolicy'] =
      old !== undefined && !isUnset(old, 'ipFamilyPolicy')
        ? (old['ipFamilyPolicy'] ?? null)
        : headless && withoutSelector
          ? 'RequireDualStack'
          : 'SingleStack';
  }
  const policy = asString(spec['ipFamilyPolicy']) ?? '';
  const families = [...(asArray(spec['ipFamilies']) ?? [])];
  if (headless && withoutSelector) {
    if (families.length === 0) families.push(FAMILY);
    if (families.length < 2 && policy !== 'SingleStack') families.push(families[0] === 'IPv4' ? 'IPv6' : 'IPv4');
    spec['ipFamilies'] = families;
    return undefined;
  }
  const errors: FieldError[] = [];
  if (policy === 'RequireDualStack') {
    errors.push(fault('spec.ipFamilyPolicy', policy, 'this cluster is not configured for dual-stack services'));
  }
  families.forEach((family, i) => {
    if (family !== FAMILY)
      errors.push(fault(`spec.ipFamilies[${i}]`, asString(family) ?? '', 'not configured on this cluster'));
  });
  if (errors.length > 0) return refusal(service, errors);
  if (families.length === 0) families.push(FAMILY);
  spec['ipFamilies'] = families;
  if (headless) return undefined;
  if (isUnset(spec, 'clusterIPs')) {
    spec['clusterIPs'] = [DRY_RUN_IP];
    spec['clusterIP'] = DRY_RUN_IP;
    return undefined;
  }
  return old === undefined ? addressProblem(service, spec) : undefined;
}

/** An address outside the service range, or the first or last of it. */
function addressProblem(service: Mutable, spec: Mutable): ApiStatus | undefined {
  const first = asString(asArray(spec['clusterIPs'])?.[0]) ?? '';
  const address = parseIp(first);
  const range = parseCidr(RANGE);
  if (address === undefined || range === undefined) return undefined;
  const host = address.bits & HOST_BITS;
  if (contains(range, address) && host !== 0n && host !== HOST_BITS) return undefined;
  const detail = `failed to allocate IP ${first}: the provided IP (${first}) is not in the valid range. The range of valid IPs is ${RANGE}`;
  const value = goJson(spec['clusterIPs'] ?? null);
  return refusal(service, [{ type: 'Invalid', path: 'spec.clusterIPs', value, detail }]);
}

function allocatePorts(
  service: Mutable,
  spec: Mutable,
  old: Mutable | undefined,
  network: ServiceNetwork,
): ApiStatus | undefined {
  const before = new Set(old === undefined ? [] : nodePorts(old));
  const taken: bigint[] = [];
  const next = (): bigint => {
    const port = taken.length === 0 ? FIRST_DRY_RUN_PORT : taken.reduce((a, b) => (a > b ? a : b)) + 1n;
    taken.push(port);
    return port;
  };
  if (spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer') {
    const allocate = spec['type'] === 'NodePort' || spec['allocateLoadBalancerNodePorts'] !== false;
    const ports = objectsAt(spec, 'ports');
    const byPort = new Map<Json | undefined, bigint>();
    const used = new Set<string>();
    for (const [i, port] of ports.entries()) {
      if (isUnset(port, 'nodePort') && !allocate) continue;
      const wanted = port['nodePort'] ?? byPort.get(port['port']) ?? requested(ports, port['port']);
      if (typeof wanted !== 'bigint') {
        const number = next();
        port['nodePort'] = number;
        byPort.set(port['port'], number);
        continue;
      }
      const key = `${String(port['protocol'])}/${wanted}`;
      if (old !== undefined && used.has(key)) {
        return { code: 500, message: `duplicate nodePort: {${String(port['protocol'])} ${wanted}}` };
      }
      used.add(key);
      if (byPort.get(port['port']) !== wanted && !before.has(wanted)) {
        const problem = portProblem(wanted, taken, network);
        if (problem !== undefined) {
          return refusal(service, [fault(`spec.ports[${i}].nodePort`, wanted, problem)]);
        }
        taken.push(wanted);
      }
      port['nodePort'] = wanted;
      byPort.set(port['port'], wanted);
    }
  }
  if (needsHealthCheckPort(spec) && isUnset(spec, 'healthCheckNodePort')) spec['healthCheckNodePort'] = next();
  return undefined;
}

function requested(ports: readonly Mutable[], number: Json | undefined): Json | undefined {
  return ports.find((port) => port['port'] === number && typeof port['nodePort'] === 'bigint')?.['nodePort'];
}

function portProblem(port: bigint, taken: readonly bigint[], network: ServiceNetwork): string | undefined {
  if (network.takenPorts.has(port) || taken.includes(port)) return 'provided port is already allocated';
  if (network.dryRun || (port >= PORT_RANGE[0] && port <= PORT_RANGE[1])) return undefined;
  return `provided port is not in the valid range. The range of valid ports is ${PORT_RANGE.join('-')}`;
}

function fault(path: string, value: string | bigint, detail: string): FieldError {
  return { type: 'Invalid', path, value: typeof value === 'string' ? `"${value}"` : String(value), detail };
}

function refusal(service: Mutable, errors: readonly FieldError[]): ApiStatus {
  const name = asString(objectAt(service, 'metadata')?.['name']) ?? '';
  return invalid(invalidMessage('', 'Service', name, errors));
}
