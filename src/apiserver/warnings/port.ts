import { asString } from '../../model/json.ts';
import { type Mutable, objectsAt } from '../default/mutable.ts';
import type { Placed } from './placed.ts';

interface Known {
  readonly path: string;
  readonly hostIp: string;
  readonly hostPort: bigint;
}

/** Ports that repeat or overlap across containers, by number and then by name. Upstream: pkg/api/pod/warnings.go. */
export function warnOnPorts(containers: readonly Placed[]): readonly string[] {
  const warnings: string[] = [];
  const known = new Map<string, Known[]>();
  const names = new Map<string, string>();
  for (const { port, path } of portsOf(containers)) {
    const self: Known = { path, hostIp: asString(port['hostIP']) ?? '', hostPort: numberAt(port, 'hostPort') };
    if (self.hostIp !== '' && self.hostPort === 0n) {
      warnings.push(`${path}: hostIP set without hostPort: ${goStruct(port)}`);
    }
    const key = `${numberAt(port, 'containerPort')}/${asString(port['protocol']) ?? ''}`;
    const others = known.get(key) ?? [];
    for (const other of others) warnings.push(...clash(self, other));
    known.set(key, [...others, self]);
  }
  for (const { port, path } of portsOf(containers)) {
    const name = asString(port['name']) ?? '';
    const other = names.get(name);
    if (name === '') continue;
    if (other === undefined) names.set(name, path);
    else {
      warnings.push(
        `${path}: duplicate port name "${name}" with ${other}, services and probes that select ports by name will use ${other}`,
      );
    }
  }
  return warnings;
}

function portsOf(containers: readonly Placed[]) {
  return containers.flatMap(({ container, path }) =>
    objectsAt(container, 'ports').map((port, i) => ({ port, path: `${path}.ports[${i}]` })),
  );
}

function numberAt(port: Mutable, key: string): bigint {
  const value = port[key];
  return typeof value === 'bigint' ? value : 0n;
}

function clash(self: Known, other: Known): readonly string[] {
  if (self.hostIp === other.hostIp && self.hostPort === other.hostPort) {
    return [`${self.path}: duplicate port definition with ${other.path}`];
  }
  if (self.hostPort === 0n || other.hostPort === 0n) {
    return [`${self.path}: overlapping port definition with ${other.path}`];
  }
  return self.hostPort === other.hostPort && (self.hostIp === '') !== (other.hostIp === '')
    ? [`${self.path}: dangerously ambiguous port definition with ${other.path}`]
    : [];
}

/** Go's `%+v` of a container port. */
function goStruct(port: Mutable): string {
  const text = (key: string): string => asString(port[key]) ?? '';
  return `{Name:${text('name')} HostPort:${numberAt(port, 'hostPort')} ContainerPort:${numberAt(port, 'containerPort')} Protocol:${text('protocol')} HostIP:${text('hostIP')}}`;
}
