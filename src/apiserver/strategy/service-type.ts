import { deepEqual, type Json, type JsonObject } from '../../model/json.ts';
import { ensureObject, isUnset, type Mutable, objectsAt } from '../default/mutable.ts';

/**
 * When a service changes its type, drops what the old type brought along, unless the client changed that too.
 * Upstream: `dropTypeDependentFields` (pkg/registry/core/service/strategy.go).
 */
export function dropOldTypeFields(service: Mutable, old: JsonObject): void {
  const spec = ensureObject(service, 'spec');
  const before = (old['spec'] ?? {}) as Mutable;
  const same = (key: string): boolean => deepEqual(spec[key] ?? null, before[key] ?? null);
  const leaves = (test: (spec: JsonObject) => boolean): boolean => test(before) && !test(spec);
  if (leaves((of) => of['type'] !== 'ExternalName')) {
    if (same('clusterIP') && same('clusterIPs')) drop(spec, 'clusterIP', 'clusterIPs');
    if (same('ipFamilies')) drop(spec, 'ipFamilies');
    if (same('ipFamilyPolicy')) drop(spec, 'ipFamilyPolicy');
  }
  if (leaves(needsNodePort) && portsOf(spec).every((port) => portsOf(before).includes(port))) {
    for (const port of objectsAt(spec, 'ports')) delete port['nodePort'];
  }
  if (leaves((of) => of['type'] === 'LoadBalancer' && of['externalTrafficPolicy'] === 'Local')) {
    if (same('healthCheckNodePort')) drop(spec, 'healthCheckNodePort');
  }
  if (leaves((of) => of['type'] === 'LoadBalancer')) {
    const key = 'allocateLoadBalancerNodePorts';
    if (!isUnset(spec, key) && !isUnset(before, key) && same(key)) drop(spec, key);
    if (same('loadBalancerClass')) drop(spec, 'loadBalancerClass');
  }
  if (leaves(isExternal) && same('externalTrafficPolicy')) drop(spec, 'externalTrafficPolicy');
  if (spec['type'] !== 'LoadBalancer') ensureObject(service, 'status')['loadBalancer'] = {};
}

function drop(spec: Mutable, ...keys: readonly string[]): void {
  for (const key of keys) delete spec[key];
}

function needsNodePort(spec: JsonObject): boolean {
  return spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer';
}

function isExternal(spec: JsonObject): boolean {
  const addresses = spec['externalIPs'];
  const listed = spec['type'] === 'ClusterIP' && Array.isArray(addresses) && addresses.length > 0;
  return spec['type'] === 'LoadBalancer' || spec['type'] === 'NodePort' || listed;
}

function portsOf(spec: Mutable): readonly Json[] {
  return objectsAt(spec, 'ports').flatMap(({ nodePort }) => (typeof nodePort === 'bigint' ? [nodePort] : []));
}
