import type { Json, JsonObject } from '../../../model/json.ts';
import { duplicate, type FieldError, invalid, invalidEach, notSupported, required, tooMany } from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { int, obj, objs, optStr, size, str, strs } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { checkImmutable, semanticEqual } from '../immutable.ts';
import { checkCanonicalIp, checkEndpointIp, checkIp, parseIp } from '../ip.ts';
import { checkLabels } from '../label-selector.ts';
import { checkCoreMetadata, checkCoreMetadataUpdate } from '../metadata.ts';
import { checkDnsLabel, checkLabelKey, checkQualifiedDomain, labelValue, portNumber, subdomainName } from '../names.ts';
import { PROTOCOLS } from '../pod/containers.ts';
import { checkEnum } from '../pod/pull-policy.ts';

/** Upstream: `validateEndpointSubsets`. */
function checkSubsets(object: JsonObject): FieldError[] {
  return objs(object, 'subsets').flatMap((subset, i) => {
    const at = root('subsets').index(i);
    const errors: FieldError[] = [];
    if (size(subset, 'addresses') === 0 && size(subset, 'notReadyAddresses') === 0) {
      errors.push(required(at, 'must specify `addresses` or `notReadyAddresses`'));
    }
    for (const list of ['addresses', 'notReadyAddresses']) {
      errors.push(...objs(subset, list).flatMap((address, j) => checkAddress(at.child(list).index(j), address)));
    }
    const ports = objs(subset, 'ports');
    errors.push(...ports.flatMap((port, j) => checkPort(at.child('ports').index(j), port, ports.length > 1)));
    return errors;
  });
}

function checkAddress(path: FieldPath, address: JsonObject): FieldError[] {
  const [ip, hostname, node] = [str(address, 'ip'), str(address, 'hostname'), optStr(address, 'nodeName')];
  return [
    ...checkIp(path.child('ip'), ip),
    ...(hostname === '' ? [] : checkDnsLabel(path.child('hostname'), hostname)),
    ...(node === undefined ? [] : invalidEach(path.child('nodeName'), node, subdomainName(node, false))),
    ...checkEndpointIp(path.child('ip'), ip),
  ];
}

function checkPort(path: FieldPath, port: JsonObject, needsName: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const name = str(port, 'name');
  if (name !== '') errors.push(...checkDnsLabel(path.child('name'), name));
  else if (needsName) errors.push(required(path.child('name')));
  const number = int(port, 'port');
  errors.push(...invalidEach(path.child('port'), number, portNumber(number)));
  errors.push(...checkEnum(path.child('protocol'), str(port, 'protocol'), PROTOCOLS));
  const app = optStr(port, 'appProtocol');
  return app === undefined ? errors : [...errors, ...checkLabelKey(path.child('appProtocol'), app)];
}

/** Upstream: `ValidateEndpointsCreate`. */
export function checkEndpoints(object: JsonObject): FieldError[] {
  return [...checkCoreMetadata(obj(object, 'metadata'), true, subdomainName), ...checkSubsets(object)];
}

/** Upstream: `ValidateEndpointsUpdate`; what did not change may stay wrong. */
export function checkEndpointsUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  const same = semanticEqual('[core.EndpointSubset', object['subsets'], old['subsets']);
  return [
    ...checkCoreMetadataUpdate(object, old),
    ...checkCoreMetadata(obj(object, 'metadata'), true, subdomainName),
    ...(same ? [] : checkSubsets(object)),
  ];
}

function checkSliceEndpoint(path: FieldPath, endpoint: JsonObject, type: string): FieldError[] {
  const at = path.child('addresses');
  const addresses = strs(endpoint, 'addresses');
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(required(at, 'must contain at least 1 address'));
  else if (addresses.length > 100) errors.push(tooMany(at, addresses.length, 100));
  for (const [i, address] of addresses.entries()) errors.push(...checkSliceAddress(at, i, address, type));
  const node = optStr(endpoint, 'nodeName');
  if (node !== undefined) errors.push(...invalidEach(path.child('nodeName'), node, subdomainName(node, false)));
  const topology = path.child('deprecatedTopology');
  if (size(endpoint, 'deprecatedTopology') > 16)
    errors.push(tooMany(topology, size(endpoint, 'deprecatedTopology'), 16));
  errors.push(...checkLabels(topology, endpoint, 'deprecatedTopology'));
  const hostname = optStr(endpoint, 'hostname');
  if (hostname !== undefined) errors.push(...checkDnsLabel(path.child('hostname'), hostname));
  return [...errors, ...checkHints(path.child('hints'), obj(endpoint, 'hints'))];
}

function checkSliceAddress(path: FieldPath, i: number, address: string, type: string): FieldError[] {
  if (type === 'FQDN') return checkQualifiedDomain(path.index(i), address);
  if (type !== 'IPv4' && type !== 'IPv6') return [];
  const wrong = type === 'IPv4' ? checkIp(path.index(i), address) : checkCanonicalIp(path.index(i), address);
  if (wrong.length > 0) return wrong;
  const errors = checkEndpointIp(path.index(i), address);
  if (parseIp(address)?.version === (type === 'IPv4' ? 4 : 6)) return errors;
  return [invalid(path, address, `must be an ${type} address`), ...errors];
}

function checkHints(path: FieldPath, hints: JsonObject | undefined): FieldError[] {
  return (['forZones', 'forNodes'] as const).flatMap((list) => {
    const at = path.child(list);
    const items = objs(hints, list);
    const errors: FieldError[] = items.length > 8 ? [tooMany(at, items.length, 8)] : [];
    const seen = new Set<string>();
    for (const [i, item] of items.entries()) {
      const name = str(item, 'name');
      const where = at.index(i).child('name');
      if (seen.has(name)) errors.push(duplicate(where, name));
      seen.add(name);
      errors.push(...invalidEach(where, name, list === 'forZones' ? labelValue(name) : subdomainName(name, false)));
    }
    return errors;
  });
}

function checkSlicePorts(ports: readonly JsonObject[]): FieldError[] {
  const errors: FieldError[] = ports.length > 20000 ? [tooMany(root('ports'), ports.length, 20000)] : [];
  const seen = new Set<string>();
  for (const [i, port] of ports.entries()) {
    const at = root('ports').index(i);
    const name = str(port, 'name');
    if (name !== '') errors.push(...checkDnsLabel(at.child('name'), name));
    if (seen.has(name)) errors.push({ ...duplicate(at.child('name'), name), value: goText('s', name) });
    seen.add(name);
    const protocol = optStr(port, 'protocol');
    if (protocol === undefined) errors.push(required(at.child('protocol')));
    else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(at.child('protocol'), protocol, PROTOCOLS));
    const app = optStr(port, 'appProtocol');
    if (app !== undefined) errors.push(...checkLabelKey(at.child('appProtocol'), app));
  }
  return errors;
}

function checkSlice(object: JsonObject, oldEndpoints: Json | undefined): FieldError[] {
  const type = str(object, 'addressType');
  const errors = [
    ...checkCoreMetadata(obj(object, 'metadata'), true, subdomainName),
    ...checkEnum(root('addressType'), type, ['FQDN', 'IPv4', 'IPv6']),
    ...checkSlicePorts(objs(object, 'ports')),
  ];
  const endpoints = objs(object, 'endpoints');
  if (oldEndpoints !== undefined && semanticEqual('[discovery.Endpoint', object['endpoints'], oldEndpoints))
    return errors;
  if (endpoints.length > 1000) errors.push(tooMany(root('endpoints'), endpoints.length, 1000));
  errors.push(...endpoints.flatMap((item, i) => checkSliceEndpoint(root('endpoints').index(i), item, type)));
  return errors;
}

/** Upstream: `ValidateEndpointSliceCreate`. */
export function checkEndpointSlice(object: JsonObject): FieldError[] {
  return checkSlice(object, undefined);
}

/** Upstream: `ValidateEndpointSliceUpdate`. */
export function checkEndpointSliceUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  return [
    ...checkSlice(object, old['endpoints'] ?? []),
    ...checkImmutable(root('addressType'), '*s', object['addressType'] ?? '', old['addressType'] ?? ''),
  ];
}
