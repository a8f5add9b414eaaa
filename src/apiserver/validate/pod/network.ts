import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, forbidden, invalid, invalidEach, required, tooLong } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { bool, byteLength, int, obj, objs, optBool, optStr, str, strs } from '../fields.ts';
import { checkIp } from '../ip.ts';
import { checkSubdomain, looseDnsSubdomain } from '../names.ts';
import { allContainers } from './containers-of.ts';
import type { PodOptions } from './options.ts';

/** Upstream: `validatePodDNSConfig`. */
export function checkDns(path: FieldPath, spec: JsonObject): FieldError[] {
  const config = obj(spec, 'dnsConfig');
  const servers = strs(config, 'nameservers');
  if (str(spec, 'dnsPolicy') === 'None') {
    if (config === undefined) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if (servers.length === 0) {
      const detail = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
      return [required(path.child('nameservers'), detail)];
    }
  }
  if (config === undefined) return [];
  const errors: FieldError[] = [];
  if (servers.length > 3) {
    errors.push(invalid(path.child('nameservers'), servers, 'must not have more than 3 nameservers'));
  }
  for (const [i, server] of servers.entries()) errors.push(...checkIp(path.child('nameservers').index(i), server));
  const searches = strs(config, 'searches');
  if (searches.length > 32) {
    errors.push(invalid(path.child('searches'), searches, 'must not have more than 32 search paths'));
  }
  if (byteLength(searches.join(' ')) > 2048) {
    const detail = 'must not have more than 2048 characters (including spaces) in the search list';
    errors.push(invalid(path.child('searches'), searches, detail));
  }
  for (const [i, search] of searches.entries()) {
    if (search === '.') continue;
    const name = search.endsWith('.') ? search.slice(0, -1) : search;
    errors.push(...invalidEach(path.child('searches').index(i), name, looseDnsSubdomain(name)));
  }
  for (const [i, option] of objs(config, 'options').entries()) {
    if (str(option, 'name') === '') errors.push(required(path.child('options').index(i), 'must not be empty'));
  }
  return errors;
}

/** In the host's network, ports are the host's. Upstream: `validatePodHostNetworkDeps`. */
export function checkHostNetwork(path: FieldPath, spec: JsonObject, options: PodOptions): FieldError[] {
  if (!bool(spec, 'hostNetwork')) return [];
  return objs(spec, 'containers').flatMap((container, i) =>
    objs(container, 'ports').flatMap((port, j) => {
      const [host, own] = [int(port, 'hostPort'), int(port, 'containerPort')];
      if (host === own || (host === 0n && !options.isPod)) return [];
      const at = path.child('containers').index(i).child('ports').index(j).child('hostPort');
      return [invalid(at, host, 'must match `containerPort` when `hostNetwork` is true')];
    }),
  );
}

/** Upstream: `validateHostUsers`. */
export function checkHostUsers(path: FieldPath, spec: JsonObject, options: PodOptions): FieldError[] {
  if (optBool(spec, 'hostUsers') !== false) return [];
  const detail = 'when `hostUsers` is false';
  const errors: FieldError[] = [];
  if (bool(spec, 'hostNetwork') && !options.hostNetworkWithoutHostUsers) {
    errors.push(forbidden(path.child('hostNetwork'), detail));
  }
  if (bool(spec, 'hostPID')) errors.push(forbidden(path.child('HostPID'), detail));
  if (bool(spec, 'hostIPC')) errors.push(forbidden(path.child('HostIPC'), detail));
  if (options.volumeDevicesWithoutHostUsers) return errors;
  for (const [container, at] of allContainers(spec, path)) {
    if (objs(container, 'volumeDevices').length > 0) errors.push(forbidden(at.child('volumeDevices'), detail));
  }
  return errors;
}

/** Upstream: `validatePodHostName`. */
export function checkHostnameOverride(path: FieldPath, spec: JsonObject): FieldError[] {
  const name = optStr(spec, 'hostnameOverride');
  if (name === undefined) return [];
  const errors: FieldError[] = [];
  if (bool(spec, 'setHostnameAsFQDN')) {
    errors.push(forbidden(path, 'may not be specified when setHostnameAsFQDN is true'));
  }
  if (bool(spec, 'hostNetwork')) errors.push(forbidden(path, 'may not be specified when hostNetwork is true'));
  if (byteLength(name) > 64) errors.push(tooLong(path, 64));
  return [...errors, ...checkSubdomain(path, name)];
}

/** Upstream: `ValidateHostAliases`. */
export function checkHostAliases(path: FieldPath, spec: JsonObject): FieldError[] {
  return objs(spec, 'hostAliases').flatMap((alias, i) => [
    ...checkIp(path.index(i).child('ip'), str(alias, 'ip')),
    ...strs(alias, 'hostnames').flatMap((name, j) => checkSubdomain(path.index(i).child('hostnames').index(j), name)),
  ]);
}
