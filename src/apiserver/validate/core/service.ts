import { goQuote } from '../../../language/go-text.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { ValidateContext } from '../context.ts';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  invalidText,
  notSupported,
  notSupportedText,
  required,
} from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { has, int, obj, objs, optInt, optStr, size, str, strs } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { checkCidr, checkEndpointIp, checkIp, parseIp } from '../ip.ts';
import { checkLabels } from '../label-selector.ts';
import { checkCoreMetadata, checkCoreMetadataUpdate } from '../metadata.ts';
import { checkDnsLabel, checkLabelKey, checkSubdomain, labelName, portNumber } from '../names.ts';
import { PROTOCOLS } from '../pod/containers.ts';
import { checkPort } from '../pod/probes.ts';
import { checkEnum } from '../pod/pull-policy.ts';
import { allocate, needsHealthCheck, withMatchingIps, withoutUnneeded, withStored } from './service-allocate.ts';
import { checkClusterIps, checkClusterIpsUpdate, isHeadless } from './service-ips.ts';

const SPEC = root('spec');
const RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const HINTS = 'service.kubernetes.io/topology-aware-hints';
const MODE = 'service.kubernetes.io/topology-mode';
const ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'";

/** Upstream: `validateService`. */
function checkService(service: JsonObject, old: JsonObject | undefined): FieldError[] {
  const spec = obj(service, 'spec') ?? {};
  const annotations = obj(obj(service, 'metadata'), 'annotations');
  const errors: FieldError[] = [];
  const [hints, mode] = [optStr(annotations, HINTS), optStr(annotations, MODE)];
  if (hints !== undefined && mode !== undefined && hints !== mode) {
    const at = root('metadata', 'annotations').key(MODE);
    errors.push(invalid(at, mode, `must match annotations[${HINTS}] when both are specified`));
  }
  const type = str(spec, 'type');
  if (size(spec, 'ports') === 0 && !isHeadless(spec) && type !== 'ExternalName')
    errors.push(required(SPEC.child('ports')));
  errors.push(...checkType(spec, type));
  errors.push(...checkPorts(spec));
  if (has(spec, 'selector')) errors.push(...checkLabels(SPEC.child('selector'), spec, 'selector'));
  errors.push(...checkAffinity(spec));
  errors.push(...checkClusterIps(spec, obj(old, 'spec')));
  const knownIps = strs(obj(old, 'spec'), 'externalIPs');
  for (const [i, ip] of strs(spec, 'externalIPs').entries()) {
    const at = SPEC.child('externalIPs').index(i);
    const wrong = checkIp(at, ip, knownIps);
    errors.push(...(wrong.length > 0 ? wrong : checkEndpointIp(at, ip)));
  }
  const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
  errors.push(...checkEnum(SPEC.child('type'), type, types));
  errors.push(...checkPortUse(spec, type));
  errors.push(...checkSourceRanges(spec, annotations, type, old));
  const allocates = has(spec, 'allocateLoadBalancerNodePorts');
  if (allocates && type !== 'LoadBalancer') {
    errors.push(forbidden(SPEC.child('allocateLoadBalancerNodePorts'), ONLY_LOAD_BALANCER));
  }
  if (!allocates && type === 'LoadBalancer') errors.push(required(root('allocateLoadBalancerNodePorts')));
  errors.push(...checkBalancerClass(spec, undefined));
  errors.push(...checkTrafficPolicies(spec, type));
  return errors;
}

function checkType(spec: JsonObject, type: string): FieldError[] {
  if (type === 'LoadBalancer' || type === 'NodePort') {
    if (!isHeadless(spec)) return [];
    return [invalid(SPEC.child('clusterIPs').index(0), 'None', `may not be set to 'None' for ${type} services`)];
  }
  if (type !== 'ExternalName') return [];
  const errors = ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy']
    .filter((key) => (key === 'ipFamilyPolicy' ? has(spec, key) : size(spec, key) > 0))
    .map((key) => forbidden(SPEC.child(key), 'may not be set for ExternalName services'));
  const name = str(spec, 'externalName').replace(/\.$/, '');
  const at = SPEC.child('externalName');
  return [...errors, ...(name === '' ? [required(at)] : checkSubdomain(at, name))];
}

function checkPorts(spec: JsonObject): FieldError[] {
  const ports = objs(spec, 'ports');
  const names = new Set<string>();
  return ports.flatMap((port, i) => {
    const at = SPEC.child('ports').index(i);
    const errors: FieldError[] = [];
    const name = str(port, 'name');
    if (name === '') {
      if (ports.length > 1) errors.push(required(at.child('name')));
    } else {
      errors.push(...checkDnsLabel(at.child('name'), name));
      if (names.has(name)) errors.push(duplicate(at.child('name'), name));
      names.add(name);
    }
    const number = int(port, 'port');
    errors.push(...invalidEach(at.child('port'), number, portNumber(number)));
    errors.push(...checkEnum(at.child('protocol'), str(port, 'protocol'), PROTOCOLS));
    errors.push(...checkPort(at.child('targetPort'), port['targetPort']));
    const app = optStr(port, 'appProtocol');
    if (app !== undefined) errors.push(...checkLabelKey(at.child('appProtocol'), app));
    return errors;
  });
}

function checkAffinity(spec: JsonObject): FieldError[] {
  const affinity = str(spec, 'sessionAffinity');
  const errors = checkEnum(SPEC.child('sessionAffinity'), affinity, ['ClientIP', 'None']);
  const config = obj(spec, 'sessionAffinityConfig');
  const at = SPEC.child('sessionAffinityConfig');
  if (affinity === 'None' && config !== undefined) {
    errors.push(forbidden(at, 'must not be set when session affinity is None'));
  }
  if (affinity !== 'ClientIP') return errors;
  const when = 'when session affinity type is ClientIP';
  const clientIp = obj(config, 'clientIP');
  const seconds = optInt(clientIp, 'timeoutSeconds');
  if (config === undefined) errors.push(required(at, when));
  else if (clientIp === undefined) errors.push(required(at.child('clientIP'), when));
  else if (seconds === undefined) errors.push(required(at.child('clientIP', 'timeoutSeconds'), when));
  else if (seconds <= 0n || seconds > 86400n) {
    const detail = 'must be greater than 0 and less than 86400';
    errors.push(invalid(at.child('clientIP', 'timeoutSeconds'), seconds, detail));
  }
  return errors;
}

/** Node ports where none may be, and ports that are there twice. */
function checkPortUse(spec: JsonObject, type: string): FieldError[] {
  const ports = objs(spec, 'ports').map((port, i) => ({ port, at: SPEC.child('ports').index(i) }));
  const errors: FieldError[] = [];
  for (const { port, at } of type === 'ClusterIP' ? ports : []) {
    if (int(port, 'nodePort') === 0n) continue;
    errors.push(forbidden(at.child('nodePort'), "may not be used when `type` is 'ClusterIP'"));
  }
  const seen = new Set<string>();
  const isSeen = (key: string): boolean => {
    const known = seen.has(key);
    seen.add(key);
    return known;
  };
  for (const { port, at } of ports) {
    const nodePort = int(port, 'nodePort');
    if (nodePort === 0n) continue;
    if (isSeen(`node ${str(port, 'protocol')} ${nodePort}`)) errors.push(duplicate(at.child('nodePort'), nodePort));
  }
  for (const { port, at } of ports) {
    const key = { protocol: str(port, 'protocol'), port: int(port, 'port') };
    if (!isSeen(`port ${key.protocol} ${key.port}`)) continue;
    errors.push({ ...duplicate(at, ''), value: goText('core.ServicePort', key) });
  }
  return errors;
}

function checkSourceRanges(
  spec: JsonObject,
  annotations: JsonObject | undefined,
  type: string,
  old: JsonObject | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  const ranges = strs(spec, 'loadBalancerSourceRanges');
  const text = optStr(annotations, RANGES);
  if (ranges.length > 0) {
    const at = SPEC.child('LoadBalancerSourceRanges');
    if (type !== 'LoadBalancer') errors.push(forbidden(at, ONLY_LOAD_BALANCER));
    const known = strs(obj(old, 'spec'), 'loadBalancerSourceRanges').map((range) => range.trim());
    for (const [i, range] of ranges.entries()) errors.push(...checkCidr(at.index(i), range.trim(), known));
  } else if (text !== undefined) {
    const at = root('metadata', 'annotations').key(RANGES);
    if (type !== 'LoadBalancer') errors.push(forbidden(at, ONLY_LOAD_BALANCER));
    const same = optStr(obj(obj(old, 'metadata'), 'annotations'), RANGES) === text;
    if (same || text.trim() === '') return errors;
    for (const range of text.trim().split(',')) errors.push(...checkCidr(at, range.trim()));
  }
  return errors;
}

/** Upstream: `validateLoadBalancerClassField`. */
function checkBalancerClass(spec: JsonObject, old: JsonObject | undefined): FieldError[] {
  const name = optStr(spec, 'loadBalancerClass');
  const at = SPEC.child('loadBalancerClass');
  const errors: FieldError[] = [];
  const balances = str(spec, 'type') === 'LoadBalancer';
  if (balances && str(old, 'type') === 'LoadBalancer' && name !== optStr(old, 'loadBalancerClass')) {
    errors.push(invalidText(at, goText('*s', name), 'may not change once set'));
  }
  if (name === undefined) return errors;
  return [...errors, ...(balances ? checkLabelKey(at, name) : [forbidden(at, ONLY_LOAD_BALANCER)])];
}

function checkTrafficPolicies(spec: JsonObject, type: string): FieldError[] {
  const errors: FieldError[] = [];
  const external = str(spec, 'externalTrafficPolicy');
  const at = SPEC.child('externalTrafficPolicy');
  const reachable =
    type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && size(spec, 'externalIPs') > 0);
  if (reachable) errors.push(...checkEnum(at, external, ['Cluster', 'Local']));
  else if (external !== '') {
    errors.push(invalidText(at, goText('s', external), 'may only be set for externally-accessible services'));
  }
  const port = int(spec, 'healthCheckNodePort');
  const portAt = SPEC.child('healthCheckNodePort');
  if (needsHealthCheck(spec)) {
    errors.push(...(port === 0n ? [required(portAt)] : invalidEach(portAt, port, portNumber(port))));
  } else if (port !== 0n) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalid(portAt, port, detail));
  }
  const internal = optStr(spec, 'internalTrafficPolicy');
  const internalAt = SPEC.child('internalTrafficPolicy');
  if (internal === undefined) {
    if (['NodePort', 'LoadBalancer', 'ClusterIP'].includes(type)) errors.push(required(internalAt));
  } else if (internal !== 'Cluster' && internal !== 'Local') {
    errors.push(notSupported(internalAt, internal, ['Cluster', 'Local']));
  }
  const distribution = optStr(spec, 'trafficDistribution');
  const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
  if (distribution !== undefined && !distributions.includes(distribution)) {
    errors.push(notSupportedText(SPEC.child('trafficDistribution'), goQuote(distribution), distributions));
  }
  return errors;
}

/** Upstream: `ValidateServiceCreate`, after the server allocated what the service asks for. */
export function checkServiceCreate(sent: JsonObject, _version: string, { dryRun }: ValidateContext): FieldError[] {
  const { spec, errors } = allocate(withMatchingIps(obj(sent, 'spec') ?? {}, undefined), undefined, dryRun);
  if (errors.length > 0) return [...errors];
  const service = { ...sent, spec };
  return [...checkCoreMetadata(obj(service, 'metadata'), true, labelName), ...checkService(service, undefined)];
}

/** What goes wrong before an update is validated: in what the service asks to be allocated. */
export function checkServiceAllocation(
  sent: JsonObject,
  old: JsonObject,
  _version: string,
  { dryRun }: ValidateContext,
): readonly FieldError[] {
  const before = obj(old, 'spec') ?? {};
  return allocate(withStored(obj(sent, 'spec') ?? {}, before), before, dryRun).errors;
}

/** Upstream: `ValidateServiceUpdate`, after the server took over what it had allocated. */
export function checkServiceUpdate(sent: JsonObject, old: JsonObject): FieldError[] {
  const before = obj(old, 'spec') ?? {};
  const allocated = allocate(withStored(obj(sent, 'spec') ?? {}, before), before);
  const spec = withoutUnneeded(allocated.spec, before);
  const service = { ...sent, spec };
  const errors = [
    ...checkCoreMetadataUpdate(service, old),
    ...checkClusterIpsUpdate(spec, before),
    ...checkBalancerClass(spec, before),
  ];
  const port = 'healthCheckNodePort';
  if (needsHealthCheck(before) && needsHealthCheck(spec) && int(spec, port) !== int(before, port)) {
    errors.push(forbidden(SPEC.child(port), 'field is immutable'));
  }
  return [...errors, ...checkService(service, old)];
}

/** Upstream: `ValidateServiceStatusUpdate`. */
export function checkServiceStatus(service: JsonObject, old: JsonObject): FieldError[] {
  const known = objs(obj(obj(old, 'status'), 'loadBalancer'), 'ingress').map((item) => str(item, 'ip'));
  const at = root('status', 'loadBalancer', 'ingress');
  const errors = checkCoreMetadataUpdate(service, old);
  const list = objs(obj(obj(service, 'status'), 'loadBalancer'), 'ingress');
  if (str(obj(service, 'spec'), 'type') !== 'LoadBalancer') {
    return list.length === 0
      ? errors
      : [...errors, forbidden(at, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  for (const [i, item] of list.entries()) {
    errors.push(...checkIngressPoint(at.index(i), item, known, true));
  }
  return errors;
}

/** An address of a load balancer. Upstream: `ValidateLoadBalancerStatus`. */
export function checkIngressPoint(
  path: FieldPath,
  item: JsonObject,
  known: readonly string[],
  withMode: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  const [ip, host, mode] = [str(item, 'ip'), str(item, 'hostname'), optStr(item, 'ipMode')];
  if (ip !== '') errors.push(...checkIp(path.child('ip'), ip, known));
  const at = path.child('ipMode');
  if (withMode && mode === undefined && ip !== '') errors.push(required(at, 'must be specified when `ip` is set'));
  if (withMode && mode !== undefined) {
    if (ip === '') errors.push(forbidden(at, 'may not be specified when `ip` is not set'));
    else if (mode !== 'Proxy' && mode !== 'VIP') errors.push(notSupported(at, mode, ['Proxy', 'VIP']));
  }
  if (host === '') return errors;
  errors.push(...checkSubdomain(path.child('hostname'), host));
  if (parseIp(host) !== undefined) {
    errors.push(invalid(path.child('hostname'), host, 'must be a DNS name, not an IP address'));
  }
  return errors;
}
