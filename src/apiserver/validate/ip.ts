import { type FieldError, invalid } from './field-error.ts';
import type { FieldPath } from './field-path.ts';

/** An address: 32 bits with `version` 4, or 128 bits with 6. */
export interface IpAddress {
  readonly version: 4 | 6;
  readonly bits: bigint;
  /** Written as an IPv4 address within IPv6 (`::ffff:1.2.3.4`); Go treats it as the IPv4 address that it is. */
  readonly mapped: boolean;
  /** Some number has leading zeros, which only the lenient parser takes. */
  readonly leadingZeros: boolean;
}

/** A network with the address it was written with. */
export interface IpNetwork {
  readonly address: IpAddress;
  /** The prefix length as written: up to 128 for a mapped address. */
  readonly length: number;
  /** The network's address, host bits cleared. */
  readonly base: IpAddress;
  readonly leadingZeros: boolean;
}

/** Reads an address, leading zeros allowed. Upstream: `netutils.ParseIPSloppy`. */
export function parseIp(text: string): IpAddress | undefined {
  if (!text.includes(':')) {
    const v4 = parseV4(text);
    return v4 === undefined ? undefined : { version: 4, mapped: false, ...v4 };
  }
  return text.includes('%') ? undefined : parseV6(text);
}

function parseV4(text: string): { bits: bigint; leadingZeros: boolean } | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let bits = 0n;
  for (const part of parts) {
    if (!/^\d+$/.test(part) || Number(part) > 255) return undefined;
    bits = bits * 256n + BigInt(Number(part));
  }
  return { bits, leadingZeros: parts.some((part) => part.length > 1 && part.startsWith('0')) };
}

function parseV6(text: string): IpAddress | undefined {
  let head = text;
  let tail: readonly bigint[] = [];
  let leadingZeros = false;
  const lastColon = text.lastIndexOf(':');
  if (text.includes('.')) {
    const v4 = parseV4(text.slice(lastColon + 1));
    if (v4 === undefined) return undefined;
    leadingZeros = v4.leadingZeros;
    tail = [v4.bits >> 16n, v4.bits & 0xffffn];
    head = text.slice(0, lastColon + 1);
    // What is left ends in `:`; keep it only as a part of `::`.
    if (!head.endsWith('::')) head = head.slice(0, -1);
  }
  const halves = head.split('::');
  if (halves.length > 2) return undefined;
  const left = groups(halves[0] ?? '');
  const right = halves.length === 2 ? groups(halves[1] ?? '') : [];
  if (left === undefined || right === undefined) return undefined;
  const known = left.length + right.length + tail.length;
  if (halves.length === 2 ? known > 7 : known !== 8) return undefined;
  const all = [...left, ...Array.from({ length: 8 - known }, () => 0n), ...right, ...tail];
  const bits = all.reduce((sum, group) => (sum << 16n) | group, 0n);
  if (bits >> 32n === 0xffffn) return { version: 4, bits: bits & 0xffffffffn, mapped: true, leadingZeros };
  return { version: 6, bits, mapped: false, leadingZeros };
}

function groups(text: string): readonly bigint[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  if (!parts.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))) return undefined;
  return parts.map((part) => BigInt(`0x${part}`));
}

/** Reads `address/length`, leading zeros in the address allowed. Upstream: `netutils.ParseCIDRSloppy`. */
export function parseCidr(text: string): IpNetwork | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = parseIp(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (address === undefined || !/^\d{1,7}$/.test(digits)) return undefined;
  const length = Number(digits);
  const width = address.version === 4 && !address.mapped ? 32 : 128;
  if (length > width) return undefined;
  const host = BigInt(width - length);
  const full = address.mapped ? (0xffffn << 32n) | address.bits : address.bits;
  const cleared = (full >> host) << host;
  const stillMapped = address.mapped && cleared >> 32n === 0xffffn;
  const base: IpAddress = {
    version: address.mapped && !stillMapped ? 6 : address.version,
    bits: stillMapped ? cleared & 0xffffffffn : cleared,
    mapped: stillMapped,
    leadingZeros: false,
  };
  const leadingZeros = address.leadingZeros || (digits.length > 1 && digits.startsWith('0'));
  return { address, length, base, leadingZeros };
}

/** Whether the network holds the address. Upstream: `net.IPNet.Contains`. */
export function contains(network: IpNetwork, address: IpAddress): boolean {
  if (network.base.version !== address.version) return false;
  const width = address.version === 4 ? 32 : 128;
  const length = network.base.mapped ? network.length - 96 : network.length;
  const host = BigInt(width - length);
  return network.base.bits >> host === address.bits >> host;
}

/** The address in Go's form. Upstream: `net.IP.String`. */
export function ipText(ip: IpAddress): string {
  if (ip.version === 4) return [24n, 16n, 8n, 0n].map((shift) => (ip.bits >> shift) & 255n).join('.');
  const all = Array.from({ length: 8 }, (_, i) => (ip.bits >> BigInt(112 - 16 * i)) & 0xffffn);
  let [start, end] = [-1, -1];
  for (let i = 0; i < 8; i++) {
    let j = i;
    while (j < 8 && all[j] === 0n) j++;
    if (j - i > 1 && j - i > end - start) [start, end] = [i, j];
    if (j > i) i = j;
  }
  const hex = (from: number, to: number): string =>
    all
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return start < 0 ? hex(0, 8) : `${hex(0, start)}::${hex(end, 8)}`;
}

/** The network in Go's form, host bits cleared. Upstream: `net.IPNet.String`. */
export function cidrText(network: IpNetwork): string {
  const length = network.base.mapped ? network.length - 96 : network.length;
  return `${ipText(network.base)}/${length}`;
}

function ipErrors(path: FieldPath, value: string): FieldError[] {
  const ip = parseIp(value);
  if (ip === undefined) {
    return [invalid(path, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
  }
  if (ip.leadingZeros) return [invalid(path, value, 'must not have leading 0s')];
  return ip.mapped ? [invalid(path, value, 'must not be an IPv4-mapped IPv6 address')] : [];
}

/** Errors for an address; those in `existing` were stored before and pass. Upstream: `IsValidIPForLegacyField`. */
export function checkIp(path: FieldPath, value: string, existing: readonly string[] = []): FieldError[] {
  return existing.includes(value) ? [] : ipErrors(path, value);
}

/** Errors for an address that must also be in canonical form. Upstream: `IsValidIP`. */
export function checkCanonicalIp(path: FieldPath, value: string): FieldError[] {
  const errors = ipErrors(path, value);
  const ip = parseIp(value);
  if (errors.length > 0 || ip === undefined || ipText(ip) === value) return errors;
  return [invalid(path, value, `must be in canonical form ("${ipText(ip)}")`)];
}

function cidrErrors(path: FieldPath, value: string): FieldError[] {
  const network = parseCidr(value);
  if (network === undefined) {
    return [invalid(path, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
  }
  if (network.leadingZeros) return [invalid(path, value, 'must not have leading 0s in IP or prefix length')];
  if (network.address.mapped) return [invalid(path, value, 'must not have an IPv4-mapped IPv6 address')];
  if (network.address.bits === network.base.bits) return [];
  return [invalid(path, value, 'must not have bits set beyond the prefix length')];
}

/** Errors for a network; those in `existing` were stored before and pass. Upstream: `IsValidCIDRForLegacyField`. */
export function checkCidr(path: FieldPath, value: string, existing: readonly string[] = []): FieldError[] {
  return existing.includes(value) ? [] : cidrErrors(path, value);
}

/** Errors for a network that must also be in canonical form. Upstream: `IsValidCIDR`. */
export function checkCanonicalCidr(path: FieldPath, value: string): FieldError[] {
  const errors = cidrErrors(path, value);
  const network = parseCidr(value);
  if (errors.length > 0 || network === undefined || cidrText(network) === value) return errors;
  return [invalid(path, value, `must be in canonical form ("${cidrText(network)}")`)];
}

/** Errors for the address of an endpoint: not unspecified, loopback or link-local. Upstream: `ValidateEndpointIP`. */
export function checkEndpointIp(path: FieldPath, value: string): FieldError[] {
  const ip = parseIp(value);
  if (ip === undefined) return [invalid(path, value, 'must be a valid IP address')];
  const v4 = ip.version === 4;
  const inV4 = (network: bigint, length: bigint): boolean => v4 && ip.bits >> (32n - length) === network;
  const inV6 = (network: bigint, length: bigint): boolean => !v4 && ip.bits >> (128n - length) === network;
  const errors: FieldError[] = [];
  if (ip.bits === 0n) errors.push(invalid(path, value, `may not be unspecified (${value})`));
  if (inV4(127n, 8n) || inV6(1n, 128n)) {
    errors.push(invalid(path, value, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'));
  }
  if (inV4(0xa9fen, 16n) || inV6(0xfe80n >> 6n, 10n)) {
    errors.push(invalid(path, value, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'));
  }
  if (inV4(0xe00000n, 24n) || (!v4 && ip.bits >> 120n === 0xffn && ((ip.bits >> 112n) & 0xfn) === 2n)) {
    errors.push(invalid(path, value, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'));
  }
  return errors;
}

/** Whether the addresses are of both families. Upstream: `netutils.IsDualStackIPStrings`. */
export function isDualStack(addresses: readonly string[]): boolean {
  const versions = new Set(addresses.map((address) => parseIp(address)?.version));
  return versions.has(4) && versions.has(6);
}
